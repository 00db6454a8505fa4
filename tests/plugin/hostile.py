#!/usr/bin/env python3
"""Lines that nobody expects: nothing is malformed, nothing lost, and whoever decodes a port as something else is heeded.

usage: hostile.py PLUGIN
"""
import os
import pathlib
import sys
import tempfile

from conversation import Capture, Connection
from shark import Shark

LINES = 1200  # in one segment; epan stops at some hundred layers


def short_password(control):
    for side, text in ((1, "220 ready"), (0, "USER bob"), (1, "331 password"), (0, "PASS bob"), (1, "230 Welcome bob"), (0, "PWD"), (1, '257 "/home/bob"')):
        control.segment(side, text.encode() + b"\r\n")
    return {"ftp.response.code": ["220", "331", "230", "257"], "ftpscope.code": ["220", "331", "230", "257"],
            "ftpscope.text": ["ready", "password", "Welcome <hidden>", '"/home/<hidden>"']}


def many_commands(control):
    control.login()
    control.client("NOOP\r\n" * LINES)
    return {"ftp.request.command": ["USER", "PASS"] + ["NOOP"] * LINES, "ftpscope.command": ["USER", "USER", "PASS", "PASS"] + ["NOOP"] * LINES}


def many_replies(control):
    control.login()
    control.server("200 ok\r\n" * LINES)
    return {"ftp.response.code": ["220", "331", "230"] + ["200"] * LINES, "ftpscope.code": ["220", "331", "230"] + ["200"] * LINES}


def line_ends(control):
    control.login()
    control.client("\n" * 1400)
    control.client("SYST\r\n")
    control.server("215 UNIX\r\n")
    return {"ftp.response.code": ["220", "331", "230", "215"]}


def long_reply(control):
    control.login()
    control.client("STAT\r\n")
    control.server("213-first\r\n")
    for i in range(200):
        control.server("".join(f" line {i} {j} of a listing that does not end soon\r\n" for j in range(20)))
    control.server("213 last\r\n")
    return {"ftpscope.response_in@STAT": ["213"]}


def telnet(control):
    control.login()
    return {"telnet": 5}


def fields(shark, path, *words):
    """{field: [values]} in the order of the packets."""
    names = ("ftp.request.command", "ftp.response.code", "ftpscope.command", "ftpscope.code", "ftpscope.text", "ftpscope.response_in",
             "frame.number", "frame.protocols", "_ws.malformed", "_ws.expert.message")
    done = shark.run("-r", path, *words, "-T", "fields", "-E", "aggregator=\x01", "-E", "separator=\x02", *[w for n in names for w in ("-e", n)])
    found, rows = {n: [] for n in names}, []
    for row in done.stdout.decode().splitlines():
        rows.append(dict(zip(names, [cell.split("\x01") if cell else [] for cell in row.split("\x02")])))
        for name in names:
            found[name] += rows[-1][name]
    return found, rows


def problems(shark, path, expected, words):
    found, rows = fields(shark, path, *words)
    if found["_ws.malformed"] or any("bug" in m for m in found["_ws.expert.message"]):
        yield f"malformed: {found['_ws.expert.message'][:2]}"
    for name, values in expected.items():
        if name == "telnet":
            if sum("telnet" in row["frame.protocols"][0] for row in rows) != values:
                yield f"{[row['frame.protocols'][0] for row in rows]}"
        elif "@" in name:
            stat = next(row for row in rows if row["ftpscope.command"] == ["STAT"])
            answer = next((row for row in rows if row["frame.number"] == stat["ftpscope.response_in"]), None)
            if words[0] == "-2" and (answer is None or answer["ftpscope.code"] != values):
                yield "the reply that the command links to has no code"
        elif found[name] != values:
            yield f"{name}: {len(found[name])} of {len(values)}, {found[name][:6]}"


def main():
    shark, bad = Shark(sys.argv[1]), 0
    makers = (short_password, many_commands, many_replies, line_ends, long_reply, telnet)
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as folder:
        os.chmod(folder, 0o755)
        for maker in makers:
            capture, path = Capture(), pathlib.Path(folder, maker.__name__ + ".pcap")
            expected = maker(Connection(capture))
            capture.save(path)
            os.chmod(path, 0o644)
            for mode in (("-2",), ("-n",)):
                for problem in problems(shark, path, expected, (*mode, *(("-d", "tcp.port==21,telnet") if maker is telnet else ()))):
                    bad += 1
                    print(f"{maker.__name__} {mode[0]}: {problem}")
    print(f"{len(makers)} captures, {bad} faults")
    return 1 if bad else 0


sys.exit(main())
