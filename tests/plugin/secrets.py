#!/usr/bin/env python3
"""Passwords are not shown, wherever somebody wrote them, unless a preference says so.

usage: secrets.py PLUGIN

In place: PASS and ACCT. Out of place: as a command, as a client that is driven by hand sends it. Repeated by the server, in a line
and in the middle of several; behind bytes that are missing, late, or cut off; in ICMP errors and
fragments. Looked at: our trees, the Info column, Follow, statistics. The built-in dissector shows them in ftp.*.
"""
import os
import pathlib
import struct
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection, fragment
from shark import Shark

SECRETS = ("hunter2go", "two words", "lab-secret", "account-77", "drowssap")
VIEWS = {
    "trees": ("-T", "pdml", "-J", "ftpscope icmp"),
    "Info": ("-T", "fields", "-e", "_ws.col.Info"),
    "Follow": ("-q", *(word for n in range(4) for word in ("-z", f"follow,ftpscope,ascii,{n}"))),
    "statistics": ("-q", "-z", "ftpscope,tree", "-z", "ftpscope,srt"),
}
WHOLE = ("trees", "Info", "Follow")  # with the preference all of them stand there


def ask(control):
    control.server("220 ready\r\n")
    control.client("USER bob\r\n")
    control.server("331 password\r\n")


def login(control):
    ask(control)
    control.client("hunter2go\r\n")
    control.server("500 HUNTER2GO not understood\r\n")
    control.client("two words\r\n")
    control.server("500 two words not understood\r\n")
    control.client("PASS lab-secret\r\n")
    control.server("530-No login:\r\n bob with lab-secret\r\n530 Sorry.\r\n")
    control.client("USER bob\r\n")
    control.server("331 password\r\n")
    control.client("PASS drowssap\r\n")
    control.server("332 Account for PASS drowssap\r\n")
    control.client("ACCT account-77\r\n")
    control.server("230 in, account-77\r\n")
    control.client("HELLO world\r\n")
    control.server("500 HELLO world not understood\r\n")


def torn(capture):
    """Sessions in which the pipeline has to wait for something, or never gets it."""
    late, lost, silent, cut = (Connection(capture, (CLIENT[0], CLIENT[1] + n), (SERVER[0], port))
                               for n, port in enumerate((21, 21, 21, 2121)))
    for control in (late, lost):
        ask(control)
    late.segment(0, b"ASS drowssap\r\n", at=1)
    late.segment(0, b"P")
    late.seq[0] += 14
    lost.seq[0] += len("PASS ")
    lost.client("drowssap\r\n")
    silent.seq[1] += len("220 ready\r\n")
    silent.client("USER bob\r\n")
    silent.server("331 password\r\n")
    silent.client("PASS drowssap\r\n")
    cut.client("USER bob\r\nPA")
    cut.server("220 ready\r\n")
    cut.client("SS drowssap\r\nQUIT\r\n")


def given_up(capture):
    """The pipeline waited for the rest of a line no longer, and then it came: with some preferences TCP hands on all of it."""
    said, repeated = (Connection(capture, (CLIENT[0], CLIENT[1] + n)) for n in range(2))
    for control in (said, repeated):
        ask(control)
    said.client("PASS to\r\n")
    said.server("230 in\r\n")
    said.client("AC")
    late(said, 0, b"CT drowssap\r\n")
    repeated.client("PASS drowssap\r\n")
    repeated.server("230 in, drow")
    late(repeated, 1, b"ssap\r\n")


def late(control, side, rest):
    """It is acknowledged, and both talk on for 40 ms before it comes."""
    begin = control.seq[side]
    control.seq[side] += len(rest)
    for _ in range(20):
        control.server("200 ok\r\n")
        control.client("NOOP\r\n")
    control.segment(side, rest, at=begin - control.seq[side])
    control.server("200 ok\r\n")
    control.client("NOOP\r\n")


def quote(capture):
    """The last packet again, inside an ICMP error about it."""
    frame = capture.frames[-1][0]
    error = struct.pack(">BBHI", 3, 3, 0, 0) + frame[14:]
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(error), capture.next_id(), 0, 64, 1, 0)
    capture.add(frame[:14] + header + frame[30:34] + frame[26:30] + error)


def quoted(capture):
    """Passwords in what is no packet of a connection."""
    halves, bare, fragments = (Connection(capture, (CLIENT[0], CLIENT[1] + n)) for n in range(3))
    for control in (halves, bare, fragments):
        ask(control)
    halves.client("PASS to")
    halves.client("drowssap\r\n")
    quote(capture)
    bare.client("drowssap\r\n")
    quote(capture)
    fragments.client("PASS to")
    fragments.client("drowssap-that-takes-two-datagrams\r\n")
    fragment(capture)


def answered(capture):
    """The end of the line that repeats it comes first. In one pass nobody knows then that it is none by itself."""
    control = Connection(capture)
    ask(control)
    control.client("PASS drowssap\r\n")
    control.segment(1, b"o drowssap\r\n", at=7)
    control.segment(1, b"230 hel")
    control.seq[1] += 12
    control.client("NOOP\r\n")


ALL_WAYS = ([], ["-2"], ["-2", "-o", "tcp.reassemble_out_of_order:TRUE"],
            ["-o", "tcp.reassemble_out_of_order:TRUE"], ["-o", "tcp.analyze_sequence_numbers:FALSE"], ["-o", "tcp.desegment_tcp_streams:FALSE"],
            ["-o", "ip.defragment:FALSE"], ["-2", "-o", "ip.defragment:FALSE"])


def torn_shown(shark, path, ways):
    for view, words in VIEWS.items():
        for twice in ways:
            if "drowssap" in said_by(shark, path, *twice, *words):
                yield f"{view} {twice}: a torn password is shown"


def said_by(shark, path, *words):
    lines = shark.run("-r", path, *words).stdout.decode().lower().splitlines()
    return "\n".join(line for line in lines if ' name="' not in line or ' name="ftpscope' in line)  # of trees only ours


def problems(shark, path):
    for view, words in VIEWS.items():
        for twice in ([], ["-2"]):
            said = said_by(shark, path, *twice, *words)
            yield from (f"{view} {twice}: {secret!r} is shown" for secret in SECRETS if secret in said)
            if view in WHOLE and "hello world" not in said:
                yield f"{view} {twice}: what is no secret is hidden"
            shown = said_by(shark, path, *twice, "-o", "ftpscope.show_secrets:TRUE", *words)
            parts = [part for secret in SECRETS for part in secret.split()]  # a tree has word and argument apart
            yield from (f"{view} {twice}: {part!r} is hidden although the preference shows it" for part in parts
                        if view in WHOLE and part not in shown)


def main():
    shark, capture = Shark(sys.argv[1]), Capture()
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        login(Connection(capture))
        found = list(problems(shark, capture.save(pathlib.Path(scratch) / "secrets.pcap")))
        for say, ways in ((torn, ALL_WAYS), (given_up, ALL_WAYS), (quoted, ALL_WAYS), (answered, [way for way in ALL_WAYS if "-2" in way])):
            pieces = Capture()
            say(pieces)
            found += torn_shown(shark, pieces.save(pathlib.Path(scratch) / f"{say.__name__}.pcap"), ways)
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(SECRETS)} secrets, {len(VIEWS)} views, {len(found)} faults")
    return 1 if found else 0


sys.exit(main())
