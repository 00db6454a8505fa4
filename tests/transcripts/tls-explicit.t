# AUTH TLS, 234, then records in both directions: nothing more is read, and nothing of them shows as lines.
S 220 ready\r\n
C AUTH TLS\r\n
S 234 Proceed with negotiation.\r\n
C \x16\x03\x01\x00\x10aaaaaaa\naaaaaaaa
S \x16\x03\x03\x00\x08bbb\r\nbbb\x17\x03\x03\x00\x0223
C \x17\x03\x03\x00\x0aUSER bob\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 234 DONE tls-begins reset
