# F-9 to F-12: 229 in its forms; other delimiter, with an address, port 0 and above 65535, other parentheses before.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C EPSV\r\n
S 229 Extended Passive mode OK (|||5000|)\r\n
C EPSV\r\n
S 229 x (!!!5002!)\r\n
C EPSV\r\n
S 229 x (|1|192.0.2.1|5000|)\r\n
C EPSV\r\n
S 229 x (|||0|)\r\n
C EPSV 1\r\n
S 229 x (|||70000|)\r\n
C EPSV\r\n
S 229 Entering (extended) mode (v2) (|||5001|).\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 EPSV setup=2 phase=ready user=bob
S 2 EPSV 229 DONE expect=EPSV/2 at=203.0.113.21:5000 from=198.51.100.10
C 3 EPSV setup=3
S 3 EPSV 229 DONE expect=EPSV/3 at=203.0.113.21:5002 from=198.51.100.10
C 4 EPSV setup=4
S 4 EPSV 229 DONE expect=EPSV/4 at=192.0.2.1:5000 or=203.0.113.21:5000 from=198.51.100.10
C 5 EPSV setup=5
S 5 EPSV 229 DONE expect-bad setup=5
C 6 EPSV arg=1 setup=6
S 6 EPSV 229 DONE expect-bad setup=6
C 7 EPSV setup=7
S 7 EPSV 229 DONE expect=EPSV/7 at=203.0.113.21:5001 from=198.51.100.10
