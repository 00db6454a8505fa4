# F-21: the stream ends inside a multi-line reply.
S 220 ready\r\n
C USER bob\r\n
S 230-Hello\r\n still hel
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230-
S 1 USER 230. uncertain broken-off
- 1 USER unanswered
