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
S - 200 unsolicited phase=ready user=bob
C 2  NOOP\\r\\nNOOP\\r\\nNOOP\\r\\nNOOP\\r\\nNOOP\\r\\nNOOP\\r\\nNOOP\\r\\nNOOP...(532 bytes)
- 2  unanswered
