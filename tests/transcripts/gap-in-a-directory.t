# The end of the directory's name was not captured: where the session is afterwards is not known, unless the server says it.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PWD\r\n
S 257 "/home"\r\n
C CWD pu
gap C 10
S 250 ok\r\n
C CWD /a\r\n
S 250 ok\r\n
C CWD pu
gap C 10
S 250 "/srv/pub" is the current directory\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PWD phase=ready user=bob
S 2 PWD 257 DONE
C 3 CWD arg=pu uncertain broken-off cwd=/home
S 3 CWD 250 DONE uncertain doubtful cwd=?
C 4 CWD arg=/a gap=10 path=/a
S 4 CWD 250 DONE path=/a
C 5 CWD arg=pu uncertain broken-off cwd=/a
S 5 CWD 250 DONE uncertain doubtful cwd=?
C 6 NOOP gap=10 cwd=/srv/pub
S 6 NOOP 200 DONE
