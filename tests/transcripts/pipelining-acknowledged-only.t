# A reply cannot answer a command its segment does not acknowledge, even when the code would fit it better.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C XYZ\r\n
C SYST\r\n
S@15 215 strange answer\r\n
S 215 UNIX\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 (unknown) XYZ phase=ready user=bob
C 3 SYST pipelined
S 2 (unknown) 215 DONE
S 3 SYST 215 DONE
