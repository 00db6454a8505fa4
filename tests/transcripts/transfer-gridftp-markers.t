# GridFTP: several preliminary replies in one transfer, 112 in several lines; 110 of RFC 959 too.
S 220 GridFTP Server ready\r\n
C USER bob\r\n
S 230 ok\r\n
C MODE E\r\n
S 200 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C STOR big\r\n
S 150 go\r\n
S 111 Range Marker 0-1000\r\n
S 112-Perf Marker\r\n Timestamp: 1000\r\n Stripe Index: 0\r\n112 End.\r\n
S 110 MARK 5 = 6\r\n
S 226 done\r\n
C STOR next\r\n
S 125 go on\r\n
S 250 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 MODE arg=E phase=ready user=bob
S 2 MODE 200 DONE
C 3 PASV setup=3
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
C 4 STOR arg=big path=?/big {setup=3 type=A mode=E}
S 4 STOR 150 WAIT path=?/big {setup=3 type=A mode=E}
S 4 STOR 111 WAIT path=?/big {setup=3 type=A mode=E}
S 4 STOR 112- path=?/big
S 4 STOR 112.
S 4 STOR 112.
S 4 STOR 112 WAIT path=?/big {setup=3 type=A mode=E}
S 4 STOR 110 WAIT path=?/big {setup=3 type=A mode=E}
S 4 STOR 226 DONE path=?/big {setup=3 type=A mode=E}
C 5 STOR arg=next path=?/next {setup=3 type=A mode=E}
S 5 STOR 125 WAIT path=?/next {setup=3 type=A mode=E}
S 5 STOR 250 DONE path=?/next {setup=3 type=A mode=E}
