# More than 64 commands wait: the oldest are given up, and that is said; the replies go to the ones still there.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C \{NOOP\r\n*66}
S 200 ok\r\n
C QUIT\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 NOOP phase=ready user=bob
C 3 NOOP pipelined
C 4 NOOP pipelined
C 5 NOOP pipelined
C 6 NOOP pipelined
C 7 NOOP pipelined
C 8 NOOP pipelined
C 9 NOOP pipelined
C 10 NOOP pipelined
C 11 NOOP pipelined
C 12 NOOP pipelined
C 13 NOOP pipelined
C 14 NOOP pipelined
C 15 NOOP pipelined
C 16 NOOP pipelined
C 17 NOOP pipelined
C 18 NOOP pipelined
C 19 NOOP pipelined
C 20 NOOP pipelined
C 21 NOOP pipelined
C 22 NOOP pipelined
C 23 NOOP pipelined
C 24 NOOP pipelined
C 25 NOOP pipelined
C 26 NOOP pipelined
C 27 NOOP pipelined
C 28 NOOP pipelined
C 29 NOOP pipelined
C 30 NOOP pipelined
C 31 NOOP pipelined
C 32 NOOP pipelined
C 33 NOOP pipelined
C 34 NOOP pipelined
C 35 NOOP pipelined
C 36 NOOP pipelined
C 37 NOOP pipelined
C 38 NOOP pipelined
C 39 NOOP pipelined
C 40 NOOP pipelined
C 41 NOOP pipelined
C 42 NOOP pipelined
C 43 NOOP pipelined
C 44 NOOP pipelined
C 45 NOOP pipelined
C 46 NOOP pipelined
C 47 NOOP pipelined
C 48 NOOP pipelined
C 49 NOOP pipelined
C 50 NOOP pipelined
C 51 NOOP pipelined
C 52 NOOP pipelined
C 53 NOOP pipelined
C 54 NOOP pipelined
C 55 NOOP pipelined
C 56 NOOP pipelined
C 57 NOOP pipelined
C 58 NOOP pipelined
C 59 NOOP pipelined
C 60 NOOP pipelined
C 61 NOOP pipelined
C 62 NOOP pipelined
C 63 NOOP pipelined
C 64 NOOP pipelined
C 65 NOOP pipelined
C 66 NOOP pipelined overflow gave-up=2
C 67 NOOP pipelined overflow gave-up=3
S 4 NOOP 200 DONE uncertain doubtful
C 68 QUIT pipelined
- 5 NOOP unanswered uncertain
- 6 NOOP unanswered uncertain
- 7 NOOP unanswered uncertain
- 8 NOOP unanswered uncertain
- 9 NOOP unanswered uncertain
- 10 NOOP unanswered uncertain
- 11 NOOP unanswered uncertain
- 12 NOOP unanswered uncertain
- 13 NOOP unanswered uncertain
- 14 NOOP unanswered uncertain
- 15 NOOP unanswered uncertain
- 16 NOOP unanswered uncertain
- 17 NOOP unanswered uncertain
- 18 NOOP unanswered uncertain
- 19 NOOP unanswered uncertain
- 20 NOOP unanswered uncertain
- 21 NOOP unanswered uncertain
- 22 NOOP unanswered uncertain
- 23 NOOP unanswered uncertain
- 24 NOOP unanswered uncertain
- 25 NOOP unanswered uncertain
- 26 NOOP unanswered uncertain
- 27 NOOP unanswered uncertain
- 28 NOOP unanswered uncertain
- 29 NOOP unanswered uncertain
- 30 NOOP unanswered uncertain
- 31 NOOP unanswered uncertain
- 32 NOOP unanswered uncertain
- 33 NOOP unanswered uncertain
- 34 NOOP unanswered uncertain
- 35 NOOP unanswered uncertain
- 36 NOOP unanswered uncertain
- 37 NOOP unanswered uncertain
- 38 NOOP unanswered uncertain
- 39 NOOP unanswered uncertain
- 40 NOOP unanswered uncertain
- 41 NOOP unanswered uncertain
- 42 NOOP unanswered uncertain
- 43 NOOP unanswered uncertain
- 44 NOOP unanswered uncertain
- 45 NOOP unanswered uncertain
- 46 NOOP unanswered uncertain
- 47 NOOP unanswered uncertain
- 48 NOOP unanswered uncertain
- 49 NOOP unanswered uncertain
- 50 NOOP unanswered uncertain
- 51 NOOP unanswered uncertain
- 52 NOOP unanswered uncertain
- 53 NOOP unanswered uncertain
- 54 NOOP unanswered uncertain
- 55 NOOP unanswered uncertain
- 56 NOOP unanswered uncertain
- 57 NOOP unanswered uncertain
- 58 NOOP unanswered uncertain
- 59 NOOP unanswered uncertain
- 60 NOOP unanswered uncertain
- 61 NOOP unanswered uncertain
- 62 NOOP unanswered uncertain
- 63 NOOP unanswered uncertain
- 64 NOOP unanswered uncertain
- 65 NOOP unanswered uncertain
- 66 NOOP unanswered uncertain
- 67 NOOP unanswered
- 68 QUIT unanswered
