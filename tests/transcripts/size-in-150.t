# F-14 to F-17: sizes in the 150: a name that holds one, capital B, one byte, Pure-FTPd's kilobytes in a second line;
# the 226 of Serv-U.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C RETR a (12 bytes).bin\r\n
S 150 Opening BINARY mode data connection for a (12 bytes).bin (34 bytes).\r\n
S 226 done\r\n
C RETR b\r\n
S 150 Opening BINARY mode data connection for b (14207859 Bytes).\r\n
S 226 Transfer complete. 14,207,859 bytes transferred. 55,72 KB/sec.\r\n
C RETR c\r\n
S 150 Opening BINARY mode data connection for c (1 byte)\r\n
S 226 done\r\n
C RETR d\r\n
S 150-Accepted data connection\r\n150 12.3 kbytes to download\r\n
S 226-File successfully transferred\r\n226 0.042 seconds (measured here), 0.83 Mbytes per second\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 expect=PORT/2 at=198.51.100.10:51201 from=203.0.113.21 phase=ready user=bob
S 2 PORT 200 DONE setup=2
C 3 RETR arg=a (12 bytes).bin path=?/a (12 bytes).bin {setup=2 type=A}
S 3 RETR 150 WAIT path=?/a (12 bytes).bin {setup=2 type=A size=34/150}
S 3 RETR 226 DONE path=?/a (12 bytes).bin {setup=2 type=A size=34/150}
C 4 RETR arg=b path=?/b {setup=2 type=A}
S 4 RETR 150 WAIT path=?/b {setup=2 type=A size=14207859/150}
S 4 RETR 226 DONE path=?/b {setup=2 type=A size=14207859/150}
C 5 RETR arg=c path=?/c {setup=2 type=A}
S 5 RETR 150 WAIT path=?/c {setup=2 type=A size=1/150}
S 5 RETR 226 DONE path=?/c {setup=2 type=A size=1/150}
C 6 RETR arg=d path=?/d {setup=2 type=A}
S 6 RETR 150- path=?/d
S 6 RETR 150 WAIT path=?/d {setup=2 type=A}
S 6 RETR 226- path=?/d
S 6 RETR 226 DONE path=?/d {setup=2 type=A}
