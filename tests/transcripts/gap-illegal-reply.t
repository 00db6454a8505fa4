# Bytes of the server are missing before two replies, and the second is no answer to PWD: uncertain and odd, both are said.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C NOOP\r\nPWD\r\n
gap S 20
S 200 ok\r\n
S 331 what\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 NOOP phase=ready user=bob
C 3 PWD pipelined
S 2 NOOP 200 DONE gap=20 uncertain
S 3 PWD 331 VIOLATION uncertain illegal
