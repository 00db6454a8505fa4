# EPSV refused, PASV follows; then an EPRT refused: the PASV before it stays in force (nothing replaced it).
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C EPSV\r\n
S 500 Unknown command.\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C EPRT |1|198.51.100.10|5001|\r\n
S 522 Network protocol not supported, use (2)\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 EPSV setup=2 phase=ready user=bob
S 2 EPSV 500 REFUSED expect-gone setup=2
C 3 PASV setup=3
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
C 4 EPRT arg=|1|198.51.100.10|5001| expect=EPRT/4 at=198.51.100.10:5001 from=203.0.113.21
S 4 EPRT 522 REFUSED expect-gone setup=4
C 5 RETR arg=a path=?/a {setup=3 type=A}
S 5 RETR 150 WAIT path=?/a {setup=3 type=A}
S 5 RETR 226 DONE path=?/a {setup=3 type=A}
