# 120 promises a 220; the client waits.
S 120 Service ready in 3 minutes.\r\n
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
===
S - 120 greeting unsolicited
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
