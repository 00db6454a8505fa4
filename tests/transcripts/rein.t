# REIN: everything as after the connect; with 120 first, refused, and in pyftpdlib's manner with 230.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C CWD /pub\r\n
S 250 ok\r\n
C TYPE I\r\n
S 200 ok\r\n
C REIN\r\n
S 502 no REIN here\r\n
C REIN\r\n
S 120 in 1 minute\r\n
S 220 ready\r\n
C LIST\r\n
S 530 Please login\r\n
C USER bob\r\n
S 230 ok\r\n
C REIN\r\n
S 230 Ready for new user.\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 CWD arg=/pub path=/pub phase=ready user=bob
S 2 CWD 250 DONE path=/pub
C 3 TYPE arg=I cwd=/pub
S 3 TYPE 200 DONE
C 4 REIN
S 4 REIN 502 REFUSED
C 5 REIN
S 5 REIN 120 WAIT
S 5 REIN 220 DONE reset
C 6 LIST path=?/ {default-ports type=A} phase=login user= cwd=?
S 6 LIST 530 REFUSED text=NOT_LOGGED_IN path=?/ {default-ports type=A}
C 7 USER arg=bob
S 7 USER 230 DONE login
C 8 REIN phase=ready user=bob
S 8 REIN 230 DONE reset
C 9 NOOP phase=login user=
S 9 NOOP 200 DONE
