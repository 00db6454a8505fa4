# F-24: AUTH TLS and an injected USER in one segment (CVE-2011-1575): the USER is seen, pipelined, and never answered in
# the clear.
S 220 ready\r\n
C AUTH TLS\r\nUSER evil\r\n
S 234 Proceed with negotiation.\r\n
C \x16\x03\x01\x00\x10aaaaaaaaaaaaaaaa
S \x16\x03\x03\x00\x08bbbbbbbb
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
C 2 USER arg=evil pipelined
S 1 AUTH 234 DONE tls-begins reset
- 2 USER unanswered tls=explicit
