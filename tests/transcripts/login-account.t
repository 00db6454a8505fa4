# 332 asks for an account, also as the answer to another command (RFC 959 4.1.1); the account is a secret.
secret hunter2
secret acc-4711
secret acc-4712
S 220 ready\r\n
C USER bob\r\n
S 331 password\r\n
C PASS hunter2\r\n
S 332 account\r\n
C ACCT acc-4711\r\n
S 230 logged in\r\n
C STOR a\r\n
S 332 Need account for storing files.\r\n
C ACCT acc-4712\r\n
S 202 superfluous\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 331 MORE
C 2 PASS <hidden> user=bob
S 2 PASS 332 MORE
C 3 ACCT <hidden>
S 3 ACCT 230 DONE login
C 4 STOR arg=a path=?/a {default-ports type=A} phase=ready
S 4 STOR 332 MORE path=?/a {default-ports type=A}
C 5 ACCT <hidden>
S 5 ACCT 202 DONE login
