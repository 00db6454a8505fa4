# F-23: Telnet IP and Synch before ABOR: FF F4 FF F2 in all splits, then the variants FF F4 F2 and F2 alone.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR big\r\n
S 150 go\r\n
C \xff\xf4\xff
C \xf2ABOR\r\n
S 426 Failure writing network stream.\r\n
S 226 ABOR successful.\r\n
C \xff\xf4\xf2ABOR\r\n
S 225 No transfer to ABOR.\r\n
C \xf2ABOR\r\n
S 225 No transfer to ABOR.\r\n
C \xff\xf2abor\r\n
S 225 No transfer to ABOR.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=big path=?/big {setup=2 type=A}
S 3 RETR 150 WAIT path=?/big {setup=2 type=A}
C 4 ABOR telnet
S 3 RETR 426 FAILED text=CONNECTION_RESET aborted path=?/big {setup=2 type=A}
S 4 ABOR 226 DONE text=CLIENT_ABORT
C 5 ABOR telnet
S 5 ABOR 225 DONE text=CLIENT_ABORT
C 6 ABOR telnet
S 6 ABOR 225 DONE text=CLIENT_ABORT
C 7 ABOR telnet
S 7 ABOR 225 DONE text=CLIENT_ABORT
