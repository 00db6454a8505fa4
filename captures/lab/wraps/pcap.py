"""pcap files of every kind that is in use."""
import struct

MICROSECONDS, NANOSECONDS, MODIFIED = 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34
SNAP_LENGTH = 262144


def header(link, order, magic):
    return struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, SNAP_LENGTH, link)


def record(packet, order, magic):
    unit = 1 if magic == NANOSECONDS else 1000
    seconds, rest = divmod(packet.time_ns, 10**9)
    head = struct.pack(order + "4I", seconds, rest // unit, len(packet.data), len(packet.data))
    if magic == MODIFIED:
        # Kuznetzov's additions: interface index, protocol, packet type.
        head += struct.pack(order + "IHBx", 2, 0x0800, 4 if packet.up else 0)
    return head + packet.data


def pcap(packets, link=None, order="<", magic=MICROSECONDS):
    link = packets[0].link if link is None else link
    return header(link, order, magic) + b"".join(record(p, order, magic) for p in packets)
