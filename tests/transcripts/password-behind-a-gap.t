# The beginning of a line is missing: its rest may be the rest of a password, whether the 331 was seen or not.
secret ter2
secret obby
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
gap C 8
C ter2\r\n
S 530 Login incorrect.\r\n
gap C 12
gap S 20
C obby\r\n
S 230 ok\r\n
C XYZZY a word\r\n
S 500 unknown\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 (unknown) <hidden> gap=8 user=bob
S 2 (unknown) 530 REFUSED text=LOGIN_INCORRECT
C 3 (unknown) <hidden> gap=12
S 3 (unknown) 230 DONE gap=20 uncertain
C 4 (unknown) XYZZY arg=a word
S 4 (unknown) 500 REFUSED
