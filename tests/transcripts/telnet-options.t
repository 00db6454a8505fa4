# Old clients negotiate Telnet options at the start; a doubled FF in a name is one byte.
S \xff\xfb\x01220 ready\r\n
C \xff\xfd\x03\xff\xfb\x18USER bob\r\n
S 230 ok\r\n
C CWD na\xff\xffme\r\n
S 250 ok\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited telnet
C 1 USER arg=bob telnet phase=login
S 1 USER 230 DONE login
C 2 CWD arg=na\xffme telnet path=?/na\xffme phase=ready user=bob
S 2 CWD 250 DONE path=?/na\xffme
C 3 NOOP cwd=?/na\xffme
S 3 NOOP 200 DONE
