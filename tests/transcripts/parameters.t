# TYPE, MODE, STRU and PROT as in force at the transfer; a refused one changes nothing; defaults are A, S, F, C.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C STOR a\r\n
S 150 go\r\n
S 226 done\r\n
C TYPE L 8\r\n
S 200 ok\r\n
C MODE B\r\n
S 200 ok\r\n
C STRU R\r\n
S 200 ok\r\n
C PROT p\r\n
S 200 ok\r\n
C TYPE E N\r\n
S 504 no\r\n
C STOR a\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 expect=PORT/2 at=198.51.100.10:51201 from=203.0.113.21 phase=ready user=bob
S 2 PORT 200 DONE setup=2
C 3 STOR arg=a path=?/a {setup=2 type=A}
S 3 STOR 150 WAIT path=?/a {setup=2 type=A}
S 3 STOR 226 DONE path=?/a {setup=2 type=A}
C 4 TYPE arg=L 8
S 4 TYPE 200 DONE
C 5 MODE arg=B
S 5 MODE 200 DONE
C 6 STRU arg=R
S 6 STRU 200 DONE
C 7 PROT arg=p
S 7 PROT 200 DONE
C 8 TYPE arg=E N
S 8 TYPE 504 REFUSED
C 9 STOR arg=a path=?/a {setup=2 type=L mode=B structure=R protection=P}
S 9 STOR 150 WAIT path=?/a {setup=2 type=L mode=B structure=R protection=P}
S 9 STOR 226 DONE path=?/a {setup=2 type=L mode=B structure=R protection=P}
