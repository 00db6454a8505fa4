# 421 at any time: with nothing pending it is unsolicited.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
S 421 Idle timeout (300 seconds): closing control connection.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
S - 421 text=IDLE_TIMEOUT unsolicited closing phase=ready user=bob
