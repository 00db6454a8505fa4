# ALLO reserves: the number holds for the next upload and is marked as a reservation.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C ALLO 5000 R 80\r\n
S 200 ok\r\n
C STOR a\r\n
S 150 go\r\n
S 226 done\r\n
C ALLO 6000\r\n
S 202 superfluous\r\n
C STOR b\r\n
S 150 go\r\n
S 226 done\r\n
C ALLO 7000\r\n
S 504 no\r\n
C STOR c\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 expect=PORT/2 at=198.51.100.10:51201 from=203.0.113.21 phase=ready user=bob
S 2 PORT 200 DONE setup=2
C 3 ALLO arg=5000 R 80
S 3 ALLO 200 DONE
C 4 STOR arg=a path=?/a {setup=2 type=A size=5000/ALLO}
S 4 STOR 150 WAIT path=?/a {setup=2 type=A size=5000/ALLO}
S 4 STOR 226 DONE path=?/a {setup=2 type=A size=5000/ALLO}
C 5 ALLO arg=6000
S 5 ALLO 202 DONE
C 6 STOR arg=b path=?/b {setup=2 type=A size=6000/ALLO}
S 6 STOR 150 WAIT path=?/b {setup=2 type=A size=6000/ALLO}
S 6 STOR 226 DONE path=?/b {setup=2 type=A size=6000/ALLO}
C 7 ALLO arg=7000
S 7 ALLO 504 REFUSED
C 8 STOR arg=c path=?/c {setup=2 type=A}
S 8 STOR 150 WAIT path=?/c {setup=2 type=A}
S 8 STOR 226 DONE path=?/c {setup=2 type=A}
