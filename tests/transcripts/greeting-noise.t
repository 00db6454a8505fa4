# libwrap and the loader of a server write to the socket before the greeting does.
S ld.so: warning: cannot open shared object\r\n
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
===
S - unsolicited illegal
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
