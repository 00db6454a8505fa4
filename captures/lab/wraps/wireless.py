"""802.11 without encryption, bare and behind the headers that capture programs add."""
import struct

from wraps import packets as p
from wraps.links import each_link_form, link_form, with_check_sequence

LINK_80211, LINK_RADIOTAP, LINK_PPI = 105, 127, 192
STATION_TO_POINT, POINT_TO_STATION, BETWEEN_POINTS = 0x01, 0x02, 0x03
DATA, QOS_DATA = 0x08, 0x88
ACCESS_POINT = bytes.fromhex("020000000ac1")
SNAP = bytes.fromhex("aaaa03000000")


def header(packet, kind=DATA, four_addresses=False):
    target, source = packet.data[:6], packet.data[6:12]
    if four_addresses:
        direction, addresses = BETWEEN_POINTS, (*(p.MACS[::-1] if packet.up else p.MACS), target)
    elif packet.up:
        direction, addresses = STATION_TO_POINT, (ACCESS_POINT, source, target)
    else:
        direction, addresses = POINT_TO_STATION, (target, ACCESS_POINT, source)
    head = bytes((kind, direction)) + struct.pack("<H", 44) + b"".join(addresses) + struct.pack("<H", packet.base << 4)
    head += source if four_addresses else b""
    return head + (b"\0\0" if kind == QOS_DATA else b"")


def body(packet):
    return SNAP + packet.data[12:]


def radiotap(fields, present):
    """`fields` begin at a multiple of eight behind the present words: nothing here is aligned by accident."""
    words = b"".join(struct.pack("<I", word) for word in present)
    return struct.pack("<BBH", 0, 0, 4 + len(words) + len(fields)) + words + fields


@each_link_form([("wifi", "ipv4"), ("wifi-ipv6", "ipv6")], "802.11 frames without anything before them", link=LINK_80211)
def wifi(packet):
    return header(packet) + body(packet)


@link_form("radiotap", "ipv4", "a monitor-mode card: radiotap with time, flags, rate, channel; a check sequence at the end",
           link=LINK_RADIOTAP)
def radiotap_plain(packet):
    fields = struct.pack("<QBBHH", packet.time_ns // 1000, 0x10, 22, 2412, 0x00a0)
    # The time wants to begin at a multiple of eight: the header has eight bytes with one word.
    return radiotap(fields, (0x0000000f,)) + with_check_sequence(header(packet) + body(packet))


@link_form("radiotap-qos", "ipv4", "QoS frames, and a radiotap header with two words of presence bits", link=LINK_RADIOTAP)
def radiotap_qos(packet):
    return radiotap(bytes((0x00, 22, 0xc4, 0)), (0x80000006, 0x00000020)) + header(packet, QOS_DATA) + body(packet)


@each_link_form([("radiotap-padded", "ipv4"), ("radiotap-padded-ipv6", "ipv6")],
                "QoS frames with two bytes of padding behind the 802.11 header (radiotap flag 0x20)", link=LINK_RADIOTAP)
def radiotap_padded(packet):
    return radiotap(bytes((0x20, 22)), (0x00000006,)) + header(packet, QOS_DATA) + b"\0\0" + body(packet)


@link_form("radiotap-four-addresses", "ipv4", "a wireless bridge: four addresses, with QoS", link=LINK_RADIOTAP)
def radiotap_bridge(packet):
    return radiotap(bytes((0x00, 22)), (0x00000006,)) + header(packet, QOS_DATA, four_addresses=True) + body(packet)


@link_form("radiotap-amsdu", "ipv4", "aggregated frames (A-MSDU), one packet in each", link=LINK_RADIOTAP, tools=("tshark",),
           note="tcpdump does not take aggregated frames apart.")
def radiotap_amsdu(packet):
    frame = body(packet)
    head = header(packet, QOS_DATA)[:-2] + b"\x80\0"
    return radiotap(bytes((0x00, 22)), (0x00000006,)) + head + packet.macs + struct.pack(">H", len(frame)) + frame


@link_form("ppi", "ipv4", "the PPI header of Windows and Mac tools, 802.11 inside", link=LINK_PPI)
def ppi_wifi(packet):
    common = struct.pack("<HHQHHHHBBbb", 2, 20, packet.time_ns // 1000, 0, 22, 2412, 0x00a0, 0, 0, -40, -90)
    return struct.pack("<BBHI", 0, 0, 8 + len(common), LINK_80211) + common + header(packet) + body(packet)


@link_form("ppi-ethernet", "ipv4", "the PPI header with Ethernet inside", link=LINK_PPI)
def ppi_ethernet(packet):
    return struct.pack("<BBHI", 0, 0, 8, p.LINK_ETHERNET) + packet.data
