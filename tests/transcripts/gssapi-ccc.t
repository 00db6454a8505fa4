# CCC in the clear inside a GSSAPI session: 200, and the control channel is cleared from then on. PROT stays.
S 220 ready\r\n
C AUTH GSSAPI\r\n
S 234 no exchange needed\r\n
C USER bob\r\n
S 232 authorised\r\n
C PBSZ 1000\r\n
S 200 PBSZ=1000\r\n
C PROT P\r\n
S 200 ok\r\n
C CCC\r\n
S 200 cleared\r\n
C RETR a\r\n
S 150 go\r\n
S 226 done\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=GSSAPI phase=login
S 1 AUTH 234 DONE reset
C 2 USER arg=bob tls=gssapi
S 2 USER 232 DONE login
C 3 PBSZ arg=1000 phase=ready user=bob
S 3 PBSZ 200 DONE
C 4 PROT arg=P
S 4 PROT 200 DONE
C 5 CCC
S 5 CCC 200 DONE
C 6 RETR arg=a path=?/a {default-ports type=A protection=P} tls=cleared
S 6 RETR 150 WAIT path=?/a {default-ports type=A protection=P}
S 6 RETR 226 DONE path=?/a {default-ports type=A protection=P}
