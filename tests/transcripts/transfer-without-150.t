# 226 without 150 (Pure-FTPd: "Nothing left to download"); a missing 1yz is legal.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C REST 500\r\n
S 350 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR small\r\n
S 226 Nothing left to download\r\n
C NLST\r\n
S 150 here\r\n
S 250 listed\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 REST arg=500 phase=ready user=bob
S 2 REST 350 MORE
C 3 PASV setup=3
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
C 4 RETR arg=small path=?/small {setup=3 type=A offset=500}
S 4 RETR 226 DONE path=?/small {setup=3 type=A offset=500}
C 5 NLST path=?/ {default-ports type=A}
S 5 NLST 150 WAIT path=?/ {default-ports type=A}
S 5 NLST 250 DONE path=?/ {default-ports type=A}
