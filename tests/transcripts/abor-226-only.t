# A server that answers the aborted transfer not at all and the ABOR with 226: the one reply ends the transfer, which
# came first; the ABOR has none.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR big\r\n
S 150 go\r\n
C ABOR\r\n
S 226 ABOR command successful.\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=big path=?/big {setup=2 type=A}
S 3 RETR 150 WAIT path=?/big {setup=2 type=A}
C 4 ABOR
S 3 RETR 226 DONE text=CLIENT_ABORT aborted path=?/big {setup=2 type=A}
C 5 NOOP pipelined
S 5 NOOP 200 DONE gave-up=4
