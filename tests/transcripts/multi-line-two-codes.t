# HP printers: "230 ..." and then "530 ...": two replies, the second one answers nothing.
secret pw-admin
S 220 JD FTP Server Ready\r\n
C USER admin2\r\n
S 331 password\r\n
C PASS pw-admin\r\n
S 230 User logged in\r\n530 not really\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=admin2 phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> user=admin2
S 2 PASS 230 DONE login
S - 530 unsolicited phase=ready
