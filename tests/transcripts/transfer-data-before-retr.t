# F-25: data before RETR: pyftpdlib connects on PORT, before its 200, so the expectation stands with the command.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 Active data connection established.\r\n
C RETR a\r\n
S 125 Data connection already open. Transfer starting.\r\n
S 226 Transfer complete.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 expect=PORT/2 at=198.51.100.10:51201 from=203.0.113.21 phase=ready user=bob
S 2 PORT 200 DONE setup=2
C 3 RETR arg=a path=?/a {setup=2 type=A}
S 3 RETR 125 WAIT path=?/a {setup=2 type=A}
S 3 RETR 226 DONE path=?/a {setup=2 type=A}
