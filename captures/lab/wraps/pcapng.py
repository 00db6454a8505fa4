"""Blocks of pcapng."""
import struct

SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, NAMES, STATISTICS, PACKET = 0x0a0d0d0a, 1, 2, 3, 4, 5, 6
SECRETS, CUSTOM, CUSTOM_PRIVATE, UNKNOWN = 10, 0xbad, 0x40000bad, 0x80000001
COMMENT, NAME, DESCRIPTION, SNAP_LENGTH = 1, 2, 3, 262144
RESOLUTION, TIME_OFFSET = 9, 14


class Interface:
    """`resolution` is the byte of if_tsresol, None for microseconds unsaid; `offset` the seconds of if_tsoffset."""

    def __init__(self, number, link, resolution, offset):
        self.number, self.link, self.resolution, self.offset = number, link, resolution, offset

    def units(self, time_ns):
        time_ns -= self.offset * 10**9
        resolution = 6 if self.resolution is None else self.resolution
        if resolution & 0x80:
            return -(-(time_ns << (resolution & 0x7f)) // 10**9)
        return time_ns * 10**resolution // 10**9


class Pcapng:
    """A file that grows by blocks. The methods return the file, or the interface where it is needed later."""

    def __init__(self, order="<"):
        self.order, self.data, self.interfaces = order, b"", []

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def options(self, options):
        """(code, bytes) each, ended by opt_endofopt; nothing at all where there is none."""
        parts = [self.pack("HH", code, len(value)) + padded(value) for code, value in options]
        return b"".join(parts) + b"\0\0\0\0" if parts else b""

    def block(self, kind, body):
        length = 12 + len(padded(body))
        self.data += self.pack("II", kind, length) + padded(body) + self.pack("I", length)
        return self

    def section(self, *options, order=None, length=-1):
        self.order = order or self.order
        self.interfaces = []
        return self.block(SECTION, self.pack("IHHq", 0x1a2b3c4d, 1, 0, length) + self.options(options))

    def interface(self, link, *options, resolution=None, offset=0, snap_length=SNAP_LENGTH):
        options = list(options)
        if resolution is not None:
            options.append((RESOLUTION, bytes([resolution])))
        if offset:
            options.append((TIME_OFFSET, self.pack("q", offset)))
        self.block(INTERFACE, self.pack("HHI", link, 0, snap_length) + self.options(options))
        self.interfaces.append(Interface(len(self.interfaces), link, resolution, offset))
        return self.interfaces[-1]

    def time(self, interface, packet):
        units = interface.units(packet.time_ns)
        return self.pack("II", units >> 32, units & 0xffffffff)

    def packet(self, interface, packet, *options):
        sizes = self.pack("II", len(packet.data), len(packet.data))
        return self.block(PACKET, self.pack("I", interface.number) + self.time(interface, packet) + sizes + padded(packet.data)
                          + self.options(options))

    def old_packet(self, interface, packet, *options):
        sizes = self.pack("II", len(packet.data), len(packet.data))
        return self.block(OLD_PACKET, self.pack("HH", interface.number, 0xffff) + self.time(interface, packet) + sizes
                          + padded(packet.data) + self.options(options))

    def simple_packet(self, packet):
        return self.block(SIMPLE_PACKET, self.pack("I", len(packet.data)) + packet.data)

    def packets(self, interface, packets):
        for packet in packets:
            self.packet(interface, packet)
        return self

    def names(self):
        """A name resolution block: IPv4, IPv6, and an option."""
        ipv4 = bytes((203, 0, 113, 21)) + b"ftp.example\0"
        ipv6 = bytes.fromhex("20010db8000200000000000000000021") + b"ftp.example\0www.example\0"
        records = b"".join(self.pack("HH", kind, len(value)) + padded(value) for kind, value in ((1, ipv4), (2, ipv6)))
        return self.block(NAMES, records + b"\0\0\0\0" + self.options([(2, b"resolver")]))

    def statistics(self, interface, packet, received):
        options = [(4, self.pack("Q", received)), (5, self.pack("Q", 0)), (COMMENT, b"odd")]
        return self.block(STATISTICS, self.pack("I", interface.number) + self.time(interface, packet) + self.options(options))

    def secrets(self):
        """A TLS key log, with invented keys."""
        log = b"CLIENT_RANDOM " + b"00" * 32 + b" " + b"11" * 48 + b"\n"
        return self.block(SECRETS, self.pack("II", 0x544c534b, len(log)) + padded(log))

    def custom(self, kind):
        """An enterprise number kept for examples (RFC 5612), and bytes that only it could read."""
        return self.block(kind, self.pack("I", 32473) + b"whatever it may be")

    def unknown(self):
        return self.block(UNKNOWN, b"\xff" * 7)


def padded(data):
    return data + b"\0" * (-len(data) % 4)
