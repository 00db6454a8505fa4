# Servers and proxies repeat a line that they do not like; in a reply the password is hidden as well. A short one is only
# hidden as a word of its own. The token of a security exchange stands behind ADAT= (RFC 2228 section 4).
secret zQ7secretX
secret ZQ7SECRETX
secret c2VjcmV0
secret tEst
S 220 ready\r\n
C AUTH GSSAPI\r\n
S 334 ADAT=c2VjcmV0\r\n
C USER bob\r\n
S 331 password\r\n
C PASS zQ7secretX\r\n
S 530-Login incorrect: zQ7secretX\r\n
S  and "PASS zq7SECRETx" is not understood, ZQ7SECRETX!\r\n
S 530 again\r\n
C PASS tEst\r\n
S 500 'PASS tEst': the latest one is wrong too\r\n
C PASSzQ7secretX\r\n
S 500 PASSzQ7secretX not understood\r\n
C SITE PASSWD zQ7secretX\r\n
S 500 SITE PASSWD zQ7secretX not understood\r\n
C AUTH PLAIN c2VjcmV0\r\n
S 504 PLAIN c2VjcmV0 not understood\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=GSSAPI phase=login
S 1 AUTH 334 MORE reset
C 2 USER arg=bob tls=gssapi
S 2 USER 331 MORE
C 3 PASS <hidden> user=bob
S 3 PASS 530-
S 3 PASS 530.
S 3 PASS 530 REFUSED text=LOGIN_INCORRECT login-refused
C 4 PASS <hidden>
S 4 PASS 500 REFUSED
C 5 (unknown) <hidden>
S 5 (unknown) 500 REFUSED
C 6 SITE <hidden>
S 6 SITE 500 REFUSED
C 7 AUTH <hidden>
S 7 AUTH 504 REFUSED
