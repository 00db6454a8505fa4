# The plain login. The password is never shown.
secret hunter2
S 220 (vsFTPd 3.0.3)\r\n
C USER bob\r\n
S 331 Please specify the password.\r\n
C PASS hunter2\r\n
S 230 Login successful.\r\n
C SYST\r\n
S 215 UNIX Type: L8\r\n
C QUIT\r\n
S 221 Goodbye.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> user=bob
S 2 PASS 230 DONE login
C 3 SYST phase=ready
S 3 SYST 215 DONE
C 4 QUIT
S 4 QUIT 221 DONE closing
