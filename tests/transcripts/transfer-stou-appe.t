# STOU gets its name from the server (RFC 1123 4.1.2.9); APPE appends.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PWD\r\n
S 257 "/up" is cwd\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C STOU\r\n
S 150 FILE: a.1\r\n
S 226 Transfer complete (unique file name:a.1)\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,81).\r\n
C APPE log\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PWD phase=ready user=bob
S 2 PWD 257 DONE
C 3 PASV setup=3 cwd=/up
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
C 4 STOU {setup=3 type=A}
S 4 STOU 150 WAIT path=/up/a.1 {setup=3 type=A}
S 4 STOU 226 DONE path=/up/a.1 {setup=3 type=A}
C 5 PASV setup=5
S 5 PASV 227 DONE expect=PASV/5 at=203.0.113.21:50001 from=198.51.100.10
C 6 APPE arg=log path=/up/log {setup=5 type=A}
S 6 APPE 150 WAIT path=/up/log {setup=5 type=A}
S 6 APPE 226 DONE path=/up/log {setup=5 type=A}
