#!/usr/bin/env python3
"""A session inside TLS: on any port, with several records in a segment, and no places in files where TLS counts the bytes.

usage: tls.py PLUGIN CAPTURE_FOLDER
"""
import json
import os
import pathlib
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection
from shark import Shark, readable

RECORDED = "tls-control-only"
WITH_KEYS = ("tls13-explicit", "tls12-explicit", "tls-implicit", RECORDED)
CLEAR, ANOTHER = SERVER[1], 2121


def payloads(shark, capture):
    """(side, bytes) of the first connection, as they were sent."""
    words = ["-r", capture, "-Y", "tcp.stream == 0 and tcp.len > 0", "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.payload"]
    for line in shark.run(*words).stdout.decode().splitlines():
        port, payload = line.split("\t")
        yield int(int(port) == CLEAR), bytes.fromhex(payload)


def merged(sent):
    """What one side sends without an answer goes in one segment."""
    last, together = None, b""
    for side, payload in sent:
        if side != last and together:
            yield last, together
            together = b""
        last, together = side, together + payload
    yield last, together


def record(path, sent, port):
    capture = Capture()
    control = Connection(capture, CLIENT, (SERVER[0], port))
    for side, payload in sent:
        control.segment(side, payload)
    control.close()
    return capture.save(path)


def lines(shark, path, keys):
    """(frame, commands and codes, Info) of all frames that show some."""
    words = ["-2", "-o", f"tls.keylog_file:{keys}", "-r", path, "-Y", "ftpscope.request or ftpscope.response", "-T", "fields"]
    words += [w for f in ("frame.number", "ftpscope.command", "ftpscope.code", "_ws.col.Info") for w in ("-e", f)]
    for line in shark.run(*words).stdout.decode().splitlines():
        frame, commands, codes, info = line.split("\t")
        yield int(frame), (codes or commands).split(","), info


def on_another_port(shark, sent, keys, scratch):
    """What came before TLS began, too."""
    here, there = ([shown for _, shown, _ in lines(shark, record(scratch / f"{port}.pcap", sent, port), keys)]
                   for port in (CLEAR, ANOTHER))
    if here != there or ["234"] not in here or ["226"] not in here:
        print(f"port {CLEAR}: {here}\nport {ANOTHER}: {there}")
        return False
    return True


def in_one_segment(shark, sent, keys, scratch):
    """The column names each command and each reply of the segment."""
    path = record(scratch / "merged.pcap", list(merged(sent)), CLEAR)
    several = [(shown, info) for _, shown, info in lines(shark, path, keys) if len(shown) > 1]
    wrong = [(shown, info) for shown, info in several if [part.split()[0] for part in info.split(" | ")] != shown]
    if wrong or not several:
        print(f"several records in a segment: {wrong or 'none'}")
        return False
    return True


def verdicts_inside(shark, folder):
    """Those that were arranged."""
    bad = 0
    for name in WITH_KEYS:
        words = ["-2", "-o", f"tls.keylog_file:{folder / name}.keylog", "-r", folder / f"{name}.pcap", "-Y", "ftpscope.code == 226",
                 "-T", "fields", "-e", "ftpscope.command", "-e", "ftpscope.transfer.verdict"]
        told = [tuple(line.split("\t")) for line in shark.run(*words).stdout.decode().splitlines()]
        truth = json.loads((folder / f"{name}.truth.json").read_text())
        arranged = [(transfer["command"], transfer["status"]) for transfer in truth["transfers"]]
        if told != arranged:
            bad += 1
            print(f"{name}: {told}, not {arranged}")
    return not bad


def findings_inside(shark, folder):
    """What crossed inside TLS crossed in no clear text, although it can be read."""
    bad = 0
    for name in WITH_KEYS:
        words = ["-2", "-o", f"tls.keylog_file:{folder / name}.keylog", "-r", folder / f"{name}.pcap"]
        passwords = shark.run(*words, "-Y", "ftpscope.command == PASS").stdout
        clear = shark.run(*words, "-Y", "ftpscope.finding == cleartext-password").stdout
        bad += not passwords or bool(clear)
    if bad:
        print("a password inside TLS is told to have crossed in clear text")
    return not bad


def places_in_files(shark, folder):
    """TLS counts what it adds itself: no packet of it stands at a place in the file."""
    bad = 0
    for name in ("tls13-explicit", "tls12-explicit"):
        words = ["-2", "-o", f"tls.keylog_file:{folder / name}.keylog", "-r", folder / f"{name}.pcap", "-Y", "ftpscope_data"]
        words += ["-T", "fields", "-e", "ftpscope.data.position", "-e", "ftpscope.data.offset", "-e", "ftpscope.data.progress"]
        places = [line.split("\t") for line in shark.run(*words).stdout.decode().splitlines()]
        bad += not any(position for position, _, _ in places) or any(offset or progress for _, offset, progress in places)
    if bad:
        print("TLS data stand at places in files")
    return not bad


def main():
    shark, copy = Shark(sys.argv[1]), readable(pathlib.Path(sys.argv[2]))
    folder = pathlib.Path(copy.name)
    keys = folder / f"{RECORDED}.keylog"
    sent = list(payloads(shark, folder / f"{RECORDED}.pcap"))
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        good = [on_another_port(shark, sent, keys, pathlib.Path(scratch)), in_one_segment(shark, sent, keys, pathlib.Path(scratch)),
                places_in_files(shark, folder), findings_inside(shark, folder), verdicts_inside(shark, folder)]
    print(f"{good.count(True)} of {len(good)} as they should be")
    return 0 if all(good) else 1


sys.exit(main())
