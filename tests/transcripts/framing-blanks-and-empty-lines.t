# Empty lines are no commands; blanks in front of a verb and behind a name; a TAB separates too.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C \r\n
C   \r\n
C   NOOP\r\n
S 200 ok\r\n
C CWD  two blanks \r\n
S 250 ok\r\n
C TYPE\tI\r\n
S 200 ok\r\n
C TYPE   A\r\n
S 200 ok\r\n
C LIST\r\n
S 425 Use PORT or PASV first.\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C - phase=ready user=bob
C -
C 2 NOOP
S 2 NOOP 200 DONE
C 3 CWD arg= two blanks  path=?/ two blanks 
S 3 CWD 250 DONE path=?/ two blanks 
C 4 TYPE arg=I cwd=?/ two blanks 
S 4 TYPE 200 DONE
C 5 TYPE arg=A
S 5 TYPE 200 DONE
C 6 LIST path=?/ two blanks  {default-ports type=A}
S 6 LIST 425 FAILED text=USE_PORT_OR_PASV path=?/ two blanks  {default-ports type=A}
