# Two commands wait, and bytes of the server are missing, but the reply does not acknowledge the second: it is the first's.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C DELE a\r\nDELE b\r\n
gap S 20
S@18 250 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 DELE arg=a path=?/a phase=ready user=bob
C 3 DELE arg=b pipelined path=?/b
S 2 DELE 250 DONE gap=20 uncertain path=?/a
- 3 DELE unanswered uncertain path=?/b
