# F-20: MDTM, also with the year 2000 bug "19100...".
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C MDTM a\r\n
S 213 20240101120000\r\n
C MDTM a\r\n
S 213 19100010112000\r\n
C MDTM 20240101120000 a\r\n
S 253 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 MDTM arg=a path=?/a phase=ready user=bob
S 2 MDTM 213 DONE path=?/a
C 3 MDTM arg=a path=?/a
S 3 MDTM 213 DONE path=?/a
C 4 MDTM arg=20240101120000 a path=?/20240101120000 a
S 4 MDTM 253 DONE path=?/20240101120000 a
