# The capture begins with a 331: what follows is still a secret.
start middle
secret hunter2
S 331 password\r\n
C hunter2\r\n
S 500 what?\r\n
===
S - 331 unsolicited uncertain
C 1 (unknown) <hidden>
S 1 (unknown) 500 REFUSED
