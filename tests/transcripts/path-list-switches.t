# LIST takes switches of ls before the path; a name may begin with a dash only behind a directory. Odd names stay whole.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C CWD /pub\r\n
S 250 ok\r\n
C LIST -la sub dir\r\n
S 125 List started.\r\n250 List completed\r\n
C NLST -a\r\n
S 450 No files found\r\n
C MLSD /x/../y\r\n
S 125 ok\r\n226 done\r\n
C SIZE caf\xe9\x1b[2J.txt\r\n
S 550 no\r\n
C SIZE caf\xc3\xa9\r\n
S 213 4\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 CWD arg=/pub path=/pub phase=ready user=bob
S 2 CWD 250 DONE path=/pub
C 3 LIST arg=-la sub dir path=/pub/sub dir {default-ports type=A} cwd=/pub
S 3 LIST 125 WAIT path=/pub/sub dir {default-ports type=A}
S 3 LIST 250 DONE path=/pub/sub dir {default-ports type=A}
C 4 NLST arg=-a path=/pub {default-ports type=A}
S 4 NLST 450 FAILED text=NOTHING_MATCHES path=/pub {default-ports type=A}
C 5 MLSD arg=/x/../y path=/y {default-ports type=A}
S 5 MLSD 125 WAIT path=/y {default-ports type=A}
S 5 MLSD 226 DONE path=/y {default-ports type=A}
C 6 SIZE arg=caf\xe9\x1b[2J.txt path=/pub/caf\xe9\x1b[2J.txt
S 6 SIZE 550 REFUSED path=/pub/caf\xe9\x1b[2J.txt
C 7 SIZE arg=café path=/pub/café
S 7 SIZE 213 DONE path=/pub/café
