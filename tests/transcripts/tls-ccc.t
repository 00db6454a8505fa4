# AUTH TLS, an encrypted CCC, then clear text again in both directions: what was said inside is not known.
S 220 ready\r\n
C AUTH TLS\r\n
S 234 go\r\n
C \x16\x03\x01\x00\x04aaaa
S \x16\x03\x03\x00\x04bbbb
C \x17\x03\x03\x00\x06secret
S \x17\x03\x03\x00\x06secret
C \x15\x03\x03\x00\x02cc
S \x15\x03\x03\x00\x02cc
C PWD\r\n
S 257 "/in"\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=TLS phase=login
S 1 AUTH 234 DONE tls-begins reset
C 2 PWD phase=unknown tls=explicit
S 2 PWD 257 DONE
C 3 PASV setup=3 cwd=/in
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
C 4 RETR arg=a path=/in/a {setup=3 type=A assumed}
S 4 RETR 150 WAIT path=/in/a {setup=3 type=A assumed}
S 4 RETR 226 DONE path=/in/a {setup=3 type=A assumed}
