# A server that answers EPSV with 227: the address in it is the one announced.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C EPSV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 EPSV setup=2 phase=ready user=bob
S 2 EPSV 227 DONE expect=EPSV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=a path=?/a {setup=2 type=A}
S 3 RETR 150 WAIT path=?/a {setup=2 type=A}
S 3 RETR 226 DONE path=?/a {setup=2 type=A}
