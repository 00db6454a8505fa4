# F-21: the terminator with a blank before its code is none (a broken IIS clone): the reply stays open until the next
# command is answered by a code that fits only that one.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C CWD x\r\n
S 550-Access is denied.\r\n 550 End\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 CWD arg=x path=?/x phase=ready user=bob
S 2 CWD 550- path=?/x
S 2 CWD 550.
C 3 PASV pipelined setup=3
S 3 PASV 227 DONE unterminated expect=PASV/3 at=203.0.113.21:50000 from=198.51.100.10
C 4 NOOP
S 4 NOOP 200 DONE
