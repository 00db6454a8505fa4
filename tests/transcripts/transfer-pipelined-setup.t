# TYPE, PASV and RETR in one segment: the transfer belongs to the PASV although its 227 was still to come.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C TYPE I\r\nPASV\r\nRETR a\r\n
S 200 ok\r\n227 Entering Passive Mode (203,0,113,21,195,80).\r\n150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 TYPE arg=I phase=ready user=bob
C 3 PASV pipelined setup=3
C 4 RETR arg=a pipelined path=?/a {setup=3 type=A}
S 2 TYPE 200 DONE
S 3 PASV 227 DONE expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
S 4 RETR 150 WAIT path=?/a {setup=3 type=I}
S 4 RETR 226 DONE path=?/a {setup=3 type=I}
