# z/OS puts a colon behind the code: "550 : text", "550-: text".
S 220-FTPD1 IBM FTP CS\r\n
S 220 Connection will close if idle for more than 5 minutes.\r\n
C USER bob\r\n
S 230 ok\r\n
C DELE x\r\n
S 550-: data set not found\r\n
S 550 : nothing deleted\r\n
C RMD y\r\n
S 550 :Permission denied\r\n
===
S - 220- greeting unsolicited
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 DELE arg=x path=?/x phase=ready user=bob
S 2 DELE 550- colon path=?/x
S 2 DELE 550 REFUSED colon text=NOT_FOUND path=?/x
C 3 RMD arg=y path=?/y
S 3 RMD 550 REFUSED colon text=PERMISSION path=?/y
