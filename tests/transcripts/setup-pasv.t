# F-1 to F-8: 227 in its forms, good ones first: parentheses, "=", bare, blanks and zeros, digits before; then a number
# out of range, five numbers; a listener elsewhere shows with the control server as the second candidate.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (192,168,1,2,195,80).\r\n
C PASV\r\n
S 227 =10,0,0,1,4,1\r\n
C PASV\r\n
S 227 (212,27,40,254,15,161)\r\n
C PASV\r\n
S 227 Entering Passive Mode. 10, 0, 0, 1, 04, 001\r\n
C PASV\r\n
S 227 ok host7 10,0,0,1,4,1\r\n
C PASV\r\n
S 227 (1216,256,2,127,127,127)\r\n
C PASV\r\n
S 227 (10,0,0,1,256,1)\r\n
C PASV\r\n
S 227 (10,0,0,1,4)\r\n
C PASV\r\n
S 227-one moment\r\n227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C PASV\r\n
S 425 Can't open passive connection: Address already in use\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=192.168.1.2:50000 or=203.0.113.21:50000 from=198.51.100.10
C 3 PASV setup=3
S 3 PASV 227 DONE expect=PASV/3 at=10.0.0.1:1025 or=203.0.113.21:1025 from=198.51.100.10
C 4 PASV setup=4
S 4 PASV 227 DONE expect=PASV/4 at=212.27.40.254:4001 or=203.0.113.21:4001 from=198.51.100.10
C 5 PASV setup=5
S 5 PASV 227 DONE expect=PASV/5 at=10.0.0.1:1025 or=203.0.113.21:1025 from=198.51.100.10
C 6 PASV setup=6
S 6 PASV 227 DONE expect=PASV/6 at=10.0.0.1:1025 or=203.0.113.21:1025 from=198.51.100.10
C 7 PASV setup=7
S 7 PASV 227 DONE expect-bad setup=7
C 8 PASV setup=8
S 8 PASV 227 DONE expect-bad setup=8
C 9 PASV setup=9
S 9 PASV 227 DONE expect-bad setup=9
C 10 PASV setup=10
S 10 PASV 227-
S 10 PASV 227 DONE expect=PASV/10 at=203.0.113.21:50000 from=198.51.100.10
C 11 PASV setup=11
S 11 PASV 425 FAILED text=PASSIVE_PORTS expect-gone setup=11
