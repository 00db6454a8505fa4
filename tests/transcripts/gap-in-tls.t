# A hole inside TLS: records can no longer be told apart, and nothing of them is read as lines.
S 220 ready\r\n
C AUTH TLS\r\n
S 234 go\r\n
C \x16\x03\x01\x00\x10aaaaaaaa
gap C 30
C aaaa\r\nUSER bob\r\n
S \x16\x03\x03\x00\x04bbbb
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 234 DONE tls-begins reset
