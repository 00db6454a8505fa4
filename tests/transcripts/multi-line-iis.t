# IIS puts the cause in the first lines and ends with "550 End": the text class is of the whole reply.
S 220 Microsoft FTP Service\r\n
C USER bob\r\n
S 230 ok\r\n
C STOR a\r\n
S 550-Access is denied. \r\n Win32 error:   Access is denied. \r\n Error details: File system denied the access.\r\n550 End\r\n
C RETR b\r\n
S 550-The system cannot find the file specified. \r\n Win32 error:   The system cannot find the file specified. \r\n Error details: File system returned an error.\r\n550 End\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 STOR arg=a path=?/a {default-ports type=A} phase=ready user=bob
S 2 STOR 550- path=?/a
S 2 STOR 550.
S 2 STOR 550.
S 2 STOR 550 REFUSED text=PERMISSION path=?/a {default-ports type=A}
C 3 RETR arg=b path=?/b {default-ports type=A}
S 3 RETR 550- path=?/b
S 3 RETR 550.
S 3 RETR 550.
S 3 RETR 550 REFUSED text=NOT_FOUND path=?/b {default-ports type=A}
