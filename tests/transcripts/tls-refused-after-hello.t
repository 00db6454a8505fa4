# F-24: the ClientHello came with AUTH TLS, and the server refuses: the record is stepped over, the session goes on.
S 220 ready\r\n
C AUTH TLS\r\n\x16\x03\x01\x00\x08ab\ncdefg
S 502 TLS is not available.\r\n
C USER bob\r\n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 502 REFUSED text=TLS_UNAVAILABLE
C 2 USER arg=bob phase=unknown
S 2 USER 230 DONE login
