# F-27: the end of a reply was not captured (snap length, loss): what is left of the line is shown as broken off.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C PASV\r\n
S 227 Entering Passi
gap S 31
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PASV setup=2 phase=ready user=bob
S 2 PASV 227 DONE uncertain broken-off setup=2
C 3 NOOP
S 3 NOOP 200 DONE gap=31 uncertain
