# Refusals of a transfer before and after its 150; text classes say why. PASV that was not used stays in force.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR none\r\n
S 550 Failed to open file: No such file or directory\r\n
C STOR full\r\n
S 150 go\r\n
S 452 No space left on device\r\n
C STOR x\r\n
S 553 Could not create file.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=none path=?/none {setup=2 type=A}
S 3 RETR 550 REFUSED text=NOT_FOUND path=?/none {setup=2 type=A}
C 4 STOR arg=full path=?/full {setup=2 type=A}
S 4 STOR 150 WAIT path=?/full {setup=2 type=A}
S 4 STOR 452 FAILED text=DISK_FULL path=?/full {setup=2 type=A}
C 5 STOR arg=x path=?/x {default-ports type=A}
S 5 STOR 553 REFUSED text=PERMISSION path=?/x {default-ports type=A}
