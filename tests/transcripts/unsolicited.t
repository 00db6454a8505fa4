# A reply that answers nothing.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
S 226 out of nothing\r\n
C NOOP\r\n
S 200 ok\r\n
S 200 twice\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
S - 226 unsolicited phase=ready user=bob
C 2 NOOP
S 2 NOOP 200 DONE
S - 200 unsolicited
