# F-19: SIZE in TYPE I and in TYPE A, with words around the number, negative; REST holds for one transfer, REST 0 cancels
# it, a refused REST changes nothing.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C TYPE I\r\n
S 200 ok\r\n
C SIZE a\r\n
S 213 1000\r\n
C SIZE b\r\n
S 213 file: 213, Size =51\r\n
C SIZE c\r\n
S 213 -1\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C REST 100\r\n
S 350 Restarting at 100.\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
C RETR b\r\n
S 150 go\r\n
S 226 done\r\n
C RETR c\r\n
S 150 go\r\n
S 226 done\r\n
C REST 100\r\n
S 350 ok\r\n
C REST 0\r\n
S 350 ok\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
C REST 77\r\n
S 502 no REST\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
C TYPE A\r\n
S 200 ok\r\n
C SIZE a\r\n
S 213 1020\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
C SIZE a\r\n
S 550 SIZE not allowed in ASCII mode\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 TYPE arg=I phase=ready user=bob
S 2 TYPE 200 DONE
C 3 SIZE arg=a path=?/a
S 3 SIZE 213 DONE path=?/a
C 4 SIZE arg=b path=?/b
S 4 SIZE 213 DONE path=?/b
C 5 SIZE arg=c path=?/c
S 5 SIZE 213 DONE path=?/c
C 6 PORT arg=198,51,100,10,200,1 expect=PORT/6 at=198.51.100.10:51201 from=203.0.113.21
S 6 PORT 200 DONE setup=6
C 7 REST arg=100
S 7 REST 350 MORE
C 8 RETR arg=a path=?/a {setup=6 type=I offset=100 size=1000/SIZE}
S 8 RETR 150 WAIT path=?/a {setup=6 type=I offset=100 size=1000/SIZE}
S 8 RETR 226 DONE path=?/a {setup=6 type=I offset=100 size=1000/SIZE}
C 9 RETR arg=b path=?/b {setup=6 type=I size=51/SIZE}
S 9 RETR 150 WAIT path=?/b {setup=6 type=I size=51/SIZE}
S 9 RETR 226 DONE path=?/b {setup=6 type=I size=51/SIZE}
C 10 RETR arg=c path=?/c {setup=6 type=I}
S 10 RETR 150 WAIT path=?/c {setup=6 type=I}
S 10 RETR 226 DONE path=?/c {setup=6 type=I}
C 11 REST arg=100
S 11 REST 350 MORE
C 12 REST arg=0
S 12 REST 350 MORE
C 13 RETR arg=a path=?/a {setup=6 type=I size=1000/SIZE}
S 13 RETR 150 WAIT path=?/a {setup=6 type=I size=1000/SIZE}
S 13 RETR 226 DONE path=?/a {setup=6 type=I size=1000/SIZE}
C 14 REST arg=77
S 14 REST 502 REFUSED
C 15 RETR arg=a path=?/a {setup=6 type=I size=1000/SIZE}
S 15 RETR 150 WAIT path=?/a {setup=6 type=I size=1000/SIZE}
S 15 RETR 226 DONE path=?/a {setup=6 type=I size=1000/SIZE}
C 16 TYPE arg=A
S 16 TYPE 200 DONE
C 17 SIZE arg=a path=?/a
S 17 SIZE 213 DONE path=?/a
C 18 RETR arg=a path=?/a {setup=6 type=A size=1020/SIZE/ascii}
S 18 RETR 150 WAIT path=?/a {setup=6 type=A size=1020/SIZE/ascii}
S 18 RETR 226 DONE path=?/a {setup=6 type=A size=1020/SIZE/ascii}
C 19 SIZE arg=a path=?/a
S 19 SIZE 550 REFUSED text=SIZE_IN_ASCII path=?/a
