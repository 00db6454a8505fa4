"""pcap files of every kind."""
import struct

from wraps import pcap as f
from wraps.forms import File, form
from wraps.links import with_check_sequence


def file_form(name, base, awkward, end=".pcap", **more):
    """A form made by a function from packets to the bytes of the file; the packets stay as they are."""
    def register(function):
        form(name, base, awkward, **more)(lambda packets: [File(name + end, function(packets), packets)])
        return function
    return register


@file_form("pcap-big", "ipv4", "pcap of a big-endian machine")
def pcap_big(packets):
    return f.pcap(packets, order=">")


@file_form("pcap-nanosecond", "ipv4", "pcap with nanoseconds")
def pcap_nanosecond(packets):
    return f.pcap(packets, magic=f.NANOSECONDS)


@file_form("pcap-nanosecond-big", "ipv4", "pcap with nanoseconds of a big-endian machine")
def pcap_nanosecond_big(packets):
    return f.pcap(packets, order=">", magic=f.NANOSECONDS)


@file_form("pcap-modified", "ipv4", "pcap as modified by Kuznetzov for old Linux distributions: longer packet headers")
def pcap_modified(packets):
    return f.pcap(packets, magic=f.MODIFIED)


@file_form("pcap-modified-big", "ipv4", "the same of a big-endian machine")
def pcap_modified_big(packets):
    return f.pcap(packets, order=">", magic=f.MODIFIED)


@file_form("pcap-check-sequence", "ipv4", "Ethernet with its check sequence, whose length the upper bits of the link type give")
def pcap_check_sequence(packets):
    return f.pcap([packet.with_data(with_check_sequence(packet.data)) for packet in packets], link=2 << 28 | 1 << 26 | 1)


@file_form("pcap-no-limit", "ipv4", "a snap length of zero in the file header, as some programs write it for no limit")
def pcap_no_limit(packets):
    data = f.pcap(packets)
    return data[:16] + struct.pack("<I", 0) + data[20:]
