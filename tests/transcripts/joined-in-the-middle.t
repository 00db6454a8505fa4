# The capture begins in a running session: user, directory and parameters are not known, and nothing is guessed.
start middle
C CWD sub\r\n
S 250 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
C TYPE I\r\n
S 200 ok\r\n
C PWD\r\n
S 257 "/x/sub" is cwd\r\n
C CDUP\r\n
S 200 ok\r\n
C NLST\r\n
===
C 1 CWD arg=sub path=?/sub
S 1 CWD 250 DONE path=?/sub
C 2 PASV setup=2 cwd=?/sub
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
C 3 RETR arg=a path=?/sub/a {setup=2 type=A assumed}
S 3 RETR 150 WAIT path=?/sub/a {setup=2 type=A assumed}
S 3 RETR 226 DONE path=?/sub/a {setup=2 type=A assumed}
C 4 TYPE arg=I
S 4 TYPE 200 DONE
C 5 PWD
S 5 PWD 257 DONE
C 6 CDUP cwd=/x/sub
S 6 CDUP 200 DONE
C 7 NLST path=/x {default-ports type=I} cwd=/x
- 7 NLST unanswered path=/x {default-ports type=I}
