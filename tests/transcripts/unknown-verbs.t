# Words that are in no table: any code may answer them.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C XYZZY now\r\n
S 500 'XYZZY': command not understood.\r\n
C FROB\r\n
S 299 frobbed\r\n
C FROB\r\n
S 150 frobbing\r\n
S 226 frobbed\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 (unknown) XYZZY arg=now phase=ready user=bob
S 2 (unknown) 500 REFUSED
C 3 (unknown) FROB
S 3 (unknown) 299 DONE
C 4 (unknown) FROB
S 4 (unknown) 150 WAIT
S 4 (unknown) 226 DONE
