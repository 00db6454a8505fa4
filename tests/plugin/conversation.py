"""Captures of one or two hosts, packet by packet: what no server would do on request."""
import struct

CLIENT, SERVER = ("198.51.100.10", 40000), ("203.0.113.21", 21)
SYN, FIN, ACK, PSH = 2, 1, 16, 8


def address(text):
    return bytes(int(part) for part in text.split("."))


class Connection:
    """A TCP connection from one end to the other; its segments go to a capture in the order in which they are sent."""

    def __init__(self, capture, client=CLIENT, server=SERVER):
        self.capture, self.ends, self.seq = capture, (client, server), [1000, 5000]
        self.segment(0, b"", SYN)
        self.segment(1, b"", SYN | ACK)
        self.segment(0, b"", ACK)

    def segment(self, side, payload, flags=PSH | ACK, at=None, uncaptured=0):
        """Sends; `at` an offset from the next byte: late or early. `uncaptured` more bytes were on the wire only."""
        source, target = self.ends[side], self.ends[1 - side]
        seq = (self.seq[side] + (at or 0)) % 2**32
        ack = self.seq[1 - side] % 2**32 if flags & ACK else 0
        tcp = struct.pack(">HHIIBBHHH", source[1], target[1], seq, ack, 5 << 4, flags, 64000, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload) + uncaptured, self.capture.next_id(), 0, 64, 6, 0,
                         address(source[0]), address(target[0]))
        self.capture.add(b"\x02" * 6 + b"\x04" * 6 + b"\x08\x00" + ip + tcp + payload, uncaptured)
        if at is None:
            self.seq[side] += len(payload) + uncaptured + (1 if flags & (SYN | FIN) else 0)

    def client(self, text):
        self.segment(0, text.encode("latin-1"))

    def server(self, text):
        self.segment(1, text.encode("latin-1"))

    def login(self):
        for side, text in ((1, "220 ready\r\n"), (0, "USER bob\r\n"), (1, "331 password\r\n"), (0, "PASS x\r\n"), (1, "230 in\r\n")):
            self.segment(side, text.encode())

    def announce(self, port):
        """The server's answer to PASV. Returns where the data connection goes."""
        self.server("227 Entering Passive Mode ({},{},{})\r\n".format(SERVER[0].replace(".", ","), *divmod(port, 256)))
        return (SERVER[0], port)

    def close(self, first=0):
        self.segment(first, b"", FIN | ACK)
        self.segment(1 - first, b"", FIN | ACK)
        self.segment(first, b"", ACK)


ETHERNET, WIRELESS = 1, 105  # link types


class Capture:
    def __init__(self, link=ETHERNET):
        self.frames, self.number, self.link = [], 0, link

    def next_id(self):
        self.number += 1
        return self.number % 65536

    def add(self, frame, uncaptured=0):
        self.frames.append((frame, len(frame) + uncaptured))

    def save(self, path):
        with open(path, "wb") as handle:
            handle.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, self.link))
            for i, (frame, wire) in enumerate(self.frames):
                handle.write(struct.pack("<IIII", 1700000000 + i // 1000, i % 1000 * 1000, len(frame), wire) + frame)
        return path


def together(one, other):
    """A capture whose frames hold a packet of each of the two: an A-MSDU of IEEE 802.11."""
    both, here, there = Capture(WIRELESS), b"\x02" * 6, b"\x04" * 6
    header = struct.pack("<HH6s6s6sHH", 0x0288, 0, here, there, here, 0, 0x80)
    for pair in zip(one.frames, other.frames):
        parts = [b"\xaa\xaa\x03\x00\x00\x00" + frame[12:] for frame, _ in pair]
        padded = [here + there + struct.pack(">H", len(part)) + part + bytes(-(14 + len(part)) % 4) for part in parts]
        both.add(header + b"".join(padded))
    return both


def port(number):
    return f"{number // 256},{number % 256}"


def fragment(capture, length=40):
    """The last packet in two datagrams."""
    frame, _ = capture.frames.pop()
    header, rest = frame[14:34], frame[34:]
    for start, part, more in ((0, rest[:length], 0x2000), (length, rest[length:], 0)):
        total, place = struct.pack(">H", 20 + len(part)), struct.pack(">H", more | start // 8)
        capture.add(frame[:14] + header[:2] + total + header[4:6] + place + header[8:] + part)
