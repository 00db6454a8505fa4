"""Packets inside packets: what a recording sees that was made outside of a tunnel, or by a switch that mirrors to afar."""
import struct

from wraps import packets as p
from wraps.links import each_link_form, link_form, tagged

PROTOCOL_IPIP, PROTOCOL_IPV6, PROTOCOL_GRE = 4, 41, 47
GRE_CHECKSUM, GRE_KEY, GRE_SEQUENCE = 0x8000, 0x2000, 0x1000
PORT_VXLAN, PORT_GENEVE, PORT_TZSP, PORT_GTPU = 4789, 6081, 37008, 2152
NETWORK_ID = 4096


def over_ipv4(packet, protocol, payload):
    return p.ethernet(packet.up, p.TYPE_IPV4, p.ipv4(*p.ends(p.ENDS4, packet.up), protocol, payload, packet.base))


def over_ipv6(packet, protocol, payload):
    return p.ethernet(packet.up, p.TYPE_IPV6, p.ipv6(*p.ends(p.ENDS6, packet.up), protocol, payload))


def over_udp(packet, port, payload):
    """The source port tells the flows of a tunnel apart, as VXLAN and GENEVE want it; here there is one flow."""
    return over_ipv4(packet, p.PROTOCOL_UDP, p.udp4(49152 + 21, port, payload))


def ip_tunnel(name, base, awkward, **more):
    """A link form for tunnels that take only IP: ARP stays outside of them, as it would."""
    def register(function):
        link_form(name, base, awkward, **more)(lambda packet: function(packet) if packet.is_ip else packet.data)
        return function
    return register


@ip_tunnel("ip-in-ip", "ipv4", "IPv4 in IPv4 (protocol 4)")
def ip_in_ip(packet):
    return over_ipv4(packet, PROTOCOL_IPIP, packet.inner)


@ip_tunnel("6in4", "ipv6", "IPv6 in IPv4 (protocol 41), as tunnel brokers do")
def six_in_four(packet):
    return over_ipv4(packet, PROTOCOL_IPV6, packet.inner)


@ip_tunnel("4in6", "ipv4", "IPv4 in IPv6, as DS-Lite does")
def four_in_six(packet):
    return over_ipv6(packet, PROTOCOL_IPIP, packet.inner)


@ip_tunnel("6in6", "ipv6", "IPv6 in IPv6, behind a destination options header with the tunnel's limit (RFC 2473)")
def six_in_six(packet):
    return over_ipv6(packet, 60, bytes((PROTOCOL_IPV6, 0, 4, 1, 4, 1, 1, 0)) + packet.inner)


def gre(flags, kind, *options):
    return struct.pack(">HH", flags, kind) + b"".join(struct.pack(">I", option) for option in options)


@ip_tunnel("gre", "ipv4", "GRE without options")
def gre_plain(packet):
    return over_ipv4(packet, PROTOCOL_GRE, gre(0, packet.type) + packet.inner)


@ip_tunnel("gre-ipv6", "ipv6", "GRE over IPv6, IPv6 inside")
def gre_ipv6(packet):
    return over_ipv6(packet, PROTOCOL_GRE, gre(0, packet.type) + packet.inner)


@ip_tunnel("gre-options", "ipv4", "GRE with checksum, key and sequence number")
def gre_options(packet):
    whole = gre(GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE, packet.type, 0, 0xcafe, packet.base) + packet.inner
    return over_ipv4(packet, PROTOCOL_GRE, whole[:4] + struct.pack(">H", p.checksum(whole)) + whole[6:])


@each_link_form([("gre-ethernet", "ipv4"), ("gre-ethernet-ipv6", "ipv6")], "Ethernet over GRE (transparent bridging), with a key")
def gre_ethernet(packet):
    return over_ipv4(packet, PROTOCOL_GRE, gre(GRE_KEY, 0x6558, 0xcafe) + packet.data)


@ip_tunnel("gre-mpls", "ipv4", "an MPLS label over GRE")
def gre_mpls(packet):
    return over_ipv4(packet, PROTOCOL_GRE, gre(0, 0x8847) + struct.pack(">I", 16001 << 12 | 1 << 8 | 63) + packet.inner)


ERSPAN = {"tools": ("tshark",), "note": "tcpdump does not decode ERSPAN."}


@link_form("erspan-1", "ipv4", "a mirror port sent afar: ERSPAN type I, Ethernet right behind GRE", **ERSPAN)
def erspan_one(packet):
    return over_ipv4(packet, PROTOCOL_GRE, gre(0, 0x88be) + packet.data)


@link_form("erspan-2", "ipv4", "a mirror port sent afar: ERSPAN type II", **ERSPAN)
def erspan_two(packet):
    head = struct.pack(">HHI", 1 << 12 | 42, 7, 3)
    return over_ipv4(packet, PROTOCOL_GRE, gre(GRE_SEQUENCE, 0x88be, packet.base) + head + packet.data)


@link_form("erspan-2-vlan", "ipv4", "the same, the mirrored frame with its VLAN tag", **ERSPAN)
def erspan_two_vlan(packet):
    head = struct.pack(">HHI", 1 << 12 | 42, 3 << 11 | 7, 3)
    return over_ipv4(packet, PROTOCOL_GRE, gre(GRE_SEQUENCE, 0x88be, packet.base) + head + tagged(packet, (0x8100, 42)))


@link_form("erspan-3", "ipv4", "a mirror port sent afar: ERSPAN type III with a platform-specific part", **ERSPAN)
def erspan_three(packet):
    head = struct.pack(">HHIHH", 2 << 12 | 42, 7, packet.time_ns // 100000 & 0xffffffff, 0, 1)
    platform = struct.pack(">II", 1 << 26, 0)
    return over_ipv4(packet, PROTOCOL_GRE, gre(GRE_SEQUENCE, 0x22eb, packet.base) + head + platform + packet.data)


def vxlan_header():
    return struct.pack(">II", 0x08000000, NETWORK_ID << 8)


@each_link_form([("vxlan", "ipv4"), ("vxlan-ipv6", "ipv6")], "an overlay network: VXLAN")
def vxlan(packet):
    return over_udp(packet, PORT_VXLAN, vxlan_header() + packet.data)


@link_form("vxlan-over-ipv6", "ipv4", "VXLAN between IPv6 addresses, IPv4 inside")
def vxlan_over_ipv6(packet):
    source, target = p.ends(p.ENDS6, packet.up)
    return over_ipv6(packet, p.PROTOCOL_UDP, p.udp6(source, target, 49173, PORT_VXLAN, vxlan_header() + packet.data))


@link_form("vxlan-between-tags", "ipv4", "VLAN tags on both sides of VXLAN")
def vxlan_between_tags(packet):
    frame = over_udp(packet, PORT_VXLAN, vxlan_header() + tagged(packet, (0x8100, 42)))
    return frame[:12] + struct.pack(">HH", 0x8100, 7) + frame[12:]


def geneve(kind, options=b""):
    return struct.pack(">BBHI", len(options) // 4, 0, kind, NETWORK_ID << 8) + options


@each_link_form([("geneve", "ipv4"), ("geneve-ipv6", "ipv6")], "an overlay network: GENEVE with options")
def geneve_options(packet):
    options = struct.pack(">HBBI", 0x0102, 0x80, 1, 0x00010002) + struct.pack(">HBB", 0x0104, 1, 0)
    return over_udp(packet, PORT_GENEVE, geneve(0x6558, options) + packet.data)


@ip_tunnel("geneve-ip", "ipv4", "GENEVE with IP inside, no Ethernet")
def geneve_ip(packet):
    return over_udp(packet, PORT_GENEVE, geneve(packet.type) + packet.inner)


@link_form("tzsp", "ipv4", "a MikroTik router that streams what it sniffs: TZSP with tags", tools=("tshark",),
           note="tcpdump does not decode TZSP.")
def tzsp(packet):
    tags = b"\x00" + bytes((0x29, 2)) + struct.pack(">H", len(packet.data)) + b"\x01"
    return over_udp(packet, PORT_TZSP, struct.pack(">BBH", 1, 0, 1) + tags + packet.data)


def gtpu(packet, flags, extra=b""):
    return struct.pack(">BBHI", 0x30 | flags, 255, len(extra) + len(packet.inner), 0x0a0b0c0d) + extra + packet.inner


@ip_tunnel("gtp-u", "ipv4", "a mobile network: GTP-U", tools=("tshark",), note="tcpdump does not decode GTP-U.")
def gtpu_plain(packet):
    return over_udp(packet, PORT_GTPU, gtpu(packet, 0))


@ip_tunnel("gtp-u-5g", "ipv6", "GTP-U with sequence number and the extension header of 5G, IPv6 inside", tools=("tshark",),
           note="tcpdump does not decode GTP-U.")
def gtpu_extension(packet):
    session = bytes((1, 0x00 if packet.up else 0x10, 9, 0))
    return over_udp(packet, PORT_GTPU, gtpu(packet, 0x06, struct.pack(">HBB", packet.base, 0, 0x85) + session))


@ip_tunnel("tunnel-in-tunnel", "ipv4", "IPv4 in GRE in IPv6 in VXLAN, on a link with VLAN tag and MPLS label")
def deep(packet):
    inside = over_ipv6(packet, PROTOCOL_GRE, gre(GRE_KEY, packet.type, 0xcafe) + packet.inner)
    frame = over_udp(packet, PORT_VXLAN, vxlan_header() + inside)
    label = struct.pack(">I", 16001 << 12 | 1 << 8 | 63)
    return frame[:12] + struct.pack(">HHH", 0x8100, 7, 0x8847) + label + frame[14:]


@ip_tunnel("ipv6-extension-headers", "ipv6", "IPv6 with hop-by-hop options, segment routing and destination options before TCP")
def extension_headers(packet):
    head, protocol, rest = packet.inner[:40], packet.inner[6], packet.inner[40:]
    if protocol == 0:
        return packet.data  # has hop-by-hop options of its own, which must come first
    padding = bytes((1, 4, 0, 0, 0, 0))
    # No segment is left: the destination is the last one, and TCP's checksum stays right.
    routing = bytes((60, 2, 4, 0, 0, 0, 0, 0)) + head[24:40]
    chain = b"\x2b\0" + padding + routing + bytes((protocol, 0)) + padding
    return packet.data[:14] + head[:4] + struct.pack(">HB", len(chain) + len(rest), 0) + head[7:] + chain + rest


@ip_tunnel("ipv6-authentication", "ipv6", "IPv6 with an authentication header (AH) before TCP")
def authentication(packet):
    head, protocol, rest = packet.inner[:40], packet.inner[6], packet.inner[40:]
    if protocol == 0:
        return packet.data
    header = struct.pack(">BBHII", protocol, 4, 0, 0x1001, packet.base) + b"\x5a" * 12
    return packet.data[:14] + head[:4] + struct.pack(">HB", len(header) + len(rest), 51) + head[7:] + header + rest


@ip_tunnel("ipv4-options", "ipv4", "IPv4 headers with options (router alert, timestamps)")
def ipv4_options(packet):
    inner = packet.inner
    options = bytes((0x94, 4, 0, 0)) + bytes((0x44, 12, 13, 0)) + b"\0" * 8
    head = bytes([0x45 + len(options) // 4, inner[1]]) + struct.pack(">H", len(inner) + len(options))
    head += inner[4:10] + b"\0\0" + inner[12:20] + options
    return packet.data[:14] + head[:10] + struct.pack(">H", p.checksum(head)) + head[12:] + inner[20:]
