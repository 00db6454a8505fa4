# HOST (RFC 7151): 220 is no greeting then, 504 an unknown host.
S 220 ready\r\n
C HOST nowhere.example\r\n
S 504 Unknown host\r\n
C HOST ftp.example\r\n
S 220 Host accepted\r\n
C USER bob\r\n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 HOST arg=nowhere.example phase=login
S 1 HOST 504 REFUSED
C 2 HOST arg=ftp.example
S 2 HOST 220 DONE
C 3 USER arg=bob
S 3 USER 230 DONE login
