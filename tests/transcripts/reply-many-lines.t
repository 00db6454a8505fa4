# A listing on the control connection with names that begin with digits, one of them the code itself.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C STAT /pub\r\n
S 213-Status follows:\r\ndrwxr-xr-x 2 0 0 4096 pub\r\n2130 bytes\r\n214 readme\r\n213-dash\r\n213\r\n
C STAT /pub\r\n
S 213-Status follows:\r\n\r\n
S 213 End\r\n
C MLST f\r\n
S 250-Listing f\r\n type=file;size=3; f\r\n250 End\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 STAT arg=/pub path=/pub phase=ready user=bob
S 2 STAT 213- path=/pub
S 2 STAT 213.
S 2 STAT 213.
S 2 STAT 213.
S 2 STAT 213.
S 2 STAT 213 DONE path=/pub
C 3 STAT arg=/pub path=/pub
S 3 STAT 213- path=/pub
S 3 STAT 213.
S 3 STAT 213 DONE path=/pub
C 4 MLST arg=f path=?/f
S 4 MLST 250- path=?/f
S 4 MLST 250.
S 4 MLST 250 DONE path=?/f
