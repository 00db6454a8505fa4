# F-28: passwords in SITE: PSWD (Serv-U), GPASS (wu-ftpd), CHPASS and ADDUSER (glFTPd). Other SITE words are shown.
secret oldpw
secret newpw
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C SITE PSWD oldpw newpw\r\n
S 230 Password changed.\r\n
C site gpass newpw\r\n
S 200 ok\r\n
C SITE CHPASS bob newpw\r\n
S 200 ok\r\n
C SITE ADDUSER bob newpw\r\n
S 200 ok\r\n
C SITE CHMOD 644 a.txt\r\n
S 200 ok\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 SITE <hidden> phase=ready user=bob
S 2 SITE 230 DONE
C 3 SITE <hidden>
S 3 SITE 200 DONE
C 4 SITE <hidden>
S 4 SITE 200 DONE
C 5 SITE <hidden>
S 5 SITE 200 DONE
C 6 SITE arg=CHMOD 644 a.txt
S 6 SITE 200 DONE
