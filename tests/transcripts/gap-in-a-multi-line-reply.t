# F-27: a hole in a multi-line reply that swallowed its end: the next reply is a new one; a hole that did not: goes on.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C FEAT\r\n
S 211-Features:\r\n UTF8\r\n
gap S 20
S  MDTM\r\n211 End\r\n
C FEAT\r\n
S 211-Features:\r\n UTF8\r\n
gap S 20
C SYST\r\n
S 215 UNIX\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 FEAT phase=ready user=bob
S 2 FEAT 211-
S 2 FEAT 211.
S 2 FEAT 211. gap=20 uncertain
S 2 FEAT 211 DONE uncertain
C 3 FEAT
S 3 FEAT 211-
S 3 FEAT 211.
C 4 SYST
S 4 SYST 215 DONE gap=20 uncertain unterminated
