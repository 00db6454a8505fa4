# F-18: directories: PWD, CWD, CDUP, MKD; doubled quotes in a 257; a 257 with an open quote or without quotes.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C CWD pub\r\n
S 250 ok\r\n
C MKD new\r\n
S 257 "/home/bob/pub/new" created\r\n
C PWD\r\n
S 257 "/a""b" is the current directory\r\n
C CWD ../c/./d\r\n
S 250 ok\r\n
C CDUP\r\n
S 250 ok\r\n
C PWD\r\n
S 257 "Only one\r\n
C PWD\r\n
S 257 PWD = /x\r\n
C CWD ~bob\r\n
S 550 Failed to change directory.\r\n
C CWD sub\r\n
S 250 "/from/reply" is the current directory.\r\n
C MKD /abs\r\n
S 257 created\r\n
C XCUP\r\n
S 200 ok\r\n
C DELE f.txt\r\n
S 250 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 CWD arg=pub path=?/pub phase=ready user=bob
S 2 CWD 250 DONE path=?/pub
C 3 MKD arg=new path=?/pub/new cwd=?/pub
S 3 MKD 257 DONE path=?/pub/new
C 4 PWD
S 4 PWD 257 DONE
C 5 CWD arg=../c/./d path=/c/d cwd=/a"b
S 5 CWD 250 DONE path=/c/d
C 6 CDUP cwd=/c/d
S 6 CDUP 250 DONE
C 7 PWD cwd=/c
S 7 PWD 257 DONE
C 8 PWD
S 8 PWD 257 DONE
C 9 CWD arg=~bob path=?/~bob cwd=/x
S 9 CWD 550 REFUSED path=?/~bob
C 10 CWD arg=sub path=/x/sub
S 10 CWD 250 DONE path=/x/sub
C 11 MKD arg=/abs path=/abs cwd=/from/reply
S 11 MKD 257 DONE path=/abs
C 12 XCUP
S 12 XCUP 200 DONE
C 13 DELE arg=f.txt path=/from/f.txt cwd=/from
S 13 DELE 250 DONE path=/from/f.txt
