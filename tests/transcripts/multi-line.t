# F-21: inner lines with other codes, a blank before a code, terminator without text; digits at the start of a line.
S 220-Welcome\r\n226 x\r\n 220 x\r\n220-more\r\n220\r\n
C USER bob\r\n
S 230 ok\r\n
C HELP\r\n
S 214-The following:\r\n2149 items\r\n214text\r\n100 files\r\n214 End\r\n
C FEAT\r\n
S 211-Extensions supported:\r\n211-UTF8\r\n MLST type*;size*;\r\n2 of 3\r\n211 End.\r\n
C FEAT\r\n
S 211 No features supported\r\n
===
S - 220- greeting unsolicited
S - 220. greeting unsolicited
S - 220. greeting unsolicited
S - 220. greeting unsolicited
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 HELP phase=ready user=bob
S 2 HELP 214-
S 2 HELP 214.
S 2 HELP 214.
S 2 HELP 214.
S 2 HELP 214 DONE
C 3 FEAT
S 3 FEAT 211-
S 3 FEAT 211.
S 3 FEAT 211.
S 3 FEAT 211.
S 3 FEAT 211 DONE
C 4 FEAT
S 4 FEAT 211 DONE
