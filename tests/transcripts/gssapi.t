# AUTH GSSAPI 334, ADAT 335 and 235, then MIC, CONF and ENC commands with 631, 633 and 632 replies, the 632 in several
# lines; broken base64 is marked. Tokens are secrets. CCC ends it.
secret dG9rZW4x
secret dG9rZW4y
secret cGFzcw==
secret bm90
S 220 ready\r\n
C AUTH GSSAPI\r\n
S 334 Using authentication type GSSAPI; ADAT must follow\r\n
C ADAT dG9rZW4x\r\n
S 335 ADAT=c3RlcDI=\r\n
C ADAT dG9rZW4y\r\n
S 235 ADAT=ZG9uZQ==\r\n
C MIC cGFzcw==\r\n
S 631 MjAwIG9r\r\n
C CONF cGFzcw==\r\n
S 633 MjAwIG9r\r\n
C ENC cGFzcw==\r\n
S 632-MjExLWZl\r\n632 MjExIGVuZA==\r\n
C ENC bm90 base64!\r\n
S 535 Failed security check\r\n
C CCC\r\n
S 632 broken*\r\n
===
S - 220 greeting unsolicited
C 1 AUTH arg=GSSAPI phase=login
S 1 AUTH 334 MORE reset
C 2 ADAT <hidden> protected tls=gssapi
S 2 ADAT 335 MORE
C 3 ADAT <hidden> protected
S 3 ADAT 235 DONE
C 4 MIC <hidden> protected
S 4 MIC 631 DONE protected
C 5 CONF <hidden> protected
S 5 CONF 633 DONE protected
C 6 ENC <hidden> protected
S 6 ENC 632- protected
S 6 ENC 632 DONE protected
C 7 ENC <hidden> protected bad-base64
S 7 ENC 535 REFUSED
C 8 CCC
S 8 CCC 632 DONE protected bad-base64
