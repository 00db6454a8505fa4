# A client that sends USER with the handshake's ACK still outstanding: what was no reply before the greeting stood for none,
# so the pairing is as certain as without it.
S ld.so: warning: cannot open shared object\r\n
S 220 ready\r\n
C@0 USER bob\r\n
S 230 ok\r\n
===
S - unsolicited illegal
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
