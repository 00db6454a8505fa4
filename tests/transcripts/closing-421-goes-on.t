# 421 that closes nothing (pyftpdlib: "421 Passive data channel timed out."): the session lives on.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passive Mode (203,0,113,21,195,80).\r\n
S 421 Passive data channel timed out.\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE expect=PASV/2 at=203.0.113.21:50000 from=198.51.100.10
S - 421 text=DATA_TIMEOUT unsolicited closing
C 3 NOOP
S 3 NOOP 200 DONE
