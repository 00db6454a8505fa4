"""Looks into a finished recording, without any decoder of FTP: are the bytes of the transfers in it?

tcpdump counts what the kernel dropped, but a ring of few slots or a file cut short shows only here.
"""
import collections
import struct

LINKS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}  # offset of the Ethernet type, length of the header
SYN, RST, ACK = 2, 4, 16

# `length` counts the payload on the wire, `payload` holds what was captured of it.
Segment = collections.namedtuple("Segment", "ends back sequence acknowledged flags length payload")


def packets(path):
    """The IP packets of a pcap file in little-endian order, as tcpdump writes it here."""
    with open(path, "rb") as handle:
        data = handle.read()
    type_at, header = LINKS[struct.unpack("<I", data[20:24])[0]]
    at = 24
    while at + 16 <= len(data):
        captured, = struct.unpack("<I", data[at + 8:at + 12])
        frame = data[at + 16:at + 16 + captured]
        at += 16 + captured
        if frame[type_at:type_at + 2] in (b"\x08\x00", b"\x86\xdd"):
            yield frame[header:]


def segments(path):
    """The TCP segments; `ends` tells the direction of a connection, `back` the other one."""
    for packet in packets(path):
        if packet[0] >> 4 == 4:
            whole, start, protocol, size = struct.unpack(">H", packet[2:4])[0], (packet[0] & 15) * 4, packet[9], 4
        else:
            whole, start, protocol, size = struct.unpack(">H", packet[4:6])[0] + 40, 40, packet[6], 16
        if protocol != 6 or len(packet) < start + 20:
            continue
        hosts = packet[12:20] if size == 4 else packet[8:40]
        ports, tcp = packet[start:start + 4], packet[start:whole]
        sequence, acknowledged = struct.unpack(">II", tcp[4:12])
        header = (tcp[12] >> 4) * 4
        yield Segment((hosts, ports), (hosts[size:] + hosts[:size], ports[2:] + ports[:2]), sequence, acknowledged, tcp[13],
                      whole - start - header, tcp[header:])


class Direction:
    """One direction of one connection, by positions: 0 is the first byte behind the SYN, or the first one seen."""

    def __init__(self, base, begins):
        self.base, self.begins, self.pieces, self.acknowledged = base, begins, {}, 0

    def take(self, segment):
        position = (segment.sequence + bool(segment.flags & SYN) - self.base) % 2**32
        length, payload = self.pieces.get(position, (0, b""))
        self.pieces[position] = max(length, segment.length), max(payload, segment.payload, key=len)

    def acknowledge(self, number):
        position = (number - self.base) % 2**32
        if position < 2**31:
            self.acknowledged = max(self.acknowledged, position)

    def amount(self):
        """Payload bytes, each counted once."""
        total = end = 0
        for start, (length, _) in sorted(self.pieces.items()):
            total += max(0, start + length - max(start, end))
            end = max(end, start + length)
        return total

    def unseen(self):
        """Bytes that were acknowledged and are absent; the last number may be that of a FIN."""
        return max(0, self.acknowledged - 1 - self.amount()) if self.begins else 0

    def content(self):
        """The bytes up to the first hole."""
        whole = bytearray()
        for start, (_, payload) in sorted(self.pieces.items()):
            if start <= len(whole):
                whole += payload[len(whole) - start:]
        return bytes(whole)


def directions(path):
    """Every direction of every connection, in order of its first segment."""
    now, found = {}, []
    for segment in segments(path):
        known = now.get(segment.ends)
        begins = bool(segment.flags & SYN)
        if known is None or (begins and known.base != (segment.sequence + 1) % 2**32):
            known = now[segment.ends] = Direction((segment.sequence + begins) % 2**32, begins)
            found.append(known)
        if segment.length > 0:
            known.take(segment)
        if segment.flags & ACK and not segment.flags & RST and segment.back in now:
            now[segment.back].acknowledge(segment.acknowledged)
    return found


def unseen_bytes(path):
    """Payload bytes that their receiver acknowledged and that are not in the recording, of all connections that it saw begin."""
    return sum(direction.unseen() for direction in directions(path))


def missing(path, transfers):
    """The complete transfers whose bytes no connection of the recording has. Each serves one, or, between two servers, one download
    and one upload."""
    found, lost = [direction.amount() for direction in directions(path)], []
    left = {"download": collections.Counter(found), "upload": collections.Counter(found)}
    for transfer in transfers:
        size = transfer["bytes"]
        if transfer["status"] != "complete" or not size:
            continue
        if left[transfer["direction"]][size] == 0:
            lost.append(transfer)
        left[transfer["direction"]][size] -= 1
    return lost
