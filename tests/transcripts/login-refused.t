# 530 to PASS is a refused login, 530 to another command only says that nobody is logged in; 421 after too many.
secret wrong1
secret wrong2
S 220 ready\r\n
C CWD /pub\r\n
S 530 Please login with USER and PASS.\r\n
C USER bob\r\n
S 331 password\r\n
C PASS wrong1\r\n
S 530 Login incorrect.\r\n
C USER bob\r\n
S 331 password\r\n
C PASS wrong2\r\n
S 421 Too many login failures, closing.\r\n
===
S - 220 greeting unsolicited
C 1 CWD arg=/pub path=/pub phase=login
S 1 CWD 530 REFUSED text=NOT_LOGGED_IN path=/pub
C 2 USER arg=bob
S 2 USER 331 MORE
C 3 PASS <hidden> user=bob
S 3 PASS 530 REFUSED text=LOGIN_INCORRECT login-refused
C 4 USER arg=bob
S 4 USER 331 MORE
C 5 PASS <hidden>
S 5 PASS 421 FAILED text=TOO_MANY_FAILURES closing
