"""Packets of a base capture, and the headers every wrapping needs."""
import ipaddress
import os
import struct

LINK_ETHERNET = 1
TYPE_IPV4, TYPE_IPV6, TYPE_ARP = 0x0800, 0x86dd, 0x0806
PROTOCOL_ICMP, PROTOCOL_UDP = 1, 17
# The two ends of every tunnel, and their boxes. The first is nearer to the client.
MACS = (bytes.fromhex("020000000a01"), bytes.fromhex("020000000a02"))
ENDS4 = tuple(ipaddress.ip_address(a).packed for a in ("192.0.2.1", "192.0.2.2"))
ENDS6 = tuple(ipaddress.ip_address(a).packed for a in ("2001:db8:ff::1", "2001:db8:ff::2"))


class Packet:
    """One packet on its way to a file. `base` is the number of its frame in the base capture; `up`: away from the client."""

    def __init__(self, base, time_ns, data, up, link=LINK_ETHERNET):
        self.base, self.time_ns, self.data, self.up, self.link = base, time_ns, data, up, link

    def with_data(self, data, link=None):
        return Packet(self.base, self.time_ns, data, self.up, self.link if link is None else link)

    def at(self, time_ns):
        return Packet(self.base, time_ns, self.data, self.up, self.link)

    # Only while it is still plain Ethernet:

    @property
    def macs(self):
        return self.data[:12]

    @property
    def type(self):
        return struct.unpack(">H", self.data[12:14])[0]

    @property
    def inner(self):
        return self.data[14:]

    @property
    def is_ip(self):
        return self.type in (TYPE_IPV4, TYPE_IPV6)

    def ip(self):
        """The IP packet; where the frame is ARP, a ping between the two that it names: the link may know no ARP."""
        return self.inner if self.is_ip else ping_for_arp(self.inner)


def read_pcap(path):
    """(time in ns, bytes) of each frame of an Ethernet capture."""
    with open(path, "rb") as handle:
        data = handle.read()
    if struct.unpack("<I", data[20:24])[0] != LINK_ETHERNET:
        raise ValueError(f"{path}: not Ethernet")
    return read_pcap_packets(data)


def read_pcap_packets(data):
    """The same of the bytes of a little-endian pcap file with microseconds, no frame cut short."""
    if struct.unpack("<I", data[:4])[0] != 0xa1b2c3d4:
        raise ValueError("not the kind of capture forms are made of")
    at = 24
    while at < len(data):
        seconds, micros, captured, length = struct.unpack("<4I", data[at:at + 16])
        if captured != length:
            raise ValueError("a frame was cut short")
        yield seconds * 10**9 + micros * 1000, data[at + 16:at + 16 + captured]
        at += 16 + captured


def read_base(captures, parts):
    """The packets of `parts`, (name, first, last frame) each; the first frame of a part comes from the client."""
    packets = []
    for name, first, last in parts:
        frames = list(read_pcap(os.path.join(captures, name + ".pcap")))[first - 1:last]
        client = frames[0][1][6:12]
        packets += [Packet(len(packets) + i + 1, time, data, data[6:12] == client) for i, (time, data) in enumerate(frames)]
    return packets


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(source, target, protocol, payload, ident=0, flags_offset=0x4000, ttl=64):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, flags_offset, ttl, protocol, 0, source, target)
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def ipv6(source, target, protocol, payload, hop_limit=64):
    return struct.pack(">IHBB16s16s", 6 << 28, len(payload), protocol, hop_limit, source, target) + payload


def udp4(source_port, target_port, payload):
    """Tunnels over IPv4 send no UDP checksum."""
    return struct.pack(">HHHH", source_port, target_port, 8 + len(payload), 0) + payload


def udp6(source, target, source_port, target_port, payload):
    """IPv6 wants the checksum."""
    head = struct.pack(">HHHH", source_port, target_port, 8 + len(payload), 0)
    pseudo = source + target + struct.pack(">II", 8 + len(payload), PROTOCOL_UDP)
    return head[:6] + struct.pack(">H", checksum(pseudo + head + payload) or 0xffff) + payload


def ethernet(up, kind, payload):
    """A frame between the two boxes of a tunnel."""
    return (MACS[1] + MACS[0] if up else MACS[0] + MACS[1]) + struct.pack(">H", kind) + payload


def ends(addresses, up):
    return addresses if up else addresses[::-1]


def is_v6(ip):
    return ip[0] >> 4 == 6


def ping_for_arp(arp):
    """An echo request for an ARP request, an echo reply for its answer."""
    request = arp[7] == 1
    body = struct.pack(">HHI", 0x0a0b, 1, 0)
    head = bytes([8 if request else 0, 0])
    message = head + struct.pack(">H", checksum(head + b"\0\0" + body)) + body
    return ipv4(arp[14:18], arp[24:28], PROTOCOL_ICMP, message)
