# The capture begins inside a multi-line reply, and with a reply whose command was before it.
start middle
S more text\r\n211-UTF8\r\n211 End\r\n
S 226 done\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - unsolicited illegal
S - 211- unsolicited
S - 211 unsolicited
S - 226 unsolicited
C 1 NOOP
S 1 NOOP 200 DONE uncertain
