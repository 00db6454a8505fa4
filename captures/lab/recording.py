"""Looks into a finished recording, without any decoder of FTP: are the bytes of the transfers in it?

tcpdump counts what the kernel dropped, but a ring of few slots or a file cut short shows only here.
"""
import collections
import struct

LINKS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}  # offset of the Ethernet type, length of the header
NFLOG, NFLOG_HEADER, NFLOG_PAYLOAD = 239, 4, 9
FIN, SYN, RST, ACK = 1, 2, 4, 16
FILE_HEADER, RECORD_HEADER = 24, 16
MORE_FRAGMENTS, FRAGMENT_OFFSET = 0x2000, 0x1fff

# `length` counts the payload on the wire, `payload` holds what was captured of it.
Segment = collections.namedtuple("Segment", "ends back sequence acknowledged flags length payload")


def records(path):
    """The link type of a pcap file in little-endian order, as tcpdump writes it here, and its frames."""
    with open(path, "rb") as handle:
        data = handle.read()
    frames, at = [], FILE_HEADER
    while at + RECORD_HEADER <= len(data):
        captured, = struct.unpack_from("<I", data, at + 8)
        at += RECORD_HEADER
        frames.append(data[at:at + captured])
        at += captured
    return struct.unpack_from("<I", data, 20)[0], frames


def logged(frame):
    """The packet of a frame of NFLOG: the value of its attribute PAYLOAD."""
    at = NFLOG_HEADER
    while at + 4 <= len(frame):
        length, kind = struct.unpack_from("<HH", frame, at)
        if kind == NFLOG_PAYLOAD:
            return frame[at + 4:at + length]
        at += max(4, (length + 3) & ~3)
    return b""


def linked(link, frame):
    """The IP packet of a frame, or nothing."""
    if link == NFLOG:
        return logged(frame)
    type_at, header = LINKS[link]
    return frame[header:] if frame[type_at:type_at + 2] in (b"\x08\x00", b"\x86\xdd") else b""


def fragment(packet):
    """(number of the packet that an IPv4 packet is a piece of, where it begins, whether it is the last); None: no piece."""
    if packet[0] >> 4 != 4:
        return None
    place, = struct.unpack_from(">H", packet, 6)
    if not place & (MORE_FRAGMENTS | FRAGMENT_OFFSET):
        return None
    return packet[4:6] + packet[9:10] + packet[12:20], (place & FRAGMENT_OFFSET) * 8, not place & MORE_FRAGMENTS


def joined(pieces):
    """The packet that these pieces, {offset: (packet, last)}, make up; None while one is absent."""
    whole = b""
    for offset, (packet, last) in sorted(pieces.items()):
        header, length = (packet[0] & 15) * 4, struct.unpack_from(">H", packet, 2)[0]
        if offset != len(whole):
            return None
        whole += packet[header:length]
        if last:
            first = pieces[0][0][:(pieces[0][0][0] & 15) * 4]
            return first[:2] + struct.pack(">H", len(first) + len(whole)) + first[4:6] + b"\0\0" + first[8:] + whole
    return None


def packets(path):
    """The IP packets of a recording, those of IPv4 put together again where they were cut."""
    link, frames = records(path)
    waiting = {}
    for frame in frames:
        packet = linked(link, frame)
        piece = fragment(packet) if len(packet) >= 20 else None
        if piece:
            number, offset, last = piece
            waiting.setdefault(number, {})[offset] = packet, last
            packet = joined(waiting[number])
            if packet:
                del waiting[number]
        if packet:
            yield packet


def segments_of(some):
    """The TCP segments among these packets; `ends` tells the direction of a connection, `back` the other one."""
    for packet in some:
        if len(packet) < 20:
            continue
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


def segments(path):
    return segments_of(packets(path))


class Direction:
    """One direction of one connection, by positions: 0 is the first byte behind the SYN, or the first one seen."""

    def __init__(self, base, begins):
        self.base, self.begins, self.pieces, self.acknowledged, self.end = base, begins, {}, 0, None

    def take(self, segment):
        position = (segment.sequence + bool(segment.flags & SYN) - self.base) % 2**32
        if segment.flags & FIN:
            self.end = position + segment.length
        if segment.length > 0:
            length, payload = self.pieces.get(position, (0, b""))
            self.pieces[position] = max(length, segment.length), max(payload, segment.payload, key=len)

    def acknowledge(self, number):
        position = (number - self.base) % 2**32
        if position < 2**31:
            self.acknowledged = max(self.acknowledged, position)

    def amount(self, below=2**32):
        """Payload bytes at positions below this one, each counted once."""
        total = end = 0
        for start, (length, _) in sorted(self.pieces.items()):
            stop = min(start + length, below)
            total += max(0, stop - max(start, end))
            end = max(end, stop)
        return total

    def unseen(self):
        """Bytes that were acknowledged and are absent. A FIN takes a number too; where none was seen, it is absent like a byte."""
        if not self.begins:
            return 0
        wanted = self.acknowledged if self.end is None else min(self.acknowledged, self.end)
        return wanted - self.amount(wanted)

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
        known.take(segment)
        if segment.flags & ACK and not segment.flags & RST and segment.back in now:
            now[segment.back].acknowledge(segment.acknowledged)
    return found


def unseen_bytes(path):
    """Payload bytes that their receiver acknowledged and that are not in the recording, of all connections that it saw begin."""
    return sum(direction.unseen() for direction in directions(path))


def absent_from(path, other):
    """How many TCP packets of a recording another one, of the same packets at another place, does not hold. There they may
    stand behind any tag or in any tunnel, and in pieces; what a router changes stands before the addresses."""
    frames = records(other)[1] + list(packets(other))
    wanted = [p[12:struct.unpack_from(">H", p, 2)[0]] for p in packets(path) if p[0] >> 4 == 4 and p[9] == 6]
    return sum(not any(part in frame for frame in frames) for part in wanted)


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
