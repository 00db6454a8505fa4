"""Looks into a finished recording, without any decoder of FTP: are the bytes of the transfers in it?

tcpdump counts what the kernel dropped, but a ring of few slots or a file cut short shows only here.
"""
import collections
import struct

ETHERNET, RAW, SLL2 = 1, 101, 276
HEADERS = {ETHERNET: (14, 12), RAW: (0, None), SLL2: (20, 0)}


def packets(path):
    """The IP packets of a pcap file in little-endian order, as tcpdump writes it here."""
    with open(path, "rb") as handle:
        data = handle.read()
    header, type_at = HEADERS[struct.unpack("<I", data[20:24])[0]]
    at = 24
    while at + 16 <= len(data):
        captured, wire = struct.unpack("<II", data[at + 8:at + 16])
        frame = data[at + 16:at + 16 + captured]
        at += 16 + captured
        kind = struct.unpack(">H", frame[type_at:type_at + 2])[0] if type_at is not None else 0x0800
        if kind in (0x0800, 0x86DD):
            yield frame[header:], wire - header


def segment(packet):
    """(ends, sequence number, flags, bytes on the wire) of a TCP segment; None for anything else."""
    if packet[0] >> 4 == 4:
        length, start, protocol, ends = struct.unpack(">H", packet[2:4])[0], (packet[0] & 15) * 4, packet[9], packet[12:20]
    else:
        length, start, protocol, ends = struct.unpack(">H", packet[4:6])[0] + 40, 40, packet[6], packet[8:40]
    if protocol != 6 or len(packet) < start + 20:
        return None
    tcp = packet[start:]
    sequence, offset, flags = struct.unpack(">I", tcp[4:8])[0], tcp[12] >> 4, tcp[13]
    return (ends, tcp[:4]), sequence, flags, length - start - offset * 4


def amounts(path):
    """How many payload bytes each direction of each TCP connection has, every byte counted once."""
    SYN = 2
    spans, begins, epochs = collections.defaultdict(set), {}, collections.Counter()
    for packet, _ in packets(path):
        found = segment(packet)
        if found is None:
            continue
        ends, sequence, flags, length = found
        if flags & SYN and begins.get(ends) != sequence:
            epochs[ends] += 1
            begins[ends] = sequence
        if length > 0:
            position = (sequence - begins.get(ends, sequence)) % 2**32
            spans[ends, epochs[ends]].add((position, position + length))
    return sorted(union(found) for found in spans.values())


def union(spans):
    total = end = 0
    for start, stop in sorted(spans):
        total += max(0, stop - max(start, end))
        end = max(end, stop)
    return total


def unseen_bytes(path):
    """Payload bytes that their receiver acknowledged and that are not in the recording, of all connections that it saw begin."""
    SYN, RST, ACK = 2, 4, 16
    base, spans, acknowledged = {}, collections.defaultdict(set), collections.defaultdict(int)
    for packet, _ in packets(path):
        found = segment(packet)
        if found is None:
            continue
        (hosts, ports), sequence, flags, length = found
        ends, other = (hosts, ports), (hosts[len(hosts) // 2:] + hosts[:len(hosts) // 2], ports[2:] + ports[:2])
        if flags & SYN and base.get(ends) != sequence + 1:
            base[ends] = sequence + 1
            spans.pop(ends, None)
            acknowledged.pop(ends, None)
        if ends in base and length > 0:
            start = (sequence + (flags & SYN > 0) - base[ends]) % 2**32
            spans[ends].add((start, start + length))
        if other in base and flags & ACK and not flags & RST:
            position = (number_acknowledged(packet) - base[other]) % 2**32
            if position < 2**31:
                acknowledged[other] = max(acknowledged[other], position)
    # The last number may be that of a FIN.
    return sum(max(0, acknowledged[ends] - 1 - union(spans[ends])) for ends in base)


def number_acknowledged(packet):
    start = (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40
    return struct.unpack(">I", packet[start + 8:start + 12])[0]


def missing(path, transfers):
    """The complete transfers whose bytes no connection of the recording has. Each serves one, or, between two servers, one download
    and one upload."""
    found, lost = amounts(path), []
    left = {"download": collections.Counter(found), "upload": collections.Counter(found)}
    for transfer in transfers:
        size = transfer["bytes"]
        if transfer["status"] != "complete" or not size:
            continue
        if left[transfer["direction"]][size] == 0:
            lost.append(transfer)
        left[transfer["direction"]][size] -= 1
    return lost
