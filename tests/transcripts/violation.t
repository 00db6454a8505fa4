# Codes the diagrams of RFC 959 section 6 do not have: 1yz and 3yz to simple commands, 2yz to RNFR.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C NOOP\r\n
S 350 and now?\r\n
C SYST\r\n
S 150 well\r\n
S 215 UNIX\r\n
C RNFR a\r\n
S 250 done already\r\n
C CWD x\r\n
S 333 hm\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 NOOP phase=ready user=bob
S 2 NOOP 350 VIOLATION illegal
C 3 SYST
S 3 SYST 150 VIOLATION illegal
S 3 SYST 215 DONE
C 4 RNFR arg=a path=?/a
S 4 RNFR 250 VIOLATION illegal path=?/a
C 5 CWD arg=x path=?/x
S 5 CWD 333 VIOLATION illegal path=?/x
