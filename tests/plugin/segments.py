#!/usr/bin/env python3
"""A session is shown the same however its lines were cut into segments, on any port, with TCP's help or without.

usage: segments.py PLUGIN

Before its words show that a connection is FTP's nobody asks TCP to put segments together; TCP may be told not to; and of very many
it is asked no more, as it begins anew with each.
"""
import os
import pathlib
import random
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection
from shark import Shark

KNOWN, ANOTHER = SERVER[1], 2121
TAKEN = (22, 990, 3306, 9418)  # dissectors that throw short packets out, or take a greeting for a length
GREETING = [(1, "220-Welcome\r\n"), (1, "220-to this\r\n220-server\r\n"), (1, "220 ready\r\n")]
LOGIN = [(0, "USER bob\r\n"), (1, "331 password\r\n"), (0, "PASS sesame\r\n"), (1, "230 in\r\n")]
REST = [(0, "PWD\r\n"), (1, '257 "/"\r\n'), (0, "QUIT\r\n"), (1, "221 bye\r\n")]
TALKS = {
    "in turn": GREETING + LOGIN + REST,
    "a script": [(0, "USER bob\r\nPASS sesame\r\n")] + GREETING + [(1, "331 password\r\n230 in\r\n")] + REST,
    "features first": GREETING + [(0, "feat\r\n"), (1, "211-Features:\r\n UTF8\r\n211 End\r\n")] + LOGIN + REST,
    "Telnet": [(1, "220 ready\r\n"), (0, "\xff\xfb\x06USER bob\r\n")] + LOGIN[1:] + REST,
    "long": [(1, "220 ready\r\n")] + LOGIN + [(0, "CWD " + "x" * 300 + "\r\n"), (1, "250-" + "\r\n ".join("y" * 200) + "\r\n250 done\r\n")] + REST,
    "TLS refused": [(1, "220 ready\r\n"), (0, "AUTH TLS\r\n"), (1, "500 what?\r\n")] + LOGIN + REST,
}
FIELDS = ["frame.number", "ftpscope.command", "ftpscope.argument", "ftpscope.code", "ftpscope.text", "ftpscope.tx",
          "ftpscope.response_in", "ftpscope.response_to", "ftpscope.greeting", "ftpscope.reply_part", "ftpscope.kept_back",
          "ftp.request.command", "ftp.request.arg", "ftp.response.code", "ftp.response.arg", "_ws.col.Info"]
SHOWN = "ftpscope.request or ftpscope.response or ftpscope.kept_back"
SEED, WAYS = 5, 41
WITHOUT_TCP = "tcp.desegment_tcp_streams:FALSE"


def pieces(talk, dice):
    """What one side says without an answer, cut anywhere; `dice` None: every byte alone."""
    said = []
    for side, text in talk:
        if said and said[-1][0] == side:
            said[-1][1] += text
        else:
            said.append([side, text])
    for side, text in said:
        cuts = sorted(dice.sample(range(1, len(text)), min(dice.choice((0, 1, 2, 5)), len(text) - 1))) if dice else range(1, len(text))
        for start, end in zip([0, *cuts], [*cuts, len(text)]):
            yield side, text[start:end]


def record(path, port):
    dice = random.Random(SEED)
    capture, number = Capture(), 0
    for talk in TALKS.values():
        for cut in [dice] * (WAYS - 1) + [None]:
            control = Connection(capture, (CLIENT[0], CLIENT[1] + number), (SERVER[0], port))
            for side, text in pieces(talk, cut):
                control.segment(side, text.encode("latin-1"))
            control.close()
            number += 1
    return capture.save(path), number


def rows(shark, path, *words, of=SHOWN, fields=FIELDS):
    words = [*words, "-r", path, "-Y", of, "-T", "fields", *(w for f in fields for w in ("-e", f))]
    return [line.split("\t") for line in shark.run(*words).stdout.decode().splitlines()]


def cut_anywhere(shark, scratch):
    known, number = record(scratch / "known.pcap", KNOWN)
    another, _ = record(scratch / "another.pcap", ANOTHER)
    here = rows(shark, known, "-2")
    there = rows(shark, another, "-2")
    different = [pair for pair in zip(here, there) if pair[0] != pair[1]]
    once = [row for row in rows(shark, another, of="ftpscope") if "sesame" in row[-1]]
    if different or len(here) != len(there) or once:
        print(f"seed {SEED}, {len(here)} on port {KNOWN}, {len(there)} on {ANOTHER}:", *different[:3], *once[:3], sep="\n")
        return False
    parts = rows(shark, another, "-2", of="ftpscope.reassembled_in", fields=["ftpscope.reassembled_in"])
    lost = {frame for row in parts for frame in row[0].split(",")} - {row[0] for row in there}
    if lost or len(parts) < number:
        print(f"{len(parts)} parts; nothing is shown whole in {sorted(lost)[:5]}")
        return False
    return True


def said(shark, path, *words):
    """What each connection says, in its order: for each field all values."""
    fields = ["tcp.stream", "ftpscope.command", "ftpscope.argument", "ftpscope.code", "ftpscope.text", "ftpscope.tx", "ftpscope.kept_back"]
    streams = {}
    for stream, *what in rows(shark, path, *words, fields=fields):
        for values, value in zip(streams.setdefault(int(stream), [[] for _ in what]), what):
            values.extend([value] if value else [])
    return [[",".join(values) for values in streams[number]] for number in sorted(streams)]


def by_itself(text):
    """Each command and each reply in a segment."""
    cuts = [0] + [i + 2 for i in range(len(text)) if text.startswith("\r\n", i)]
    return [text[start:end] for start, end in zip(cuts, cuts[1:])]


def whatever_way(shark, scratch):
    """Whole in one segment each, the talks say what they say cut anywhere."""
    whole = Capture()
    for number, talk in enumerate(TALKS.values()):
        control = Connection(whole, (CLIENT[0], CLIENT[1] + number))
        for side, text in talk:
            for unit in by_itself(text) if side == 0 else [text]:
                control.segment(side, unit.encode("latin-1"))
    wanted = said(shark, whole.save(scratch / "whole.pcap"))
    good = len(wanted) == len(TALKS)
    for port in TAKEN:
        record(scratch / f"{port}.pcap", port)
    for name, *words in (*((f"{port}.pcap", "-2") for port in TAKEN), ("known.pcap",), ("known.pcap", "-2"), ("another.pcap", "-2"), ("known.pcap", "-o", WITHOUT_TCP),
                         ("known.pcap", "-2", "-o", WITHOUT_TCP), ("another.pcap", "-2", "-o", WITHOUT_TCP)):
        for number, have in enumerate(said(shark, scratch / name, *words)):
            if have != wanted[number // WAYS]:
                print(name, words, f"seed {SEED}, stream {number}", *zip(have, wanted[number // WAYS]), sep="\n")
                good = False
                break
    return good


def told_to_tools(shark, scratch):
    """Whoever counts or follows the lines is told of them too."""
    good = True
    for tool in ("ftpscope,tree", "follow,ftpscope,ascii,0"):
        here, there = (shark.run("-2", "-q", "-z", tool, "-r", scratch / name).stdout.decode() for name in ("known.pcap", "another.pcap"))
        if here != there.replace(f":{ANOTHER}", f":{KNOWN}") or "USER" not in here:
            print(tool, here, there, sep="\n")
            good = False
    return good


def decoded_as(shark, scratch):
    """Whoever names the port gets whole sessions, also where their beginning is not in the capture."""
    paths = {}
    for port in (KNOWN, ANOTHER):
        capture = Capture()
        control = Connection(capture, server=(SERVER[0], port))
        capture.frames.clear()
        for side, text in LOGIN[1:]:
            control.segment(side, text.encode())
        control.client("PASV\r\n")
        data = Connection(capture, (CLIENT[0], 50001), control.announce(40321))
        control.client("RETR a.bin\r\n")
        control.server("150 here\r\n")
        data.segment(1, b"x" * 700)
        data.close(1)
        control.server("226 done\r\n")
        control.close()
        paths[port] = capture.save(scratch / f"middle-{port}.pcap")
    of, fields = "ftpscope or ftpscope_data", ["frame.number", "ftpscope.session", "ftpscope.user", "ftpscope.transfer.verdict",
                                               "ftpscope.transfer.bytes", "_ws.col.Info"]
    here = rows(shark, paths[KNOWN], "-2", of=of, fields=fields)
    good = any("complete" in row for row in here)
    for words in (["-d", f"tcp.port=={ANOTHER},ftpscope"], ["-o", f"ftpscope.tcp.port:{KNOWN},{ANOTHER}"]):
        there = rows(shark, paths[ANOTHER], "-2", *words, of=of, fields=fields)
        if here != [[word.replace(str(ANOTHER), str(KNOWN)) for word in row] for row in there]:
            print(words, *there, "port 21:", *here, sep="\n")
            good = False
    return good


def sent_twice(shark, scratch):
    """What is gathered here, as TCP does not, is not shown by each copy of its segments."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.client("FEAT\r\n")
    for part in (b"211-Features:\r\n", b" UTF8\r\n", b" SIZE\r\n", b"211 End\r\n"):
        control.segment(1, part)
        control.segment(1, part, at=-len(part))
    path = capture.save(scratch / "twice.pcap")
    for words in ([], ["-2"], ["-o", WITHOUT_TCP], ["-2", "-o", WITHOUT_TCP]):
        have = rows(shark, path, *words, of="ftpscope.code == 211", fields=["frame.number", "ftpscope.text"])
        if have != [["16", "Features:, UTF8, SIZE,End"]]:
            print(words, *have)
            return False
    return True


def where_it_is_looked_for(shark, scratch):
    """On other ports only with the preference, where nobody named them."""
    path = decoded_on(scratch, ANOTHER)
    known = decoded_on(scratch, KNOWN)
    off = ["-o", "ftpscope.any_port:FALSE"]
    numbers = [len(rows(shark, path, "-2", *words, of="ftpscope")) for words in ([], off, [*off, "-d", f"tcp.port=={ANOTHER},ftpscope"])]
    numbers.append(len(rows(shark, known, "-2", *off, of="ftpscope")))
    good = numbers[0] > 0 and numbers == [numbers[0], 0, numbers[0], numbers[0]]
    return good or print("where it is looked for:", numbers)


def decoded_on(scratch, port):
    capture = Capture()
    control = Connection(capture, server=(SERVER[0], port))
    control.login()
    control.client("PWD\r\n")
    control.server('257 "/"\r\n')
    return capture.save(scratch / f"on-{port}.pcap")


def without_tcp(shark, scratch):
    """Nothing is FTP where TCP is disabled."""
    shown = rows(shark, decoded_on(scratch, KNOWN), "-2", "--disable-protocol", "tcp", of="ftpscope")
    return shown == [] or print("without TCP:", *shown)


def small_letters(shark, scratch):
    """The field has them in capitals wherever it stands."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.client("pasv\r\n")
    data = Connection(capture, (CLIENT[0], 50001), control.announce(40321))
    control.client("retr a.bin\r\n")
    control.server("150 here\r\n")
    data.segment(1, b"x" * 700)
    data.close(1)
    control.server("226 done\r\n")
    control.client("long" * 10 + "\r\n")
    control.server("500 what?\r\n")
    path = capture.save(scratch / "letters.pcap")
    have = [len(rows(shark, path, "-2", of=f'ftpscope.command == "{word}"')) for word in ("RETR", "LONG" * 10)]
    return have == [4, 2] or print("small letters:", have)


def main():
    shark = Shark(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        good = [check(shark, pathlib.Path(scratch)) for check in (cut_anywhere, whatever_way, told_to_tools, decoded_as, sent_twice,
                                                              where_it_is_looked_for, without_tcp, small_letters)]
    print(f"{good.count(True)} of {len(good)} as they should be")
    return 0 if all(good) else 1


sys.exit(main())
