# F-27: a command was not captured (a hole, or a reply that acknowledges bytes never seen): its reply answers nothing
# that was seen, and that is no violation. The next pair is certain again.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
gap C 6
S 215 UNIX Type: L8\r\n
C PWD\r\n
S 257 "/"\r\n
S@+6 215 UNIX Type: L8\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
S - 215 unsolicited uncertain phase=ready user=bob
C 2 PWD gap=6
S 2 PWD 257 DONE
S - 215 unsolicited uncertain cwd=/
