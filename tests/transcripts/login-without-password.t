# 230 directly after USER: no password is asked for. RFC 959 section 5.4.
S 220 ready\r\n
C USER anonymous\r\n
S 230 Welcome.\r\n
C USER bob\r\n
S 232 User logged in, authorized by security data exchange.\r\n
C PWD\r\n
S 257 "/" is current directory\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=anonymous phase=login
S 1 USER 230 DONE login
C 2 USER arg=bob phase=ready user=anonymous
S 2 USER 232 DONE login
C 3 PWD user=bob
S 3 PWD 257 DONE
