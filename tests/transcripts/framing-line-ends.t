# F-22: LF only, CR CR LF, a CR inside, NUL inside, CR NUL LF inside a name (RFC 2640 3.1: no line end).
S 220 ready\n
C USER bob\n
S 230 ok\r\r\n
C CWD a\rb\r\n
S 250 ok\r\n
C CWD c\0d\r\n
S 250 ok\r\n
C MKD e\r\0\nf\r\n
S 257 "/e" created\r\n
C NOOP\r\r\r\n
S 200 ok\n
===
S - 220 greeting unsolicited bare-lf
C 1 USER arg=bob bare-lf phase=login
S 1 USER 230 DONE login extra-cr
C 2 CWD arg=a\x0db path=?/a\x0db phase=ready user=bob
S 2 CWD 250 DONE path=?/a\x0db
C 3 CWD arg=c\x00d nul path=?/a\x0db/c\x00d cwd=?/a\x0db
S 3 CWD 250 DONE path=?/a\x0db/c\x00d
C 4 MKD arg=e\x0d\x00\x0af nul path=?/a\x0db/c\x00d/e\x0d\x00\x0af cwd=?/a\x0db/c\x00d
S 4 MKD 257 DONE path=?/a\x0db/c\x00d/e\x0d\x00\x0af
C 5 NOOP extra-cr
S 5 NOOP 200 DONE bare-lf
