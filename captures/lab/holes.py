"""Takes packets out of a finished recording. A small buffer loses other packets in every run; this loses the same ones."""
import struct

GLOBAL_HEADER, RECORD_HEADER = 24, 16


def packets(path):
    """The file's header and its records, each with its own header."""
    with open(path, "rb") as handle:
        whole = handle.read()
    records, at = [], GLOBAL_HEADER
    while at < len(whole):
        length, = struct.unpack_from("<I", whole, at + 8)
        records.append(whole[at:at + RECORD_HEADER + length])
        at += RECORD_HEADER + length
    return whole[:GLOBAL_HEADER], records


class Segment:
    """What tells a TCP segment of an Ethernet capture over IPv4 from others; no segment at all has ports of 0."""

    def __init__(self, record):
        frame = record[RECORD_HEADER:]
        self.source = self.target = 0
        self.payload = b""
        if frame[12:14] == b"\x08\x00" and frame[23] == 6:
            tcp = 14 + (frame[14] & 15) * 4
            self.source, self.target = struct.unpack_from(">HH", frame, tcp)
            end = 14 + struct.unpack_from(">H", frame, 16)[0]
            self.payload = frame[tcp + (frame[tcp + 12] >> 4) * 4:end]


def remove(path, choose):
    """Removes the records whose numbers `choose` returns for the list of segments; returns those numbers, from 1."""
    header, records = packets(path)
    lost = sorted(choose([Segment(record) for record in records]))
    with open(path, "wb") as handle:
        handle.write(header + b"".join(r for n, r in enumerate(records, 1) if n not in lost))
    return lost
