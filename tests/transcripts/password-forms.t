# F-28: odd forms of PASS: lower case, glued to its argument, with a colon, after a blank, with several blanks, empty.
secret secret1
secret secret2
secret secret3
secret secret4
secret secret5
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C pass secret1\r\n
S 530 Login incorrect.\r\n
C USER bob\r\n
S 331 password\r\n
C PASSsecret2\r\n
S 500 'PASSSECRET': command not understood.\r\n
C PASS:secret3\r\n
S 500 what?\r\n
C  PASS secret4\r\n
S 530 Login incorrect.\r\n
C PASS   secret5 \r\n
S 503 Login with USER first.\r\n
C PASS\r\n
S 503 Login with USER first.\r\n
C USER bob\r\n
S 331 password\r\n
C Pass\tsecret5\r\n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> user=bob
S 2 PASS 530 REFUSED text=LOGIN_INCORRECT login-refused
C 3 USER arg=bob
S 3 USER 331 MORE
C 4 (unknown) <hidden>
S 4 (unknown) 500 REFUSED
C 5 (unknown) <hidden>
S 5 (unknown) 500 REFUSED
C 6 PASS <hidden>
S 6 PASS 530 REFUSED text=LOGIN_INCORRECT login-refused
C 7 PASS <hidden>
S 7 PASS 503 REFUSED text=NOT_LOGGED_IN
C 8 PASS <hidden>
S 8 PASS 503 REFUSED text=NOT_LOGGED_IN
C 9 USER arg=bob
S 9 USER 331 MORE
C 10 PASS <hidden>
S 10 PASS 230 DONE login
