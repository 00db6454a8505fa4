# F-22: CR and LF in different segments, in both directions.
S 220 ready\r
S \n
C USER bob\r
C \nSYST\r
S 230 ok\r
S \n
C \n
S 215 UNIX Type: L8\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 SYST phase=ready user=bob
S 2 SYST 215 DONE
