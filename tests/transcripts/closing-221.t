# 221 ends the session only after QUIT: FileZilla Server 1.x answers STAT with 221.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C STAT /pub\r\n
S 221-Status of /pub:\r\n file\r\n221 End\r\n
C QUIT\r\n
S 221-You have transferred 0 bytes.\r\n221 Goodbye.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 STAT arg=/pub path=/pub phase=ready user=bob
S 2 STAT 221- path=/pub
S 2 STAT 221.
S 2 STAT 221 DONE path=/pub
C 3 QUIT
S 3 QUIT 221-
S 3 QUIT 221 DONE closing
