# 334 is a wrong answer to AUTH TLS (RFC 4217 says 234), but it is sent, and TLS follows.
S 220 ready\r\n
C AUTH TLS-C\r\n
S 334 go on\r\n
C \x16\x03\x01\x00\x04aaaa
S \x16\x03\x03\x00\x04bbbb
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS-C phase=login
S 1 AUTH 334 MORE tls-begins reset
