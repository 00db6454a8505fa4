#!/usr/bin/python3
"""Says "host unreachable" too late: late_icmp.py DEVICE ADDRESS SECONDS. Each SYN that comes in on DEVICE goes its way; some
time later its sender gets an ICMP message for it from ADDRESS, as from a second path on which a copy was lost."""
import socket
import struct
import sys
import threading

HOST_UNREACHABLE = (3, 1)
SYN, SYN_AND_ACK = 2, 0x12
ETHERNET = 14


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def message(packet):
    quoted = packet[:(packet[0] & 15) * 4 + 8]
    empty = struct.pack(">BBHI", *HOST_UNREACHABLE, 0, 0) + quoted
    return struct.pack(">BBHI", *HOST_UNREACHABLE, checksum(empty), 0) + quoted


def main():
    device, address, wait = sys.argv[1], sys.argv[2], float(sys.argv[3])
    taps = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    taps.bind((device, 0))
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    out.bind((address, 0))
    print("ready")
    while True:
        frame, where = taps.recvfrom(2000)
        packet = frame[ETHERNET:]
        if where[2] == socket.PACKET_OUTGOING or packet[9] != socket.IPPROTO_TCP:
            continue
        if packet[(packet[0] & 15) * 4 + 13] & SYN_AND_ACK == SYN:
            sender = socket.inet_ntoa(packet[12:16])
            threading.Timer(wait, out.sendto, (message(packet), (sender, 0))).start()


main()
