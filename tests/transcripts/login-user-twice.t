# A second USER before PASS: the name given last is the one that logs in. Transfer parameters stay (RFC 959 4.1.1).
secret hunter2
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C USER alice\r\n
S 331 password\r\n
C PASS hunter2\r\n
S 230 ok\r\n
C TYPE I\r\n
S 200 ok\r\n
C USER carol\r\n
S 331 password\r\n
C PASS hunter2\r\n
S 230 ok\r\n
C NLST\r\n
S 150 here\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 USER arg=alice user=bob
S 2 USER 331 MORE
C 3 PASS <hidden> user=alice
S 3 PASS 230 DONE login
C 4 TYPE arg=I phase=ready
S 4 TYPE 200 DONE
C 5 USER arg=carol
S 5 USER 331 MORE
C 6 PASS <hidden> user=carol
S 6 PASS 230 DONE login
C 7 NLST path=?/ {default-ports type=I}
S 7 NLST 150 WAIT path=?/ {default-ports type=I}
S 7 NLST 226 DONE path=?/ {default-ports type=I}
