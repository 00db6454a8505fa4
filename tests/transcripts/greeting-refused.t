# 421 as the first line: the session ends before it began.
S 421 There are too many connected users, please try later.\r\n
===
S - 421 text=TOO_MANY_USERS greeting unsolicited closing
