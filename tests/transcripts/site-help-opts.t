# Harmless commands and their usual answers, practice included.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C OPTS UTF8 ON\r\n
S 202 UTF8 mode is always enabled.\r\n
C CLNT client 1.0\r\n
S 200 Don't care.\r\n
C SITE UMASK\r\n
S 214 umask is 022\r\n
C LANG en\r\n
S 200 ok\r\n
C MLST a\r\n
S 250-Begin\r\n type=file;size=5; /a\r\n250 End.\r\n
C MFMT 20240101120000 a\r\n
S 213 Modify=20240101120000; /a\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 OPTS arg=UTF8 ON phase=ready user=bob
S 2 OPTS 202 DONE
C 3 CLNT arg=client 1.0
S 3 CLNT 200 DONE
C 4 SITE arg=UMASK
S 4 SITE 214 DONE
C 5 LANG arg=en
S 5 LANG 200 DONE
C 6 MLST arg=a path=?/a
S 6 MLST 250- path=?/a
S 6 MLST 250.
S 6 MLST 250 DONE path=?/a
C 7 MFMT arg=20240101120000 a path=?/a
S 7 MFMT 213 DONE path=?/a
