# F-24: behind AUTH TLS the beginning of a line, which goes on after the 234: it is clear text, and nothing of it is lost.
S 220 ready\r\n
C AUTH TLS\r\nUSER ev
S 234 Proceed with negotiation.\r\n
C il\r\nNOOP\r\n
S \x16\x03\x03\x00\x08bbbbbbbb
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 234 DONE tls-begins reset
C 2 USER arg=evil phase=unknown tls=explicit
C 3 NOOP pipelined
- 2 USER unanswered
- 3 NOOP unanswered
