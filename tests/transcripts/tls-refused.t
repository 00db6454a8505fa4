# GSSAPI is not there, TLS is refused by policy or not there at all; the session goes on in the clear.
S 220 ready\r\n
C AUTH GSSAPI\r\n
S 504 Unknown AUTH mechanism\r\n
C AUTH TLS\r\n
S 534 Local policy\r\n
C AUTH SSL\r\n
S 502 TLS is not available.\r\n
C USER bob\r\n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=GSSAPI phase=login
S 1 AUTH 504 REFUSED
C 2 AUTH arg=TLS
S 2 AUTH 534 REFUSED
C 3 AUTH arg=SSL
S 3 AUTH 502 REFUSED text=TLS_UNAVAILABLE
C 4 USER arg=bob
S 4 USER 230 DONE login
