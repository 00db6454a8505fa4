# F-25: the 226 comes in the segment of the 150, before any data was seen; the next setup follows at once.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR a\r\n
S 150 go\r\n226 done\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,81).\r\n
C RETR b\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=a path=?/a {setup=2 type=A}
S 3 RETR 150 WAIT path=?/a {setup=2 type=A}
S 3 RETR 226 DONE path=?/a {setup=2 type=A}
C 4 PASV setup=4
S 4 PASV 227 DONE expect=PASV/4 at=203.0.113.21:50001 from=198.51.100.10
C 5 RETR arg=b path=?/b {setup=4 type=A}
S 5 RETR 150 WAIT path=?/b {setup=4 type=A}
S 5 RETR 226 DONE path=?/b {setup=4 type=A}
