#!/usr/bin/env python3
"""A file that is opened again and again takes its memory once.

usage: growth.py PLUGIN GENERATE

Nothing is lost that somebody still points at, so no leak checker speaks of it. sharkd 4.0 itself grows with every file; what
counts is by how much more it grows with the plugin, beside what the plugin needs for the file. From 4.4 on it grows and shrinks by
several MB from time to time: the smallest sizes tell.
"""
import os
import subprocess
import sys

from daemon import Daemon
from shark import Shark

SESSIONS, LOADS = 300, 36
KILOBYTES_PER_SESSION = 5  # the plugin keeps some 30 of one


def resident(daemon):
    """kB"""
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def growth(plugin, generate):
    """kB for each time the file is opened, by the second and the last third of them."""
    shark = Shark(plugin)
    capture = shark.home / "sessions.pcap"
    with open(capture, "wb") as out:
        subprocess.run([generate, "--sessions", str(SESSIONS), "--bytes", "2000"], stdout=out, check=True)
    os.chmod(capture, 0o644)
    daemon, sizes = Daemon(shark), []
    for _ in range(LOADS):
        daemon.load(capture)
        daemon.ask("frames", limit=100)
        sizes.append(resident(daemon))
    daemon.close()
    third = LOADS // 3
    return (min(sizes[-third:]) - min(sizes[third:-third])) / third


def main():
    without, have = growth(None, sys.argv[2]), growth(sys.argv[1], sys.argv[2])
    print(f"{SESSIONS} sessions: {without:.0f} kB for each time without the plugin, {have:.0f} kB with it")
    return 1 if have - without > SESSIONS * KILOBYTES_PER_SESSION else 0


sys.exit(main())
