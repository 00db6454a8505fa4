# F-24: AUTH TLS and the ClientHello in one segment: the record is no command, whatever bytes are in it.
S 220 ready\r\n
C AUTH TLS\r\n\x16\x03\x01\x00\x10\x01\x00\x00\x0c\x03\x03a\nbc\r\ndef
S 234 Proceed with negotiation.\r\n
S \x16\x03\x03\x00\x08bbb\r\nbbb
C \x17\x03\x03\x00\x0aUSER bob\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
C 2  \x16\x03\x01\x00\x10\x01\x00\x00\x0c\x03\x03a foreign pipelined bare-lf nul
C 3  bc pipelined
S 1 AUTH 234 DONE tls-begins reset
C 4  def\x17\x03\x03\x00 pipelined bare-lf nul phase=unknown tls=explicit
C 5 USER arg=bob pipelined
- 2  unanswered
- 3  unanswered
- 4  unanswered
- 5 USER unanswered
