# EPSV ALL asks for nothing and makes no expectation; PASV must be refused after it (RFC 2428 section 4).
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C EPSV ALL\r\n
S 200 EPSV ALL ok\r\n
C EPSV\r\n
S 229 ok (|||5000|)\r\n
C PASV\r\n
S 501 Disallowed by EPSV ALL.\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 EPSV arg=ALL phase=ready user=bob
S 2 EPSV 200 DONE
C 3 EPSV setup=3
S 3 EPSV 229 DONE expect=EPSV/3 at=203.0.113.21:5000 from=198.51.100.10
C 4 PASV setup=4
S 4 PASV 501 REFUSED expect-gone setup=4
C 5 RETR arg=a path=?/a {setup=3 type=A}
S 5 RETR 150 WAIT path=?/a {setup=3 type=A}
S 5 RETR 226 DONE path=?/a {setup=3 type=A}
