# F-28: PASS cut in the middle by a segment border: the second half must not show as a command of its own.
secret hunter2
secret ter2
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C PASS hun
C ter2
C \r
C \n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> user=bob
S 2 PASS 230 DONE login
