# F-28: the first command after 331, 332 or 336 with an unknown verb is taken for the secret itself; and so is every other
# one until somebody is logged in, for it may be the next try.
secret hunter2
secret PAAS
secret again2
secret MARY HAD A LITTLE
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C hunter2\r\n
S 500 unknown command\r\n
C USER bob\r\n
S 331 password\r\n
C PAAS hunter2\r\n
S 500 unknown command\r\n
C USER bob\r\n
S 336 otp-md5 497 ke1234 Challenge\r\n
C MARY HAD A LITTLE\r\n
S 500 unknown command\r\n
C again2\r\n
S 230 ok\r\n
C XYZZY free word\r\n
S 500 unknown command\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 (unknown) <hidden> user=bob
S 2 (unknown) 500 REFUSED
C 3 USER arg=bob
S 3 USER 331 MORE
C 4 (unknown) <hidden>
S 4 (unknown) 500 REFUSED
C 5 USER arg=bob
S 5 USER 336 MORE
C 6 (unknown) <hidden>
S 6 (unknown) 500 REFUSED
C 7 (unknown) <hidden>
S 7 (unknown) 230 DONE
C 8 (unknown) XYZZY arg=free word
S 8 (unknown) 500 REFUSED
