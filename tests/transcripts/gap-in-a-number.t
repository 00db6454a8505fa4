# F-27: a PORT and a 227 cut by a hole: half a number would be a wrong port, so no expectation is made and none is
# called malformed.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PORT 198,51,100,10,200,1
gap C 3
S 200 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,8
gap S 4
C NOOP\r\n
S 22
gap S 12
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 uncertain broken-off phase=ready user=bob
S 2 PORT 200 DONE uncertain doubtful
C 3 PASV gap=3 setup=3
S 3 PASV 227 DONE uncertain broken-off setup=3
C 4 NOOP
S - gap=4 unsolicited broken-off
C 5 NOOP
S 5 NOOP 200 DONE gap=12 uncertain gave-up=4
