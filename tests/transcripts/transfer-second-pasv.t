# F-25: a second PASV before the first was used: the transfer belongs to the second. Then one PASV serves one transfer.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,81).\r\n
C LIST\r\n
S 150 go\r\n
S 226 done\r\n
C LIST\r\n
S 425 Use PORT or PASV first.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 PASV setup=3
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50001 from=198.51.100.10
C 4 LIST path=?/ {setup=3 type=A}
S 4 LIST 150 WAIT path=?/ {setup=3 type=A}
S 4 LIST 226 DONE path=?/ {setup=3 type=A}
C 5 LIST path=?/ {default-ports type=A}
S 5 LIST 425 FAILED text=USE_PORT_OR_PASV path=?/ {default-ports type=A}
