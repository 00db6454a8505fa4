# Code only, TAB, no blank behind the code, more or fewer than three digits, codes below 100 and above 699.
S 220\r\n
C USER bob\r\n
S 230\tok\r\n
C NOOP\r\n
S 200ok\r\n
C NOOP\r\n
S 099 low\r\n
S 200 ok\r\n
C NOOP\r\n
S 700 high\r\n
S 200 ok\r\n
C NOOP\r\n
S 22 short\r\n
S 200 ok\r\n
C QUIT\r\n
S 7221 Bye\r\n
S 221Bye\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 NOOP phase=ready user=bob
S 2 NOOP 200 DONE no-space
C 3 NOOP
S - unsolicited illegal
S 3 NOOP 200 DONE uncertain doubtful
C 4 NOOP
S - unsolicited illegal
S 4 NOOP 200 DONE uncertain doubtful
C 5 NOOP
S - unsolicited illegal
S 5 NOOP 200 DONE uncertain doubtful
C 6 QUIT
S - unsolicited illegal
S 6 QUIT 221 DONE no-space uncertain closing doubtful
