# USER, PASS and more in one segment, as curl does not but some devices do: the secret is hidden without a 331 before it.
secret hunter2
S 220 ready\r\n
C USER bob\r\nPASS hunter2\r\nPWD\r\n
S 331-Please\r\n331 password\r\n230-Hello\r\n530 inner line\r\n230 ok\r\n257 "/home/bob"\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
C 2 PASS <hidden> pipelined
C 3 PWD pipelined
S 1 USER 331-
S 1 USER 331 MORE
S 2 PASS 230- user=bob
S 2 PASS 230.
S 2 PASS 230 DONE login
S 3 PWD 257 DONE phase=ready
C 4 NOOP cwd=/home/bob
S 4 NOOP 200 DONE
