# Other protocols on the port.
S 220 ready\r\n
C GET / HTTP/1.1\r\nHost: ftp.example\r\n\r\n
S 500 what?\r\n500 what?\r\n
C SSH-2.0-OpenSSH_9.2\r\n
S 500 what?\r\n
C EHLO mail.example\r\n
S 500 what?\r\n
===
S - 220 greeting unsolicited
C 1 GET arg=/ HTTP/1.1 foreign phase=login
C 2 (unknown) Host: arg=ftp.example pipelined
C -
S 1 GET 500 REFUSED
S 2 (unknown) 500 REFUSED
C 3 (unknown) SSH-2.0-OpenSSH_9.2 foreign
S 3 (unknown) 500 REFUSED
C 4 EHLO arg=mail.example foreign
S 4 EHLO 500 REFUSED
