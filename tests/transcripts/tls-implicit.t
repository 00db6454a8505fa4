# TLS from the first byte on port 990: no line at all.
port 990
C \x16\x03\x01\x00\x04a\r\na
S \x16\x03\x03\x00\x04b\r\nb
===
