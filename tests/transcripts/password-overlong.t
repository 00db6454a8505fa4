# A password beyond the limit of a line: the continuation is no command, and nothing of it shows.
secret hunter2
secret s3cr3tend
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C PASS hunter2\{x*70000}s3cr3tend\r\n
S 500 Input line too long.\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> overlong user=bob
C - continued
S 2 PASS 500 REFUSED
C 3 NOOP
S 3 NOOP 200 DONE
