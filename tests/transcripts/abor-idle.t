# ABOR with nothing to stop: 225 or 226 is its only answer.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C ABOR\r\n
S 225 No transfer to ABOR.\r\n
C ABOR\r\n
S 226 Abort successful\r\n
C ABOR\r\n
S 502 Not implemented.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 ABOR phase=ready user=bob
S 2 ABOR 225 DONE text=CLIENT_ABORT
C 3 ABOR
S 3 ABOR 226 DONE text=CLIENT_ABORT
C 4 ABOR
S 4 ABOR 502 REFUSED
