# RNFR 350, RNTO 250; RNTO without RNFR; RNFR of a missing file.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PWD\r\n
S 257 "/d"\r\n
C RNFR old name\r\n
S 350 Ready for destination name\r\n
C RNTO ../new name\r\n
S 250 ok\r\n
C RNTO x\r\n
S 503 RNFR required first.\r\n
C RNFR missing\r\n
S 550 missing: No such file or directory\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PWD phase=ready user=bob
S 2 PWD 257 DONE
C 3 RNFR arg=old name path=/d/old name cwd=/d
S 3 RNFR 350 MORE path=/d/old name
C 4 RNTO arg=../new name path=/new name
S 4 RNTO 250 DONE path=/new name
C 5 RNTO arg=x path=/d/x
S 5 RNTO 503 REFUSED path=/d/x
C 6 RNFR arg=missing path=/d/missing
S 6 RNFR 550 REFUSED text=NOT_FOUND path=/d/missing
