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
