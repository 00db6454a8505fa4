"""Link layers: what stands between the start of a frame and IP."""
import struct
import zlib

from wraps import packets as p
from wraps.forms import File, form
from wraps.pcap import pcap

LINK = {"null": 0, "ppp": 9, "raw-bsd": 12, "raw-openbsd": 14, "ppp-hdlc": 50, "pppoe": 51, "raw": 101, "chdlc": 104,
        "frame-relay": 107, "loop": 108, "sll": 113, "juniper": 178, "ipv4": 228, "ipv6": 229, "nflog": 239, "sll2": 276}
PPP_IPV4, PPP_IPV6, PPP_LCP = 0x0021, 0x0057, 0xc021
ETHERNET_LEAST = 60


def link_form(name, base, awkward, link=p.LINK_ETHERNET, order="<", **more):
    """A form whose frames are those of the base, each turned into another by the function."""
    def register(function):
        def build(packets):
            changed = [packet.with_data(function(packet), link) for packet in packets]
            return [File(name + ".pcap", pcap(changed, order=order), changed)]
        form(name, base, awkward, **more)(build)
        return function
    return register


def each_link_form(names, awkward, **more):
    """The same for several bases: (name of the form, base) each."""
    def register(function):
        for name, base in names:
            link_form(name, base, awkward, **more)(function)
        return function
    return register


def tagged(packet, *tags):
    """(EtherType, VLAN) pairs behind the addresses."""
    return packet.macs + b"".join(struct.pack(">HH", kind, tag) for kind, tag in tags) + packet.data[12:]


@each_link_form([("vlan", "ipv4"), ("vlan-ipv6", "ipv6")], "a mirror port that keeps the VLAN tag (802.1Q)")
def vlan(packet):
    return tagged(packet, (0x8100, 0x6000 | 42))


@link_form("qinq", "ipv4", "a provider's port: 802.1ad tag outside, 802.1Q tag inside")
def qinq(packet):
    return tagged(packet, (0x88a8, 100), (0x8100, 42))


@link_form("vlan-9100", "ipv4", "two tags, the outer one with the old EtherType 0x9100")
def vlan_9100(packet):
    return tagged(packet, (0x9100, 100), (0x8100, 42))


@link_form("vlan-three-tags", "ipv4", "three 802.1Q tags")
def vlan_three(packet):
    return tagged(packet, (0x8100, 7), (0x8100, 100), (0x8100, 42))


@each_link_form([("llc-snap", "ipv4-short"), ("llc-snap-ipv6", "ipv6")],
                "802.3 frames: a length, LLC and SNAP instead of an EtherType")
def llc_snap(packet):
    body = bytes.fromhex("aaaa03000000") + packet.data[12:]
    return packet.macs + struct.pack(">H", len(body)) + body


@link_form("llc-snap-vlan", "ipv4-short", "802.3 with LLC and SNAP behind a VLAN tag, padded to the least length")
def llc_snap_vlan(packet):
    body = bytes.fromhex("aaaa03000000") + packet.data[12:]
    return (packet.macs + struct.pack(">HHH", 0x8100, 42, len(body)) + body).ljust(ETHERNET_LEAST + 4, b"\0")


@link_form("ethernet-padded", "ipv4", "short frames padded to 60 bytes with bytes that are not zero, as some cards leave them")
def padded(packet):
    return packet.data.ljust(ETHERNET_LEAST + 12, b"\xa5")


def labels(*values):
    """An MPLS label stack; the last label carries the bottom-of-stack bit."""
    last = len(values) - 1
    return b"".join(struct.pack(">I", value << 12 | (i == last) << 8 | 63) for i, value in enumerate(values))


def mpls(packet, *values):
    return packet.macs + b"\x88\x47" + labels(*values) + packet.inner if packet.is_ip else packet.data


@each_link_form([("mpls", "ipv4"), ("mpls-ipv6", "ipv6")], "a core link: one MPLS label")
def mpls_one(packet):
    return mpls(packet, 16001)


@link_form("mpls-three-labels", "ipv4", "three MPLS labels behind a VLAN tag")
def mpls_three(packet):
    frame = mpls(packet, 16001, 24007, 299)
    return frame[:12] + struct.pack(">HH", 0x8100, 42) + frame[12:]


BEHIND_LABELS = {"tools": ("tshark",), "note": "tcpdump looks for nothing but IP behind the labels."}


@link_form("mpls-pseudowire", "ipv4", "Ethernet over MPLS (RFC 4448) with a control word: the whole frame behind two labels",
           **BEHIND_LABELS)
def pseudowire(packet):
    return p.ethernet(packet.up, 0x8847, labels(16001, 24007) + struct.pack(">HH", 0, packet.base) + packet.data)


@link_form("mpls-pseudowire-plain", "ipv4", "Ethernet over MPLS without a control word", tools=("tshark",),
           hints=("-d", "mpls.label==24007,pwethnocw"),
           note="tshark needs to be told; tcpdump looks for nothing but IP behind the labels.")
def pseudowire_plain(packet):
    return p.ethernet(packet.up, 0x8847, labels(16001, 24007) + packet.data)


def ppp(packet, protocol_bytes=2):
    """PPP knows no ARP: the link asks for an LCP echo where Ethernet would."""
    if not packet.is_ip:
        return struct.pack(">HBBHI", PPP_LCP, 9 if packet.up else 10, packet.base, 8, 0x1a2b3c4d)
    protocol = PPP_IPV6 if packet.type == p.TYPE_IPV6 else PPP_IPV4
    return protocol.to_bytes(protocol_bytes, "big") + packet.inner


@each_link_form([("ppp", "ipv4"), ("ppp-ipv6", "ipv6")], "a PPP device, link type PPP: protocol, then IP", link=LINK["ppp"])
def ppp_plain(packet):
    return ppp(packet)


@link_form("ppp-address-control", "ipv4", "link type PPP with address and control bytes, protocol compressed to one byte",
           link=LINK["ppp"])
def ppp_compressed(packet):
    return b"\xff\x03" + ppp(packet, 1)


@link_form("ppp-hdlc", "ipv4", "a serial line: PPP in HDLC-like framing", link=LINK["ppp-hdlc"])
def ppp_hdlc(packet):
    return b"\xff\x03" + ppp(packet)


def pppoe_session(packet):
    body = ppp(packet)
    return struct.pack(">BBHH", 0x11, 0, 0x0c01, len(body)) + body


@link_form("pppoe-bare", "ipv4", "link type PPP_ETHER: the frame begins with the PPPoE header", link=LINK["pppoe"])
def pppoe_bare(packet):
    return pppoe_session(packet)


@each_link_form([("pppoe", "ipv4"), ("pppoe-ipv6", "ipv6")], "the wire before a DSL router: PPPoE sessions, frames padded")
def pppoe(packet):
    return (packet.macs + b"\x88\x64" + pppoe_session(packet)).ljust(ETHERNET_LEAST, b"\0")


@link_form("pppoe-vlan", "ipv4", "PPPoE behind a VLAN tag, as many providers want it")
def pppoe_vlan(packet):
    return (packet.macs + struct.pack(">HHH", 0x8100, 7, 0x8864) + pppoe_session(packet)).ljust(ETHERNET_LEAST + 4, b"\0")


@link_form("cisco-hdlc", "ipv4", "a serial line of a router: Cisco HDLC, with keepalives", link=LINK["chdlc"])
def cisco_hdlc(packet):
    if not packet.is_ip:
        return struct.pack(">BBHIIIH", 0x8f, 0, 0x8035, 2, packet.base, packet.base, 0xffff)
    return struct.pack(">BBH", 0x0f, 0, packet.type) + packet.inner


@each_link_form([("frame-relay", "ipv4"), ("frame-relay-ipv6", "ipv6")], "Frame Relay (RFC 2427): NLPID for IP, SNAP for ARP",
                link=LINK["frame-relay"])
def frame_relay(packet):
    address = struct.pack(">H", (100 >> 4) << 10 | (100 & 15) << 4 | 1)
    if not packet.is_ip:
        return address + bytes.fromhex("030080000000") + packet.data[12:]
    return address + (b"\x03\x8e" if packet.type == p.TYPE_IPV6 else b"\x03\xcc") + packet.inner


def family(packet, order, v6):
    return struct.pack(order + "I", v6 if packet.type == p.TYPE_IPV6 else 2) + packet.ip()


@link_form("null-little", "ipv4", "a loopback or VPN device of a little-endian BSD or macOS: address family 2", link=LINK["null"])
def null_little(packet):
    return family(packet, "<", 30)


@link_form("null-little-ipv6", "ipv6", "the same for IPv6: macOS, family 30", link=LINK["null"])
def null_darwin(packet):
    return family(packet, "<", 30)


@link_form("null-big", "ipv4", "the same of a big-endian machine, in a big-endian file", link=LINK["null"], order=">")
def null_big(packet):
    return family(packet, ">", 28)


@link_form("null-big-ipv6", "ipv6", "the same for IPv6: family 28, in a file of the other byte order", link=LINK["null"])
def null_freebsd(packet):
    return family(packet, ">", 28)


@each_link_form([("loop", "ipv4"), ("loop-ipv6", "ipv6")], "a loopback device of OpenBSD: family in network order, 24 for IPv6",
                link=LINK["loop"])
def loop(packet):
    return family(packet, ">", 24)


@each_link_form([("raw", "ipv4"), ("raw-ipv6", "ipv6")], "a tun device: IP without anything before it", link=LINK["raw"])
def raw(packet):
    return packet.ip()


@link_form("raw-bsd", "ipv4", "raw IP under link type 12, the DLT_RAW of most systems", link=LINK["raw-bsd"])
def raw_bsd(packet):
    return packet.ip()


@link_form("raw-openbsd", "ipv4", "raw IP under link type 14, OpenBSD's DLT_RAW", link=LINK["raw-openbsd"],
           tools=("tshark",), note="libpcap knows 14 for DLT_RAW on OpenBSD only.")
def raw_openbsd(packet):
    return packet.ip()


@link_form("raw-ipv4", "ipv4", "link type IPV4", link=LINK["ipv4"])
def raw_ipv4(packet):
    return packet.ip()


@link_form("raw-ipv6-only", "ipv6", "link type IPV6", link=LINK["ipv6"])
def raw_ipv6(packet):
    return packet.ip()


def cooked(packet):
    return struct.pack(">HHH8sH", 4 if packet.up else 0, 1, 6, packet.data[6:12] + b"\0\0", packet.type)


@each_link_form([("sll", "ipv4"), ("sll-ipv6", "ipv6")], "the `any` device of a router, Linux cooked capture", link=LINK["sll"])
def sll(packet):
    return cooked(packet) + packet.inner


@link_form("sll-vlan", "ipv4", "the `any` device with a VLAN tag behind the cooked header", link=LINK["sll"])
def sll_vlan(packet):
    return cooked(packet)[:14] + struct.pack(">HH", 0x8100, 42) + packet.data[12:]


@each_link_form([("sll2", "ipv4"), ("sll2-ipv6", "ipv6")], "the `any` device, Linux cooked capture version 2", link=LINK["sll2"])
def sll2(packet):
    return struct.pack(">HHIHBB8s", packet.type, 0, 2, 1, 4 if packet.up else 0, 6, packet.data[6:12] + b"\0\0") + packet.inner


def nflog_part(order, kind, value):
    part = struct.pack(order + "HH", 4 + len(value), kind) + value
    return part + b"\0" * (-len(part) % 4)


def nflog(packet, order):
    """As Linux writes it: packet header, mark, prefix, devices, then the packet."""
    kind = p.TYPE_IPV6 if packet.type == p.TYPE_IPV6 else p.TYPE_IPV4
    device = 5 if packet.up else 4
    parts = ((1, struct.pack(">HBB", kind, 3 if packet.up else 1, 0)), (10, b"ftp seen:\0"), (device, struct.pack(">I", 2)),
             (9, packet.ip()))
    family_and_group = bytes((10 if kind == p.TYPE_IPV6 else 2, 0)) + struct.pack(">H", 5)
    return family_and_group + b"".join(nflog_part(order, *part) for part in parts)


@each_link_form([("nflog", "ipv4"), ("nflog-ipv6", "ipv6")], "packets a Linux firewall logged (nflog)", link=LINK["nflog"])
def nflog_little(packet):
    return nflog(packet, "<")


@link_form("nflog-big", "ipv4", "packets logged by a big-endian Linux router: lengths in its byte order, and the file too",
           link=LINK["nflog"], order=">")
def nflog_big(packet):
    return nflog(packet, ">")


@link_form("juniper-ethernet", "ipv4", "`monitor traffic` of a Juniper router: a magic number and extensions before the frame",
           link=LINK["juniper"])
def juniper(packet):
    extensions = bytes((1, 2, 0x01, 0x02)) + bytes((3, 1, 14)) + bytes((6, 2, 0, 70))
    flags = 0x80 | (0 if packet.up else 1)
    return b"MGC" + bytes([flags]) + struct.pack(">H", len(extensions)) + extensions + packet.data


@link_form("juniper-ethernet-bare", "ipv4", "the same without extensions", link=LINK["juniper"])
def juniper_bare(packet):
    return b"MGC" + bytes([0 if packet.up else 1]) + packet.data


def with_check_sequence(data):
    return data + struct.pack("<I", zlib.crc32(data))
