# A line beyond FSC_LINE_MAX (65536): the first part is the line, the rest is its continuation; then all goes on.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C CWD \{d*70000}\r\n
S 500 \{z*66000}\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 CWD arg=dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd...(65532 bytes) text-cut overlong path=?/dddddddddddddddddddddddddddddddddddddddddddddddddddddddddd...(4096 bytes) phase=ready user=bob
C - continued
S 2 CWD 500 REFUSED text-cut overlong path=?/dddddddddddddddddddddddddddddddddddddddddddddddddddddddddd...(4096 bytes)
S - continued
C 3 NOOP
S 3 NOOP 200 DONE
