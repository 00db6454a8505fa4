# Codes inside a reply of several lines, of commands that nobody sent: they are text.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C HELP\r\n
S 214-Help\r\n
S 250 inside\r\n
S 331 inside\r\n
S 214 End\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 HELP phase=ready user=bob
S 2 HELP 214-
S 2 HELP 214.
S 2 HELP 214.
S 2 HELP 214 DONE
C 3 NOOP
S 3 NOOP 200 DONE
