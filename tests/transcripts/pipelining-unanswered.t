# A server that leaves a command unanswered: the code that only fits the second command belongs to it.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C IDNT u@h:1.2.3.4\r\nSYST\r\nPWD\r\n
S 215 UNIX\r\n
S 257 "/"\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 IDNT arg=u@h:1.2.3.4 phase=ready user=bob
C 3 SYST pipelined
C 4 PWD pipelined
S 3 SYST 215 DONE gave-up=2
S 4 PWD 257 DONE
