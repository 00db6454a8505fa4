# The 227 cut by a segment border, where Wireshark's own dissector reads code 100.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,
S 100,5,195,81)\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.100:1475 or=203.0.113.21:1475 from=198.51.100.10
