"""Forms that no program of ours made: `scenarios/links.py` of the lab recorded them, and the plain packets at the same time."""
import os
import struct

from wraps.bases import RECORDED
from wraps.forms import File, form
from wraps.packets import Packet, read_pcap_packets

CAPTURES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AWKWARD = {
    "real-vlan": "a VLAN tag that Open vSwitch added",
    "real-qinq": "two VLAN tags that Open vSwitch added, 802.1ad outside",
    "real-mpls": "an MPLS label that Open vSwitch added",
    "real-vxlan": "a VXLAN tunnel of the Linux kernel",
    "real-geneve": "a GENEVE tunnel of Open vSwitch",
    "real-gre": "a GRE tunnel of Open vSwitch, Ethernet inside",
    "real-erspan-2": "an ERSPAN tunnel of Open vSwitch, type II",
    "real-erspan-3": "an ERSPAN tunnel of Open vSwitch, type III",
    "real-nflog": "what the packet filter of a Linux router logged",
    "real-fragments": "cut by a Linux router whose link has an MTU of 576",
}
DIFFERS = ("times", "packets")


def is_piece_of(data, packet):
    """Whether an Ethernet frame carries a fragment of the packet: the number and the sender are the same."""
    if data[12:14] != b"\x08\x00" or not struct.unpack(">H", data[20:22])[0] & 0x3fff:
        return False
    return data[18:20] == packet.inner[4:6] and data[26:30] == packet.inner[12:16]


def holds(data, packet):
    """Whether the frame carries the packet whole; what stands before the addresses changes on the way."""
    length = struct.unpack(">H", packet.inner[2:4])[0]
    return packet.inner[12:length] in data


def matched(frames, packets):
    """For each frame the packet in it; 0 where it is none of the base's."""
    left = [packet for packet in packets if packet.is_ip]
    for time, data in frames:
        found = next((packet for packet in left if holds(data, packet)), None)
        if found:
            left.remove(found)
        else:
            found = next((packet for packet in packets if packet.is_ip and is_piece_of(data, packet)), None)
        yield Packet(found.base if found else 0, time, data, True)


def outside(name):
    """The recording where the packets are awkward, below the folder of the captures."""
    return f"forms/real/{name}.outside.pcap"


def read(name, packets, captures=CAPTURES):
    with open(os.path.join(captures, outside(name)), "rb") as handle:
        data = handle.read()
    return File(outside(name).removeprefix("forms/"), data, list(matched(read_pcap_packets(data), packets)))


def recorded(name):
    form(name, name, AWKWARD[name], differs=DIFFERS, tools=("tshark",), note="Recorded.")(lambda packets: [read(name, packets)])


for _name in RECORDED:
    recorded(_name)
