"""pcapng files: byte orders, clocks, several interfaces and sections, and blocks that are no packets."""
from wraps import packets as p
from wraps import pcapng as b
from wraps.files import file_form
from wraps.forms import File, form
from wraps.links import cooked, ppp
from wraps.pcapng import Pcapng

LINK_PPP, LINK_SLL = 9, 113


def simple(packets, order="<", **clock):
    ng = Pcapng(order).section()
    return ng.packets(ng.interface(p.LINK_ETHERNET, **clock), packets).data


@file_form("pcapng", "ipv4", "pcapng as dumpcap writes it: interface name, filter and resolution are given", ".pcapng")
def pcapng_plain(packets):
    ng = Pcapng().section((3, b"Linux 6.1"), (4, b"Dumpcap"))
    return ng.packets(ng.interface(p.LINK_ETHERNET, (b.NAME, b"eth0"), (12, b"Linux 6.1"), resolution=9), packets).data


@file_form("pcapng-big", "ipv4", "pcapng of a big-endian machine", ".pcapng")
def pcapng_big(packets):
    return simple(packets, ">")


@file_form("pcapng-microseconds", "ipv4", "resolution given as 6, the default", ".pcapng")
def pcapng_microseconds(packets):
    return simple(packets, resolution=6)


@file_form("pcapng-milliseconds", "ipv4-milliseconds", "resolution 3: milliseconds", ".pcapng")
def pcapng_milliseconds(packets):
    return simple(packets, resolution=3)


@file_form("pcapng-binary-clock", "ipv4-binary-clock", "resolution 0x94: units of 2^-20 seconds", ".pcapng")
def pcapng_binary(packets):
    return simple(packets, resolution=0x80 | 20)


@file_form("pcapng-offset", "ipv4", "times counted from an if_tsoffset, above and below", ".pcapng")
def pcapng_offset(packets):
    ng = Pcapng().section()
    clocks = [ng.interface(p.LINK_ETHERNET, offset=1795000000),
              ng.interface(p.LINK_ETHERNET, offset=-3600, resolution=9)]
    for packet in packets:
        ng.packet(clocks[packet.base % 2], packet)
    return ng.data


@file_form("pcapng-clocks", "ipv4", "four interfaces whose clocks count in different units", ".pcapng")
def pcapng_clocks(packets):
    ng = Pcapng().section()
    clocks = [ng.interface(p.LINK_ETHERNET, resolution=r) for r in (6, 9, 7, 10)]
    for packet in packets:
        ng.packet(clocks[packet.base % 4], packet)
    return ng.data


@file_form("pcapng-comments", "ipv4", "comments and other options of odd lengths on section, interface and packets", ".pcapng")
def pcapng_comments(packets):
    ng = Pcapng().section((b.COMMENT, b"taken for ticket 7"), (2, b"x86"), (3, b"Linux"), (4, b"a capture program, 1.0"))
    interface = ng.interface(p.LINK_ETHERNET, (b.COMMENT, "Zürich".encode()), (b.NAME, b"eth0"), (b.DESCRIPTION, b"uplink"),
                             (11, b"\0tcp"), (8, (10**9).to_bytes(8, "little")), resolution=6)
    for packet in packets:
        options = [(b.COMMENT, b"c" * (packet.base % 5 + 1)), (b.COMMENT, b"second comment")] if packet.base % 3 == 0 else []
        flags = (2 if packet.up else 1).to_bytes(4, "little")
        ng.packet(interface, packet, *options, (2, flags), (3, b"\x02" + b"\xaa\xbb\xcc\xdd"))
    return ng.data


@file_form("pcapng-simple-packets", "ipv4-timeless", "simple packet blocks, which have no time", ".pcapng",
           note="The base has the same packets at time 0.")
def pcapng_simple(packets):
    ng = Pcapng().section()
    ng.interface(p.LINK_ETHERNET)
    for packet in packets:
        ng.simple_packet(packet)
    return ng.data


@file_form("pcapng-old-packets", "ipv4", "the obsolete packet block of early pcapng", ".pcapng")
def pcapng_old(packets):
    ng = Pcapng().section()
    interface = ng.interface(p.LINK_ETHERNET)
    for packet in packets:
        ng.old_packet(interface, packet, *([(b.COMMENT, b"old")] if packet.base % 4 == 0 else []))
    return ng.data


def blocks_between(packets, ng, *between):
    interface = ng.interface(p.LINK_ETHERNET)
    for packet in packets:
        ng.packet(interface, packet)
        between[packet.base % len(between)]()
    return ng.statistics(interface, packets[-1], len(packets)).data


@file_form("pcapng-other-blocks", "ipv4", "names, statistics, secrets and unknown blocks between the packets", ".pcapng")
def pcapng_other(packets):
    ng = Pcapng().section().names().secrets()
    return blocks_between(packets, ng, ng.names, ng.unknown, ng.secrets)


@file_form("pcapng-custom-blocks", "ipv4", "custom blocks between the packets", ".pcapng", tools=("tcpdump",),
           note="tshark 4.0 numbers custom blocks as if they were packets; libpcap and capinfos do not.")
def pcapng_custom(packets):
    ng = Pcapng().section().custom(b.CUSTOM)
    return blocks_between(packets, ng, lambda: ng.custom(b.CUSTOM), lambda: ng.custom(b.CUSTOM_PRIVATE))


def is_data(packet):
    """Of a data connection: TCP, but not to or from the control port."""
    ip = packet.ip()
    tcp = ip[20:] if not p.is_v6(ip) else ip[40:]
    protocol = ip[6] if p.is_v6(ip) else ip[9]
    return protocol == 6 and b"\0\x15" not in (tcp[:2], tcp[2:4])


def seen_on(packets, ng, elsewhere, wrap):
    """Control connections on Ethernet, data connections on another link, described where it is first needed."""
    control, data, made = ng.interface(p.LINK_ETHERNET, (b.NAME, b"eth0")), None, []
    for packet in packets:
        if is_data(packet):
            data = data or ng.interface(elsewhere, (b.NAME, b"elsewhere"), resolution=9)
            packet = packet.with_data(wrap(packet), elsewhere)
        ng.packet(data if packet.link == elsewhere else control, packet)
        made.append(packet)
    return made


def two_links_form(name, base, awkward, elsewhere, wrap):
    def build(packets):
        ng = Pcapng().section()
        made = seen_on(packets, ng, elsewhere, wrap)
        return [File(name + ".pcapng", ng.data, made)]
    form(name, base, awkward, tools=("tshark",), note="libpcap reads no file with two link types.")(build)


for _name, _base in (("pcapng-two-links", "ipv4"), ("pcapng-two-links-ipv6", "ipv6")):
    two_links_form(_name, _base, "two interfaces: the control connection on Ethernet, the data connection on `any`",
                   LINK_SLL, lambda packet: cooked(packet) + packet.inner)
two_links_form("pcapng-ethernet-and-ppp", "ipv4", "two interfaces: control on Ethernet, data connection on PPP",
               LINK_PPP, ppp)


@file_form("pcapng-two-sections", "ipv4", "two sections of different byte orders, interfaces counted anew", ".pcapng",
           tools=("tshark",), note="libpcap wants one byte order.")
def pcapng_sections(packets):
    half = len(packets) // 2
    ng = Pcapng("<").section()
    ng.packets(ng.interface(p.LINK_ETHERNET), packets[:half])
    ng.section(order=">")
    ng.interface(LINK_SLL)
    return ng.packets(ng.interface(p.LINK_ETHERNET, resolution=9), packets[half:]).data


@file_form("pcapng-section-length", "ipv4", "two sections, the first tells its length", ".pcapng")
def pcapng_lengths(packets):
    half = len(packets) // 2
    body = Pcapng()
    body.packets(body.interface(p.LINK_ETHERNET), packets[:half])
    ng = Pcapng().section(length=len(body.data))
    ng.data += body.data
    ng.section()
    return ng.packets(ng.interface(p.LINK_ETHERNET), packets[half:]).data
