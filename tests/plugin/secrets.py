#!/usr/bin/env python3
"""Passwords are not shown, wherever somebody wrote them, unless a preference says so.

usage: secrets.py PLUGIN

In place: PASS and ACCT. Out of place: as a command, as a client that is driven by hand sends it. Repeated by the server, in a line
and in the middle of several; behind bytes that are missing, late, or cut off. Looked at: our trees, the Info column, Follow, statistics. The built-in dissector shows them in ftp.*.
"""
import os
import pathlib
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection
from shark import Shark

SECRETS = ("hunter2go", "two words", "lab-secret", "account-77", "drowssap")
VIEWS = {
    "trees": ("-T", "pdml", "-J", "ftpscope"),
    "Info": ("-T", "fields", "-e", "_ws.col.Info"),
    "Follow": ("-q", *(word for n in range(4) for word in ("-z", f"follow,ftpscope,ascii,{n}"))),
    "statistics": ("-q", "-z", "ftpscope,tree", "-z", "ftpscope,srt"),
}
WHOLE = ("trees", "Info", "Follow")  # with the preference all of them stand there


def login(control):
    control.server("220 ready\r\n")
    control.client("USER bob\r\n")
    control.server("331 password\r\n")
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
        control.server("220 ready\r\n")
        control.client("USER bob\r\n")
        control.server("331 password\r\n")
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


def torn_shown(shark, path):
    for view, words in VIEWS.items():
        for twice in ([], ["-2"], ["-2", "-o", "tcp.reassemble_out_of_order:TRUE"], ["-o", "tcp.desegment_tcp_streams:FALSE"]):
            if "drowssap" in said_by(shark, path, *twice, *words):
                yield f"{view} {twice}: a torn password is shown"


def said_by(shark, path, *words):
    lines = shark.run("-r", path, *words).stdout.decode().lower().splitlines()
    return "\n".join(line for line in lines if 'name="ftp.' not in line)  # hidden items of the built-in dissector


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
        pieces = Capture()
        torn(pieces)
        found += torn_shown(shark, pieces.save(pathlib.Path(scratch) / "torn.pcap"))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(SECRETS)} secrets, {len(VIEWS)} views, {len(found)} faults")
    return 1 if found else 0


sys.exit(main())
