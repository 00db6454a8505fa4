# F-27: segments without a known acknowledgement (ack of unseen data, one-way capture): pairing goes by order alone.
S@? 220 ready\r\n
C@? USER bob\r\n
S@? 230 ok\r\n
C@? SYST\r\n
S@? 215 UNIX\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 SYST phase=ready user=bob
S 2 SYST 215 DONE
