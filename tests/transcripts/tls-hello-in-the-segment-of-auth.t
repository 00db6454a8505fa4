# F-24: AUTH TLS and the ClientHello in one segment: the record is no command, whatever bytes are in it.
S 220 ready\r\n
C AUTH TLS\r\n\x16\x03\x01\x00\x10\x01\x00\x00\x0c\x03\x03a\nbc\r\ndefg
S 234 Proceed with negotiation.\r\n
S \x16\x03\x03\x00\x08bbb\r\nbbb
C \x17\x03\x03\x00\x0aUSER bob\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 234 DONE tls-begins reset
