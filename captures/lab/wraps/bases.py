"""The plain captures that the forms are compared with."""
from wraps.packets import read_base
from wraps.pcap import NANOSECONDS, pcap

MILLISECOND = 10**6

# Captures of the folder above, or frames of them put one behind the other: (capture, first frame, last frame).
PARTS = {
    "ipv4": [("passive-icmp", 1, 23), ("private-address-ignored", 1, 43)],
    "ipv4-short": [("file-unavailable", 1, None)],
    "ipv6": [("pureftpd-epsv-ipv6", 1, 40)],
    "ipv6-download": [("pureftpd-epsv-ipv6", 41, 97)],
    "ipv6-both": [("pureftpd-epsv-ipv6", 1, None)],
    "active": [("proftpd-active", 1, None)],
}
# Recorded by the lab together with what is compared with it.
RECORDED = ("real-vlan", "real-qinq", "real-mpls", "real-vxlan", "real-geneve", "real-gre", "real-erspan-2", "real-erspan-3",
            "real-nflog", "real-fragments")


def to_milliseconds(time_ns):
    return time_ns // MILLISECOND * MILLISECOND


def to_binary(bits):
    """The nanoseconds that a clock of 2^-bits seconds shows, cut to whole ones."""
    return lambda time_ns: -(-(time_ns << bits) // 10**9) * 10**9 >> bits


# What a coarse clock leaves of the times of another base.
CLOCKS = {
    "ipv4-milliseconds": ("ipv4", to_milliseconds, "in whole milliseconds"),
    "ipv4-binary-clock": ("ipv4", to_binary(20), "in units of 2^-20 seconds"),
    "ipv4-timeless": ("ipv4", lambda time_ns: 0, "of zero"),
}


class Bases:
    def __init__(self, captures):
        self.captures, self.used = captures, {}

    def packets(self, name):
        if name not in self.used:
            self.used[name] = self.clocked(name) if name in CLOCKS else read_base(self.captures, self.parts(name))
        return self.used[name]

    @staticmethod
    def parts(name):
        return [(f"forms/real/{name}", 1, None)] if name in RECORDED else PARTS[name]

    def clocked(self, name):
        source, clock, _ = CLOCKS[name]
        return [packet.at(clock(packet.time_ns)) for packet in read_base(self.captures, PARTS[source])]

    def is_capture(self, name):
        """Whether it is a capture as it stands."""
        return name not in CLOCKS and self.parts(name)[0][1:] == (1, None)

    def path(self, name):
        """Of its file, below the folder of the captures."""
        return self.parts(name)[0][0] + ".pcap" if self.is_capture(name) else f"forms/plain/{name}.pcap"

    def file(self, name):
        return pcap(self.packets(name), magic=NANOSECONDS) if name in CLOCKS else pcap(self.packets(name))

    def words(self, name):
        """Where it comes from, for people."""
        if name in CLOCKS:
            return f"`{CLOCKS[name][0]}` with times {CLOCKS[name][2]}"
        return ", then ".join(f"`{capture}`" if last is None else f"`{capture}` frames {first} to {last}"
                              for capture, first, last in self.parts(name))
