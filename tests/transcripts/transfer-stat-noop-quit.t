# STAT is answered while a transfer runs; the NOOP of a keep-alive waits until after the 226; QUIT comes last.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR big\r\n
S 150 go\r\n
C STAT\r\n
S 213-Status:\r\n 45 of 100 bytes\r\n213 End\r\n
C NOOP\r\n
C QUIT\r\n
S 226 done\r\n
S 200 ok\r\n
S 221 Bye\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=big path=?/big {setup=2 type=A}
S 3 RETR 150 WAIT path=?/big {setup=2 type=A}
C 4 STAT
S 4 STAT 213-
S 4 STAT 213.
S 4 STAT 213 DONE
C 5 NOOP
C 6 QUIT pipelined
S 3 RETR 226 DONE path=?/big {setup=2 type=A}
S 5 NOOP 200 DONE
S 6 QUIT 221 DONE closing
