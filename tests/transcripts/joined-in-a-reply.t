# The capture begins inside a multi-line reply, and with a reply whose command was before it.
start middle
S more text\r\n211-UTF8\r\n211 End\r\n
S 226 done\r\n
C NOOP\r\n
S 200 ok\r\n
===
S - unsolicited
S - 211- unsolicited uncertain
S - 211 unsolicited uncertain
S - 226 unsolicited uncertain
C 1 NOOP
S 1 NOOP 200 DONE
