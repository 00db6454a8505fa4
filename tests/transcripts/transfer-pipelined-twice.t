# Two setups and two transfers in one segment: each transfer belongs to the setup before it; a refused PORT gives its
# transfer back to what was in force.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\nRETR a\r\nPASV\r\nRETR b\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
S 150 go\r\n226 done\r\n
S 227 Entering Passive Mode (203,0,113,21,195,81).\r\n
S 150 go\r\n226 done\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C PORT 192,0,2,9,200,2\r\nSTOR c\r\n
S 500 Illegal PORT command.\r\n150 go\r\n226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
C 3 RETR arg=a pipelined path=?/a {setup=2 type=A}
C 4 PASV pipelined setup=4
C 5 RETR arg=b pipelined path=?/b {setup=4 type=A}
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
S 3 RETR 150 WAIT path=?/a {setup=2 type=A}
S 3 RETR 226 DONE path=?/a {setup=2 type=A}
S 4 PASV 227 DONE expect=PASV/4 at=203.0.113.21:50001 from=198.51.100.10
S 5 RETR 150 WAIT path=?/b {setup=4 type=A}
S 5 RETR 226 DONE path=?/b {setup=4 type=A}
C 6 PORT arg=198,51,100,10,200,1 expect=PORT/6 at=198.51.100.10:51201 from=203.0.113.21
S 6 PORT 200 DONE setup=6
C 7 PORT arg=192,0,2,9,200,2 expect=PORT/7 at=192.0.2.9:51202 or=198.51.100.10:51202 from=203.0.113.21
C 8 STOR arg=c pipelined path=?/c {setup=7 type=A}
S 7 PORT 500 REFUSED text=FOREIGN_ADDRESS expect-gone setup=7
S 8 STOR 150 WAIT path=?/c {setup=6 type=A}
S 8 STOR 226 DONE path=?/c {setup=6 type=A}
