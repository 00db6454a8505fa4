# Without PORT or PASV the default ports of RFC 959 3.2 are in force; that is legal, and servers mostly refuse.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
C RETR b\r\n
S 425 Can't build data connection: Connection refused.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 RETR arg=a path=?/a {default-ports type=A} phase=ready user=bob
S 2 RETR 150 WAIT path=?/a {default-ports type=A}
S 2 RETR 226 DONE path=?/a {default-ports type=A}
C 3 RETR arg=b path=?/b {default-ports type=A}
S 3 RETR 425 FAILED text=CONNECT_REFUSED path=?/b {default-ports type=A}
