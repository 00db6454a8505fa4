#!/usr/bin/env python3
"""Moves the control connections of the captures to a port that nobody names: what is found there by the first words of
both ends is, record for record, what is found with --port. On the port of implicit TLS it is the same, but for TLS itself.

usage: any_port.py PROGRAM CAPTURE_FOLDER [--all] [NAME...]

The capture is also tried with each pair of neighbours in the other order; without --all every STEP-th.
"""
import collections
import json
import pathlib
import re
import struct
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor

from mangle import LINK_HEADERS, Capture, by_file, output, swapped, write_variants

STEP = 23
NEW_PORT = 2121
IMPLICIT_TLS = 990
# What no first words of FTP begin: nobody answers, nobody greets, the server greets with 421 or 500, the client says nothing,
# begins TLS or begins with HELP, or another protocol is spoken.
NOT_FOUND = dict.fromkeys((
    "control-refused", "control-timeout", "control-unreachable", "greeting-refused", "control-host-gone", "control-no-route",
    "control-port-unreachable", "control-prohibited", "control-prohibited-ipv6", "half-open.inside", "half-open.outside",
    "ftp-client-meets-ssh", "http-on-port-21", "ssh-on-port-21", "greeting-refused-host", "greeting-refused-530",
    "greeting-refused-users", "greeting-refused-pyftpdlib", "greeting-refused-banned", "greeting-shutdown", "greeting-none",
    "idle-timeout-login", "tls-handshake-mixed-up", "exploit-pattern"), 1)
# Implicit TLS is known by its port alone.
BY_PORT = ("tls-implicit",)


def tcp_offset(link, frame):
    where, skip = LINK_HEADERS[link]
    if frame[where:where + 2] == b"\x08\x00" and frame[skip + 9] == 6:
        return skip + (frame[skip] & 15) * 4
    if frame[where:where + 2] == b"\x86\xdd" and frame[skip + 6] == 6:
        return skip + 40
    return None


def moved(link, frame, new_port=NEW_PORT):
    """One frame, with its length words, on another port."""
    at = tcp_offset(link, frame[8:])
    if at is None:
        return frame
    ports = [new_port if port == 21 else port for port in struct.unpack(">HH", frame[8 + at:12 + at])]
    return frame[:8 + at] + struct.pack(">HH", *ports) + frame[12 + at:]


def comparable(got):
    """By connection, without the numbers that follow the order in which sessions and findings were recognised."""
    flows = collections.defaultdict(list)
    for record in got:
        record.pop("session", None)
        record.get("finding", {}).pop("n", None)
        record.get("finding", {}).pop("cause_of", None)
        flows[record.get("flow_id")].append(json.dumps(record, sort_keys=True))
    flows.pop(None, None)
    return flows


def difference(named, found, not_found):
    """What is wrong with the records that were found, None when nothing is."""
    if len({record["session"] for record in named if "session" in record}) == 1 and not_found == 0:
        return None if named == found else "not the same records in the same order"
    named, found = comparable(named), comparable(found)
    if len(named) != len(found) + not_found:
        return f"{len(found)} sessions of {len(named)}"
    different = [flow for flow in found if found[flow] != named[flow]]
    return f"other records of flow {different[0]}" if different else None


def words_of(got):
    """Without numbers that the port makes: itself, the one before it, from where data may come, and the connection's."""
    parsed = [json.loads(line) for line in got.decode().splitlines()]
    lines = [json.dumps({k: v for k, v in record.items() if k != "community_id"}) for record in parsed]
    return [re.sub(r"(?<!\.)\b(2121|2,?120|990|989)\b", "PORT", line) for line in lines]


def differs_on_implicit_tls(program, path):
    """Plain FTP is told from TLS by its first bytes there."""
    capture, got = Capture(path), []
    for port, words in ((NEW_PORT, ("--port", str(NEW_PORT))), (IMPLICIT_TLS, ())):
        with tempfile.TemporaryDirectory() as folder:
            frames = [(time, moved(capture.link, rest, port)) for time, rest in capture.frames]
            names = write_variants(folder, capture.header, [frames])
            got.append(words_of(output(program, names, *words).replace(folder.encode(), b"")))
    return got[0] != got[1]


def try_capture(program, path, step):
    capture = Capture(path)
    capture.frames = [(time, moved(capture.link, rest)) for time, rest in capture.frames]
    not_found = NOT_FOUND.get(path.stem, 0)
    harmed = list(swapped(capture))[zlib.crc32(path.name.encode()) % step::step] if not_found == 0 else []
    tries = [(0, capture.frames)] + [(place + 1, frames) for place, frames, _ in harmed]
    with tempfile.TemporaryDirectory() as folder:
        names = write_variants(folder, capture.header, [frames for _, frames in tries])
        named, found = output(program, names, "--port", str(NEW_PORT)), output(program, names)
    pairs = zip(by_file(named, names), by_file(found, names))
    wrong = [(0, "other records on port 990")] if differs_on_implicit_tls(program, path) else []
    if named == found and not_found == 0:
        return len(tries), wrong
    wrong += [(place, difference(*pair, not_found)) for (place, _), pair in zip(tries, pairs)]
    return len(tries), [(place, what) for place, what in wrong if what is not None]


def main():
    names = [word for word in sys.argv[3:] if word != "--all"]
    step = 1 if "--all" in sys.argv else STEP
    files = [f for f in sorted(pathlib.Path(sys.argv[2]).glob("*.pcap"))
             if f.stem not in BY_PORT and (not names or f.stem in names)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda f: try_capture(sys.argv[1], f, step), files))
    bad = 0
    for file, (_, found) in zip(files, results):
        for place, what in found:
            print(f"{file.stem}, {f'frames {place} and {place + 1} swapped' if place else 'as it is'}: {what}")
        bad += len(found)
    print(f"{sum(tried for tried, _ in results)} tried in {len(files)} captures, {bad} wrong")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
