# Directories change when the server says so: pipelined names are joined with the directory in force at the reply.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C CWD /a\r\nCWD b\r\nDELE c\r\nCDUP\r\nMKD d\r\n
S 250 ok\r\n550 no\r\n250 ok\r\n250 ok\r\n257 "/d" created\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 CWD arg=/a path=/a phase=ready user=bob
C 3 CWD arg=b pipelined
C 4 DELE arg=c pipelined
C 5 CDUP pipelined
C 6 MKD arg=d pipelined
S 2 CWD 250 DONE path=/a
S 3 CWD 550 REFUSED path=/a/b cwd=/a
S 4 DELE 250 DONE path=/a/c
S 5 CDUP 250 DONE
S 6 MKD 257 DONE path=/d cwd=/
