#!/usr/bin/env python3
"""Passwords are not shown, wherever somebody wrote them, unless a preference says so.

usage: secrets.py PLUGIN

In place: PASS and ACCT. Out of place: as a command, as a client that is driven by hand sends it. Repeated by the server, in a line
and in the middle of several. Looked at: our trees, the Info column, Follow, statistics. The built-in dissector shows them in ftp.*.
"""
import os
import pathlib
import sys
import tempfile

from conversation import Capture, Connection
from shark import Shark

SECRETS = ("hunter2go", "two words", "lab-secret", "account-77", "drowssap")
VIEWS = {
    "trees": ("-T", "pdml", "-J", "ftpscope"),
    "Info": ("-T", "fields", "-e", "_ws.col.Info"),
    "Follow": ("-q", "-z", "follow,ftpscope,ascii,0"),
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
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(SECRETS)} secrets, {len(VIEWS)} views, {len(found)} faults")
    return 1 if found else 0


sys.exit(main())
