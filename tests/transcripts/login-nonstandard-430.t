# 430: not in RFC 959, by convention "invalid username or password". The second digit says that it is the login.
secret wrong
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C PASS wrong\r\n
S 430 Invalid username or password\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> user=bob
S 2 PASS 430 FAILED text=LOGIN_INCORRECT login-refused
