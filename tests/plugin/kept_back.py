#!/usr/bin/env python3
"""Lines that TCP hands to no dissector are told of, on the segment where they begin, with the preference that shows them; data that
it keeps show what they are.

usage: kept_back.py PLUGIN

By default TCP leaves out a segment that came late; with reassemble_out_of_order it keeps what stands behind a hole that is never
filled. The other way round all lines are shown, and nothing is told.
"""
import os
import pathlib
import sys
import tempfile

from conversation import CLIENT, Capture, Connection
from shark import Shark

WAITING_ON = "tcp.reassemble_out_of_order:TRUE"
WAYS = {"by default": (), "waiting": ("-o", WAITING_ON)}
DEFAULT, WAITING = "with its preference", "without its preference"


def swapped(control, side, first, second):
    control.segment(side, second, at=len(first))
    control.segment(side, first)
    control.seq[side] += len(second)


def whole_lines(control):
    control.server("220 ready\r\n")
    swapped(control, 0, b"USER bob\r\n", b"PASS x\r\n")
    control.server("331 p\r\n230 in\r\n")
    return {"by default": ("6\t1", DEFAULT), "waiting": None}


def parts_of_a_line(control):
    control.server("220 ready\r\n")
    swapped(control, 0, b"USER b", b"ob\r\n")
    control.server("331 p\r\n")
    return {"by default": ("6\t1", DEFAULT), "waiting": None}


def a_reply_of_several_lines(control):
    control.login()
    control.client("FEAT\r\n")
    swapped(control, 1, b"211-Features:\r\n UTF8\r\n", b" SIZE\r\n211 End\r\n")
    return {"by default": ("11\t2", DEFAULT), "waiting": None}


def sent_again(control):
    control.login()
    control.client("NOOP\r\n")
    control.segment(0, b"NOOP\r\n", at=-6)
    control.server("200 ok\r\n")
    return {"by default": None, "waiting": None}


def never_filled(control):
    control.login()
    control.client("NOOP\r\n")
    control.seq[1] += 8
    control.server("200 ok\r\n")
    control.client("NOOP\r\n")
    return {"by default": None, "waiting": ("10\t1", WAITING)}


CASES = (whole_lines, parts_of_a_line, a_reply_of_several_lines, sent_again, never_filled)


def problems(shark, case, path, wanted):
    fields = ("-T", "fields", "-e", "frame.number", "-e", "ftpscope.kept_back", "-e", "_ws.expert.message")
    for way, words in WAYS.items():
        for twice in ([], ["-2"]):
            have = shark.run("-r", path, *twice, *words, "-Y", "ftpscope.kept_back", *fields).stdout.decode().splitlines()
            # Nobody knows of a line behind a hole before that is given up.
            said = wanted[way] if twice or way == "by default" else None
            right = len(have) == 1 and have[0].startswith(said[0] + "\t") and said[1] in have[0] if said else not have
            if not right:
                yield f"{case.__name__} {way} {twice}: {have}, not {said}"


def late_data(shark, scratch):
    """Every data packet shows its command and its place, also one that came late or again."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.client("PASV\r\n")
    data = Connection(capture, (CLIENT[0], 50001), control.announce(40321))
    control.client("RETR a.bin\r\n")
    control.server("150 Opening a.bin (400 bytes).\r\n")
    swapped(data, 1, b"x" * 100, b"y" * 100)
    data.segment(1, b"y" * 100, at=-100)
    data.segment(1, b"z" * 100)
    data.close(1)
    control.server("226 done\r\n")
    path, wanted = capture.save(scratch / "late-data.pcap"), [f"RETR\t{at}" for at in (100, 0, 100, 200)]
    fields = ("-T", "fields", "-e", "ftpscope.command", "-e", "ftpscope.data.position")
    for words in ([], ["-2"], ["-o", WAITING_ON], ["-2", "-o", WAITING_ON]):
        have = shark.run("-r", path, *words, "-Y", "ftpscope_data", *fields).stdout.decode().splitlines()
        if have != wanted:
            yield f"late data {words}: {have}, not {wanted}"


def main():
    shark, found = Shark(sys.argv[1]), []
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        for case in CASES:
            capture = Capture()
            wanted = case(Connection(capture))
            found += problems(shark, case, capture.save(pathlib.Path(scratch) / f"{case.__name__}.pcap"), wanted)
        found += late_data(shark, pathlib.Path(scratch))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(CASES)} captures, {len(found)} faults")
    return 1 if found else 0


sys.exit(main())
