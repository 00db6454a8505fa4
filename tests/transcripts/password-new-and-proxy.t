# F-28: z/OS takes PASS old/new/new; proxies take USER user@host and PASS a@b. Nothing of either password shows.
secret old1
secret new1
secret pwa
secret pwb
S 220 ready\r\n
C USER ibmuser\r\n
S 331 Send password please.\r\n
C PASS old1/new1/new1\r\n
S 230 IBMUSER is logged on. Working directory is "IBMUSER.".\r\n
C REIN\r\n
S 220 ready\r\n
C USER bob@proxyuser@ftp.example\r\n
S 331 password\r\n
C PASS pwa@pwb\r\n
S 230 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=ibmuser phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> user=ibmuser
S 2 PASS 230 DONE login
C 3 REIN phase=ready
S 3 REIN 220 DONE reset
C 4 USER arg=bob@proxyuser@ftp.example phase=login user=
S 4 USER 331 MORE
C 5 PASS <hidden> user=bob@proxyuser@ftp.example
S 5 PASS 230 DONE login
