"""IP packets in pieces. All pieces of a packet have its time, so what is put together has it too."""
import struct

from wraps import packets as p
from wraps.forms import File, form
from wraps.pcap import pcap
from wraps.tunnels import PORT_VXLAN, over_udp, vxlan_header

LEAST_MTU4 = 68    # RFC 791: control lines are cut too
TINY_MTU4 = 20 + 16  # cuts the TCP header itself
IPV6_FRAGMENT = 44


def pieces_of(payload, room):
    """(offset, bytes, more follow) with every piece but the last a multiple of eight bytes."""
    room -= room % 8
    for at in range(0, len(payload), room):
        yield at, payload[at:at + room], at + room < len(payload)


def fragments4(packet, mtu, at=14):
    """The packet in frames of its own link; `at` is where IPv4 begins."""
    head, payload = packet.data[at:at + 20], packet.data[at + 20:at + struct.unpack(">H", packet.data[at + 2:at + 4])[0]]
    if 20 + len(payload) <= mtu:
        return [packet]
    made = []
    for offset, piece, more in pieces_of(payload, mtu - 20):
        # "Do not fragment" is off, and the number is its own: Linux numbers what may not be cut as it likes.
        cut = p.ipv4(head[12:16], head[16:20], head[9], piece, 1000 + packet.base, more << 13 | offset // 8, head[8])
        made.append(packet.with_data(packet.data[:at] + cut))
    return made


def fragments6(packet, mtu):
    """IPv6, cut behind the main header."""
    head, payload = packet.inner[:40], packet.inner[40:]
    if 40 + len(payload) <= mtu:
        return [packet]
    return [packet.with_data(packet.data[:14] + fragment6(head, packet.base, *piece))
            for piece in pieces_of(payload, mtu - 48)]


def fragment6(head, ident, offset, piece, more):
    extension = struct.pack(">BBHI", head[6], 0, offset | more, 1000 + ident)
    return p.ipv6(head[8:24], head[24:40], IPV6_FRAGMENT, extension + piece, head[7])


def fragments(packet, mtu):
    if packet.type == p.TYPE_IPV4:
        return fragments4(packet, mtu)
    return fragments6(packet, mtu) if packet.type == p.TYPE_IPV6 and packet.inner[6] != 0 else [packet]


def fragment_form(name, base, awkward, **more):
    """A form made by a function from packets to packets; how many there are differs."""
    def register(function):
        def build(packets):
            made = function(packets)
            return [File(name + ".pcap", pcap(made), made)]
        form(name, base, awkward, differs=("packets",), **more)(build)
        return function
    return register


def each(packets, mtu):
    return [fragments(packet, mtu) for packet in packets]


def flat(groups):
    return [piece for group in groups for piece in group]


TCPDUMP = {"tools": ("tshark",), "note": "tcpdump does not put fragments together."}


@fragment_form("fragments", "ipv4", "behind a link with an MTU of 576: large packets come in pieces", **TCPDUMP)
def fragments_plain(packets):
    return flat(each(packets, 576))


@fragment_form("fragments-small", "ipv4", "pieces of 48 bytes (MTU 68): every line of the control connection is cut", **TCPDUMP)
def fragments_small(packets):
    return flat(each(packets, LEAST_MTU4))


@fragment_form("fragments-reversed", "ipv4", "the last piece first, as old Linux kernels sent them", **TCPDUMP)
def fragments_reversed(packets):
    return flat(group[::-1] for group in each(packets, LEAST_MTU4))


@fragment_form("fragments-tiny", "ipv4", "pieces of 16 bytes: the TCP header itself is cut", **TCPDUMP)
def fragments_tiny(packets):
    return flat(each(packets, TINY_MTU4))


@fragment_form("fragments-interleaved", "ipv4", "two packets in pieces at a time, taking turns", **TCPDUMP)
def fragments_interleaved(packets):
    groups, made = each(packets, LEAST_MTU4), []
    for first, second in zip(groups[::2], groups[1::2] + [[]]):
        # The second packet ends last, at its own time; what it has before that comes no later than the first packet.
        early = [piece.at(first[0].time_ns) for piece in second[:-1]]
        turns = max(len(first), len(early))
        made += flat([*first[i:i + 1], *early[i:i + 1]] for i in range(turns)) + second[-1:]
    return made


@fragment_form("fragments-duplicate", "ipv4", "the first piece of each packet comes twice, before the rest", **TCPDUMP)
def fragments_duplicate(packets):
    return flat(group[:1] + group if len(group) > 1 else group for group in each(packets, LEAST_MTU4))


@fragment_form("fragments-twice", "ipv4", "the `any` device: every piece is seen twice, the copies behind the packet", **TCPDUMP)
def fragments_twice(packets):
    return flat(group + group if len(group) > 1 else group for group in each(packets, 576))


@fragment_form("fragments-vlan", "ipv4", "pieces behind a VLAN tag", **TCPDUMP)
def fragments_vlan(packets):
    return [piece.with_data(piece.macs + b"\x81\x00\x00\x2a" + piece.data[12:]) for piece in flat(each(packets, 576))]


@fragment_form("fragments-ipv6", "ipv6-download", "IPv6 behind a link with an MTU of 1280", **TCPDUMP)
def fragments_ipv6(packets):
    return flat(each(packets, 1280))


@fragment_form("fragments-ipv6-small", "ipv6", "IPv6 in pieces of 56 bytes, the last one first", **TCPDUMP)
def fragments_ipv6_small(packets):
    return flat(group[::-1] for group in each(packets, 40 + 8 + 56))


@fragment_form("fragments-ipv6-atomic", "ipv6", "IPv6 with fragment headers although nothing is cut (RFC 6946)")
def fragments_atomic(packets):
    made = []
    for packet in packets:
        head, payload = packet.inner[:40], packet.inner[40:]
        whole = head[6] == 0
        made.append(packet if whole else packet.with_data(packet.data[:14] + fragment6(head, packet.base, 0, payload, False)))
    return made


@fragment_form("fragments-vxlan", "ipv4", "VXLAN over a link with an MTU of 1500: outer packets in pieces", **TCPDUMP)
def fragments_vxlan(packets):
    outer = [packet.with_data(over_udp(packet, PORT_VXLAN, vxlan_header() + packet.data)) for packet in packets]
    return flat(each(outer, 1500))


@fragment_form("fragments-inside-vxlan", "ipv4", "pieces inside VXLAN, whose packets are whole", **TCPDUMP)
def fragments_inside(packets):
    return [piece.with_data(over_udp(piece, PORT_VXLAN, vxlan_header() + piece.data)) for piece in flat(each(packets, 576))]


@fragment_form("fragments-both", "ipv4", "pieces inside VXLAN, and VXLAN in pieces", **TCPDUMP)
def fragments_both(packets):
    # Each outer packet needs a number of its own, also those of one inner packet.
    inner = flat(each(packets, 1400))
    made = []
    for i, piece in enumerate(inner):
        piece_number = p.Packet(i + 1, piece.time_ns, piece.data, piece.up)
        outer = piece_number.with_data(over_udp(piece_number, PORT_VXLAN, vxlan_header() + piece.data))
        made += [p.Packet(piece.base, cut.time_ns, cut.data, cut.up) for cut in fragments4(outer, 600)]
    return made
