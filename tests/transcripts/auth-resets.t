# AUTH accepted puts user, directory, parameters and data ports back (RFC 4217 4.2); seen in the clear with GSSAPI.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C CWD /pub\r\n
S 250 ok\r\n
C TYPE I\r\n
S 200 ok\r\n
C PORT 198,51,100,10,200,1\r\n
S 200 ok\r\n
C AUTH GSSAPI\r\n
S 334 ADAT must follow\r\n
C RETR a\r\n
S 530 Please login\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 CWD arg=/pub path=/pub phase=ready user=bob
S 2 CWD 250 DONE path=/pub
C 3 TYPE arg=I cwd=/pub
S 3 TYPE 200 DONE
C 4 PORT arg=198,51,100,10,200,1 expect=PORT/4 at=198.51.100.10:51201 from=203.0.113.21
S 4 PORT 200 DONE setup=4
C 5 AUTH arg=GSSAPI
S 5 AUTH 334 MORE reset
C 6 RETR arg=a path=?/a {default-ports type=A} phase=login tls=gssapi user= cwd=?
S 6 RETR 530 REFUSED text=NOT_LOGGED_IN path=?/a {default-ports type=A}
