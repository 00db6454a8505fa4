# F-28: bytes are missing inside PASS: neither half shows.
secret hunt
secret er2
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C PASS hunt
gap C 2
C er2\r\n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> uncertain broken-off user=bob
C 3 (unknown) <hidden> gap=2
S 2 PASS 230 DONE uncertain login doubtful
- 3 (unknown) unanswered phase=ready
