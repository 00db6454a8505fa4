# 250 names a directory, but not from the root: the argument counts. A refused PWD changes nothing, nor does one whose text
# quotes nothing.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PWD\r\n
S 257 "/home"\r\n
C CWD link\r\n
S 250 "pub" is the current directory\r\n
C PWD\r\n
S 550 no\r\n
C PWD\r\n
S 257 no quotes here\r\n
C CDUP\r\n
S 250 ok\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PWD phase=ready user=bob
S 2 PWD 257 DONE
C 3 CWD arg=link path=/home/link cwd=/home
S 3 CWD 250 DONE path=/home/link
C 4 PWD cwd=/home/link
S 4 PWD 550 REFUSED
C 5 PWD
S 5 PWD 257 DONE
C 6 CDUP
S 6 CDUP 250 DONE
C 7 NOOP cwd=/home
S 7 NOOP 200 DONE
