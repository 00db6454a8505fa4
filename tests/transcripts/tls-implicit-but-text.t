# FTP text on port 990.
port 990
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
===
S - 220 unsolicited uncertain phase=unknown tls=implicit
C 1 USER arg=bob
S 1 USER 230 DONE login
