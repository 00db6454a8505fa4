"""One capture in several files: rotated, seen from two sides, or with ends that overlap."""
import datetime

from wraps.forms import File, form
from wraps.links import LINK, cooked
from wraps.packed import gz, lz4, zstd
from wraps.packets import LINK_ETHERNET
from wraps.pcap import MICROSECONDS, NANOSECONDS, pcap
from wraps.pcapng import Pcapng
from wraps.pcapng_files import is_data, simple


def stamp(packet, words):
    return datetime.datetime.fromtimestamp(packet.time_ns // 10**9, datetime.timezone.utc).strftime(words)


def parts(packets, count):
    """`count` slices of nearly the same length, none empty."""
    edges = [len(packets) * i // count for i in range(count + 1)]
    return [packets[a:b] for a, b in zip(edges, edges[1:])]


def rotated(name, base, awkward, count, file_name, store=pcap, note=""):
    """A set whose files follow each other in time; `file_name(i, first packet)` gives their names."""
    def build(packets):
        return [File(f"{name}/{file_name(i, part[0])}", store(part), part) for i, part in enumerate(parts(packets, count))]
    form(name, base, awkward, note=note)(build)


rotated("set-tcpdump-c", "ipv6-both", "rotated by size (tcpdump -C): trace.pcap, trace.pcap1, ... trace.pcap11", 12,
        lambda i, first: f"trace.pcap{i or ''}")
rotated("set-tcpdump-c-w", "ipv4", "rotated by size (tcpdump -C -W): trace.pcap00, trace.pcap01, ...", 12,
        lambda i, first: f"trace.pcap{i:02}")
rotated("set-tcpdump-g", "ipv4", "rotated by time (tcpdump -G): two files, eight seconds apart", 2,
        lambda i, first: f"trace-{stamp(first, '%Y-%m-%d-%H%M%S')}.pcap")
rotated("set-dumpcap", "ipv6-both", "rotated by dumpcap: number and time in the name, pcapng", 5,
        lambda i, first: f"trace_{i + 1:05}_{stamp(first, '%Y%m%d%H%M%S')}.pcapng", simple)
rotated("set-logrotate", "ipv4", "rotated by logrotate: the highest number is the oldest, all but the newest compressed", 4,
        lambda i, first: "trace.pcap" if i == 3 else f"trace.pcap.{3 - i}.gz",
        lambda part: pcap(part) if part[-1].base == 66 else gz(pcap(part)))
rotated("set-forty-gzip", "ipv6-both", "forty files compressed by gzip (tcpdump -C -z gzip)", 40,
        lambda i, first: f"trace.pcap{i or ''}.gz", lambda part: gz(pcap(part)))
rotated("set-zstd", "ipv4", "rotated and compressed by zstd", 3,
        lambda i, first: f"trace-{i}.pcapng.zst", lambda part: zstd(simple(part)))
rotated("set-lz4", "ipv4", "rotated and compressed by lz4", 3,
        lambda i, first: f"trace-{i}.pcap.lz4", lambda part: lz4(pcap(part)))


@form("set-overlap", "ipv6-both", "two recordings one after the other: the last 20 packets of one are the first 20 of the next",
      differs=("packets",), tools=("tshark",),
      note="Copies are left out; tcpdump reads each file by itself.")
def overlap(packets):
    return [File(f"set-overlap/{name}.pcap", pcap(part), part)
            for name, part in (("first", packets[:60]), ("second", packets[40:]))]


def two_files(name, packets, chosen, names):
    halves = [p for p in packets if chosen(p)], [p for p in packets if not chosen(p)]
    return [File(f"{name}/{each}.pcap", pcap(half), half) for each, half in zip(names, halves)]


for _name, _base in (("set-directions", "ipv4"), ("set-directions-ipv6", "ipv6-both")):
    form(_name, _base, "a tap with one file for each direction")(
        lambda packets, name=_name: two_files(name, packets, lambda p: p.up, ("to-server", "to-client")))

form("set-control-and-data", "ipv4", "control and data connections recorded by two programs")(
    lambda packets: two_files("set-control-and-data", packets, is_data, ("data", "control")))


@form("set-links", "ipv4", "files of different link types, byte orders, clocks and formats")
def different(packets):
    names = ("ethernet.pcap", "sll.pcap", "raw.pcapng", "nanosecond.pcap.gz")
    made = []
    for i, name in enumerate(names):
        made.append(File(f"set-links/{name}", *STORES[i](packets[i::len(names)])))
    return made


def store_sll(packets):
    packets = [packet.with_data(cooked(packet) + packet.inner, LINK["sll"]) for packet in packets]
    return pcap(packets, order=">"), packets


def store_raw(packets):
    packets = [packet.with_data(packet.ip(), LINK["raw"]) for packet in packets]
    ng = Pcapng(">").section()
    return ng.packets(ng.interface(LINK["raw"], resolution=9), packets).data, packets


STORES = (lambda packets: (pcap(packets, LINK_ETHERNET, "<", MICROSECONDS), packets), store_sll, store_raw,
          lambda packets: (gz(pcap(packets, LINK_ETHERNET, ">", NANOSECONDS)), packets))
