#!/usr/bin/env python3
"""A file of five GiB: sequence numbers come again, positions in the file do not.

usage: large.py PLUGIN

Of each segment only some bytes were captured, as with a snap length.
"""
import os
import pathlib
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection
from shark import Shark

SIZE, PIECE, SNAPPED = 5 * 2**30, 65000, 8
FIELDS = ("ftpscope.data.offset", "ftpscope.data.progress", "ftpscope.transfer.bytes", "ftpscope.transfer.verdict")


def record(path):
    """Returns {frame: offset in the file}."""
    capture, offsets, sent = Capture(), {}, 0
    control = Connection(capture)
    control.login()
    control.client("SIZE big\r\n")
    control.server(f"213 {SIZE}\r\n")
    control.client("PASV\r\n")
    control.server("227 Entering Passive Mode (203,0,113,21,195,80)\r\n")
    control.client("RETR big\r\n")
    data = Connection(capture, (CLIENT[0], 41000), (SERVER[0], 50000))
    control.server("150 here\r\n")
    while sent < SIZE:
        length = min(PIECE, SIZE - sent)
        data.segment(1, b"x" * SNAPPED, uncaptured=length - SNAPPED)
        offsets[len(capture.frames)] = sent
        data.segment(0, b"", 16)
        sent += length
    data.close(1)
    control.server("226 done\r\n")
    capture.save(path)
    os.chmod(path, 0o644)
    return offsets


def main():
    shark, wrong = Shark(sys.argv[1]), 0
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as folder:
        os.chmod(folder, 0o755)
        path = pathlib.Path(folder, "large.pcap")
        offsets = record(path)
        words = [w for f in ("frame.number", *FIELDS) for w in ("-e", f)]
        lines = shark.run("-2", "-r", path, "-Y", "ftpscope_data", "-T", "fields", *words).stdout.decode().splitlines()
    seen = [line.split("\t") for line in lines]
    said = {int(row[0]): int(row[1] or -1) for row in seen}
    for frame, offset in offsets.items():
        wrong += said.get(frame) != offset
        if said.get(frame) != offset and wrong <= 3:
            print(f"frame {frame} is at {said.get(frame)}, not at {offset}")
    if not seen or seen[-1][2:] != ["100", str(SIZE), "complete"]:
        print(f"the last packet says {seen[-1] if seen else 'nothing'}")
        wrong += 1
    early = [row[0] for row in seen[:-1] if float(row[2] or 0) >= 100]
    if early:
        print(f"frame {early[0]} says that all is there, before the last one")
        wrong += 1
    print(f"{len(offsets)} data packets, {wrong} in a wrong place")
    return 1 if wrong else 0


sys.exit(main())
