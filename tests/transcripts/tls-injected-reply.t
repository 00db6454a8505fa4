# A reply in the segment of the 234 (CVE-2021-22947): it answers nothing that was asked.
S 220 ready\r\n
C AUTH TLS\r\n
S 234 Proceed with negotiation.\r\n230 Logged in.\r\n
C \x16\x03\x01\x00\x10aaaaaaaaaaaaaaaa
S \x16\x03\x03\x00\x08bbbbbbbb
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 234 DONE tls-begins reset
S - 230 unsolicited phase=unknown tls=explicit
