# 421 while a transfer runs answers it, the oldest that waits; the NOOP behind it gets no answer.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR a\r\n
S 150 go\r\n
C NOOP\r\n
S 421 Server shutting down\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=a path=?/a {setup=2 type=A}
S 3 RETR 150 WAIT path=?/a {setup=2 type=A}
C 4 NOOP
S 3 RETR 421 FAILED text=SHUTTING_DOWN closing path=?/a {setup=2 type=A}
- 4 NOOP unanswered
