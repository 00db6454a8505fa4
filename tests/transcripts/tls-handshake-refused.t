# The handshake fails and the server says so in the clear, as RFC 4217 10.1 asks.
S 220 ready\r\n
C AUTH TLS\r\n
S 234 Proceed with negotiation.\r\n
C \x16\x03\x01\x00\x04aaaa
S 421 TLS handshake failed.\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 234 DONE tls-begins reset
S - 421 text=TLS_HANDSHAKE unsolicited uncertain closing phase=unknown tls=explicit
