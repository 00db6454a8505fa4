# Many commands in one segment, the answers in two; each reply goes to its command.
S 220 ready\r\n
C USER bob\r\nSYST\r\nFEAT\r\nPWD\r\nNOOP\r\n
S 230 ok\r\n215 UNIX\r\n211-Features:\r\n UTF8\r\n
S 211 End\r\n257 "/"\r\n200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
C 2 SYST pipelined
C 3 FEAT pipelined
C 4 PWD pipelined
C 5 NOOP pipelined
S 1 USER 230 DONE login
S 2 SYST 215 DONE phase=ready user=bob
S 3 FEAT 211-
S 3 FEAT 211.
S 3 FEAT 211 DONE
S 4 PWD 257 DONE
S 5 NOOP 200 DONE cwd=/
