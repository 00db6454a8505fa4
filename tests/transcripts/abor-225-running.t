# 225 to ABOR while a transfer runs: the transfer itself is still to be answered.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C RETR a\r\n
S 150 go\r\n
C ABOR\r\n
S 225 ABOR command successful\r\n
S 426 Transfer aborted.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 expect=PORT/2 at=198.51.100.10:51201 from=203.0.113.21 phase=ready user=bob
S 2 PORT 200 DONE setup=2
C 3 RETR arg=a path=?/a {setup=2 type=A}
S 3 RETR 150 WAIT path=?/a {setup=2 type=A}
C 4 ABOR
S 4 ABOR 225 DONE text=CLIENT_ABORT
S 3 RETR 426 FAILED aborted path=?/a {setup=2 type=A}
