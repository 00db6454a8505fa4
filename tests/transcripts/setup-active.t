# F-13: PORT in any case, EPRT for both families, LPRT and LPSV with 228; malformed ones; a third host is kept as said.
S 220 ready\r\n
C USER bob\r\n
S 230 ok\r\n
C port 198,51,100,10,200,1\r\n
S 200 ok\r\n
C EPRT |1|198.51.100.10|5001|\r\n
S 200 ok\r\n
C EPRT |2|2001:db8::10|5002|\r\n
S 200 ok\r\n
C LPRT 4,4,198,51,100,10,2,195,80\r\n
S 200 ok\r\n
C LPSV\r\n
S 228 Entering Long Passive Mode (6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,33,2,195,80)\r\n
C PORT 192,0,2,99,0,25\r\n
S 500 Illegal PORT command.\r\n
C PORT 1,2,3\r\n
S 501 Syntax error\r\n
C EPRT |3|x|1|\r\n
S 522 Network protocol not supported, use (1,2)\r\n
===
S - 220 greeting unsolicited
C 1 USER arg=bob phase=login
S 1 USER 230 DONE login
C 2 PORT arg=198,51,100,10,200,1 expect=PORT/2 at=198.51.100.10:51201 from=203.0.113.21 phase=ready user=bob
S 2 PORT 200 DONE setup=2
C 3 EPRT arg=|1|198.51.100.10|5001| expect=EPRT/3 at=198.51.100.10:5001 from=203.0.113.21
S 3 EPRT 200 DONE setup=3
C 4 EPRT arg=|2|2001:db8::10|5002| expect=EPRT/4 at=[2001:db8::10]:5002 or=198.51.100.10:5002 from=203.0.113.21
S 4 EPRT 200 DONE setup=4
C 5 LPRT arg=4,4,198,51,100,10,2,195,80 expect=LPRT/5 at=198.51.100.10:50000 from=203.0.113.21
S 5 LPRT 200 DONE setup=5
C 6 LPSV setup=6
S 6 LPSV 228 DONE expect=LPSV/6 at=[2001:db8::21]:50000 or=203.0.113.21:50000 from=198.51.100.10
C 7 PORT arg=192,0,2,99,0,25 expect=PORT/7 at=192.0.2.99:25 or=198.51.100.10:25 from=203.0.113.21
S 7 PORT 500 REFUSED text=FOREIGN_ADDRESS expect-gone setup=7
C 8 PORT arg=1,2,3 expect-bad setup=8
S 8 PORT 501 REFUSED expect-gone setup=8
C 9 EPRT arg=|3|x|1| expect-bad setup=9
S 9 EPRT 522 REFUSED expect-gone setup=9
