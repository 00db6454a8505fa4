# F-25: two transfers to one port: PORT stays in force (RFC 959 3.2), so both belong to the one announcement.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
C RETR b\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 expect=PORT/2 at=198.51.100.10:51201 from=203.0.113.21 phase=ready user=bob
S 2 PORT 200 DONE setup=2
C 3 RETR arg=a path=?/a {setup=2 type=A}
S 3 RETR 150 WAIT path=?/a {setup=2 type=A}
S 3 RETR 226 DONE path=?/a {setup=2 type=A}
C 4 RETR arg=b path=?/b {setup=2 type=A}
S 4 RETR 150 WAIT path=?/b {setup=2 type=A}
S 4 RETR 226 DONE path=?/b {setup=2 type=A}
