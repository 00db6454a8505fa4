# FTP text on port 990, where TLS was expected: an ordinary session.
port 990
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
