# F-27: the answer to the first DELE is lost with the segment that brought it. What comes then answers the command that
# was sent after the hole had been received. A reply whose segment does not acknowledge the RMD is not credited to it.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C DELE a\r\n
gap S 20
C DELE b\r\n
S 550 b: No such file\r\n
C RMD c\r\n
S@28 550 late\r\n
S 250 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 DELE arg=a path=?/a phase=ready user=bob
C 3 DELE arg=b path=?/b
S 3 DELE 550 REFUSED text=NOT_FOUND gap=20 uncertain path=?/b gave-up=2
C 4 RMD arg=c path=?/c
S - 550 unsolicited
S 4 RMD 250 DONE path=?/c
