#!/usr/bin/env python3
"""The lab notices every hole in a recording: of some captures, each packet whose payload was acknowledged and stands in no other
packet is cut out in turn, and so is each FIN that was acknowledged; recording.py must find what is absent.

usage: cut_out.py CAPTURE_FOLDER
"""
import collections
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "captures" / "lab"))
import holes  # noqa: E402: takes packets out
import recording  # noqa: E402: the lab's own look into its recordings

# Whole and broken sessions, both families, TLS, losses, resets, bytes that nobody acknowledged, a byte that is alone, NFLOG.
CAPTURES = ("vsftpd-passive", "proftpd-active", "pureftpd-epsv-ipv6", "middlebox-reset.inside", "middlebox-reset.outside",
            "starttls-injection", "tls13-explicit", "client-reset", "client-killed", "dead-peer", "first-syn-lost",
            "one-segment-lost.inside", "server-aborted", "smtp", "forms/real/real-nflog.outside")
HALF = 2**31


def numbers(segment):
    """The sequence numbers that a segment takes, but for a SYN's."""
    return range(segment.sequence, segment.sequence + segment.length + bool(segment.flags & recording.FIN))


def holders(segments):
    """For each direction and sequence number, the segments that hold it."""
    held = collections.defaultdict(list)
    for at, segment in enumerate(segments):
        if not segment.flags & recording.SYN:
            for number in numbers(segment):
                held[segment.ends, number % 2**32].append(at)
    return held


def indispensable(segments):
    """What was acknowledged of each segment, as far as no other one holds it: {segment: numbers}."""
    begun = {s.ends for s in segments if s.flags & recording.SYN}
    highest = {}
    for s in segments:
        if s.flags & recording.ACK and not s.flags & recording.RST:
            known = highest.get(s.back, s.acknowledged)
            highest[s.back] = s.acknowledged if (s.acknowledged - known) % 2**32 < HALF else known
    counts = collections.Counter()
    for (ends, number), where in holders(segments).items():
        last = (highest.get(ends, number) - 1 - number) % 2**32
        if ends in begun and len(where) == 1 and last < HALF:
            counts[where[0]] += 1
    return counts


def places(path):
    """The numbers of the frames with TCP segments, in order, from 1."""
    link, frames = recording.records(path)
    return [n for n, frame in enumerate(frames, 1) if any(True for _ in recording.segments_of([recording.linked(link, frame)]))]


def unnoticed(path, folder):
    """Cuts out one packet after the other; yields (frame, what is absent, what was found to be)."""
    header, records = holes.packets(path)
    cut, where = pathlib.Path(folder) / "cut.pcap", places(path)
    for at, wanted in sorted(indispensable(list(recording.segments(path))).items()):
        frame = where[at]
        cut.write_bytes(header + b"".join(records[:frame - 1] + records[frame:]))
        yield frame, wanted, recording.unseen_bytes(cut)


def main():
    folder, bad, tried = pathlib.Path(sys.argv[1]), 0, 0
    for name in CAPTURES:
        with tempfile.TemporaryDirectory() as scratch:
            for frame, wanted, found in unnoticed(folder / f"{name}.pcap", scratch):
                tried += 1
                if found != wanted:
                    print(f"{name}: without frame {frame}, {wanted} bytes are absent, not {found}")
                    bad += 1
    print(f"{tried} packets cut out, {bad} not noticed")
    return 1 if bad or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
