# ABOR while a transfer runs: 426 ends the transfer, 226 answers the ABOR (wu-ftpd, Pure-FTPd, vsftpd).
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C TYPE I\r\n
S 200 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR big.iso\r\n
S 150 Opening BINARY mode data connection for big.iso (7000000 bytes).\r\n
C ABOR\r\n
S 426 Failure writing network stream.\r\n226 ABOR successful.\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 TYPE arg=I phase=ready user=bob
S 2 TYPE 200 DONE
C 3 PASV setup=3
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
C 4 RETR arg=big.iso path=?/big.iso {setup=3 type=I}
S 4 RETR 150 WAIT path=?/big.iso {setup=3 type=I size=7000000/150}
C 5 ABOR
S 4 RETR 426 FAILED text=CONNECTION_RESET aborted path=?/big.iso {setup=3 type=I size=7000000/150}
S 5 ABOR 226 DONE text=CLIENT_ABORT
C 6 NOOP
S 6 NOOP 200 DONE
