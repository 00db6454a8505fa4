#!/usr/bin/env python3
"""Lines that TCP hands to no dissector are shown all the same, and told of where a segment cuts them; data that it keeps show what
they are.

usage: kept_back.py PLUGIN

By default TCP leaves out a segment that came late; with reassemble_out_of_order it keeps what stands behind a hole that is never
filled; and it keeps the beginning of what never ends.
"""
import os
import pathlib
import sys
import tempfile

from conversation import ACK, CLIENT, FIN, PSH, Capture, Connection, fragment
from shark import Shark

WAITING_ON = "tcp.reassemble_out_of_order:TRUE"
WAYS = {"by default": (), "waiting": ("-o", WAITING_ON)}
DEFAULT, WAITING = "with its preference", "without its preference"


def swapped(control, side, first, second):
    control.segment(side, second, at=len(first))
    control.segment(side, first)
    control.seq[side] += len(second)


# Each case says its lines, and returns them with the frames that show them in a second pass: (frame, command or code, text).
# What is not whole in a segment of its own is told of: (frame, number of lines, the preference that shows them).


def whole_lines(control):
    control.server("220 ready\r\n")
    swapped(control, 0, b"USER bob\r\n", b"PASS x\r\n")
    control.server("331 p\r\n230 in\r\n")
    lines = ["4 220 ready", "5 PASS <hidden>", "6 USER bob", "7 331 p", "7 230 in"]
    return {"by default": (lines, None), "waiting": (["4 220 ready", "6 USER bob", "6 PASS <hidden>", "7 331 p", "7 230 in"], None)}


def parts_of_a_line(control):
    control.server("220 ready\r\n")
    swapped(control, 0, b"USER b", b"ob\r\n")
    control.server("331 p\r\n")
    return {"by default": (["4 220 ready", "7 331 p"], ("6", "1", DEFAULT)), "waiting": (["4 220 ready", "6 USER bob", "7 331 p"], None)}


def a_reply_of_several_lines(control):
    control.login()
    control.client("FEAT\r\n")
    swapped(control, 1, b"211-Features:\r\n UTF8\r\n", b" SIZE\r\n211 End\r\n")
    whole = [*LOGIN, "9 FEAT ", "11 211 Features:| UTF8| SIZE|End"]
    return {"by default": ([*LOGIN, "9 FEAT ", "10 211  SIZE", "10 211 End", "11 211 Features:| UTF8"], None), "waiting": (whole, None)}


def sent_again(control):
    control.login()
    control.client("NOOP\r\n")
    control.segment(0, b"NOOP\r\n", at=-6)
    control.server("200 ok\r\n")
    lines = [*LOGIN, "9 NOOP ", "11 200 ok"]
    return {"by default": (lines, None), "waiting": (lines, None)}


def never_filled(control):
    control.login()
    control.client("NOOP\r\n")
    control.seq[1] += 8
    control.server("200 ok\r\n")
    control.client("NOOP\r\n")
    lines = [*LOGIN, "9 NOOP ", "10 200 ok", "11 NOOP "]
    return {"by default": (lines, None), "waiting": (lines, None)}


def the_middle_of_a_reply_is_missing(control):
    control.login()
    control.client("FEAT\r\n")
    control.server("211-Features:\r\n")
    control.seq[1] += 7
    control.server(" REST STREAM\r\n")
    control.server("211 End\r\n")
    control.client("NOOP\r\n")
    control.server("200 ok\r\n")
    lines = [*LOGIN, "9 FEAT ", "10 211 Features:", "11 211  REST STREAM", "12 211 End", "13 NOOP ", "14 200 ok"]
    return {"by default": (lines, None), "waiting": (lines, None)}


def a_reply_without_end(control):
    control.login()
    control.client("STAT\r\n")
    control.server("211-Status\r\n")
    control.server(" of host\r\n")
    lines = [*LOGIN, "9 STAT ", "10 211 Status", "11 211  of host"]
    return {"by default": (lines, None), "waiting": (lines, None)}


def last_words_without_end(control):
    control.login()
    control.client("QUIT")
    control.close()
    return {way: ([*LOGIN, "9 QUIT "], None) for way in WAYS}


def last_words_of_the_server(control):
    control.login()
    control.client("NOOP\r\n")
    control.server("200 ok\r\n421 Timeout")
    control.close(1)
    return {way: ([*LOGIN, "9 NOOP ", "10 200 ok", "10 421 Timeout"], None) for way in WAYS}


def last_words_before_a_hole(control):
    """They may be the beginning of a password that the server repeats."""
    control.login()
    control.client("NOOP\r\n")
    control.server("200 ok")
    control.seq[1] += 7
    control.server("200 ok\r\n")
    control.client("NOOP\r\n")
    return {"by default": ([*LOGIN, "9 NOOP ", "11 200 ok", "12 NOOP "], None)}


def told_after_it_was_shown(control):
    """While bytes of the client are missing the pipeline waits with what the server says, and TCP does not."""
    control.login()
    control.client("STAT\r\n")
    control.server("211-a\r\n")
    control.server(" b\r\n")
    control.seq[0] += len("NOOP\r\n")
    control.server("211 c\r\n")
    control.server("200 ok\r\n")
    lines = [*LOGIN, "9 STAT ", "12 211 a| b|c", "13 200 ok"]
    return {way: (lines, None) for way in WAYS}


def begun_behind_another(control):
    control.login()
    control.client("NOOP\r\nSTAT\r\n")
    control.server("200 ok\r\n211-a\r\n b\r\n")
    lines = [*LOGIN, "9 NOOP ", "9 STAT ", "10 200 ok", "10 211 a| b"]
    return {way: (lines, None) for way in WAYS}


def sent_again_with_more(control):
    control.login()
    control.client("STAT\r\n")
    control.server("211-a\r\n")
    control.segment(1, b"211-a\r\n211-b\r\n211 c\r\n", at=-7)
    control.seq[1] += 14
    control.client("NOOP\r\n")
    control.server("200 ok\r\n")
    apart = [*LOGIN, "9 STAT ", "10 211 a", "11 211 b|c", "12 NOOP ", "13 200 ok"]
    together = [*LOGIN, "9 STAT ", "11 211 a|b|c", "12 NOOP ", "13 200 ok"]  # TCP of 4.6 takes what is new
    return {"by default": ((apart, together), None)}


def the_end_came_first(control):
    control.login()
    control.client("NOOP\r\n")
    control.segment(1, b"k\r\n", at=5)
    control.server("200 ok\r\n")
    lines = [*LOGIN, "9 NOOP ", "11 200 ok"]
    return {way: (lines, None) for way in WAYS}


def sent_again_with_what_came(control):
    """The segment with what was lost has a line too that TCP has handed on."""
    control.login()
    control.client("STAT\r\n")
    control.server("211-a\r\n")
    control.seq[1] += len(" b\r\n")
    control.server("211 c\r\n")
    control.segment(1, b" b\r\n211 c\r\n", at=-len(" b\r\n211 c\r\n"))
    control.client("NOOP\r\n")
    control.server("200 ok\r\n")
    apart = [*LOGIN, "9 STAT ", "10 211 a", "11 211 c", "12 211  b", "13 NOOP ", "14 200 ok"]
    together = [*LOGIN, "9 STAT ", "12 211 a| b|c", "13 NOOP ", "14 200 ok"]  # TCP of 4.6
    return {"by default": ((apart, together), None)}


def late_and_twice(control):
    """Where the first pass showed it, later ones do too."""
    control.login()
    control.client("HELP\r\nSTAT\r\nSYST\r\n")
    for reply, at in (b"215 c\r\n", 14), (b"211 b\r\n", 7), (b"214 a\r\n", 0), (b"211 b\r\n", 7):
        control.segment(1, reply, at=at)
    control.seq[1] += 21
    control.client("NOOP\r\n")
    control.server("200 ok\r\n")
    lines = [*LOGIN, "9 HELP ", "9 STAT ", "9 SYST ", "10 215 c", "12 214 a", "13 211 b", "14 NOOP ", "15 200 ok"]
    return {"by default": (lines, None)}


LOGIN = ["4 220 ready", "5 USER bob", "6 331 password", "7 PASS <hidden>", "8 230 in"]
CASES = (whole_lines, parts_of_a_line, a_reply_of_several_lines, sent_again, never_filled, the_middle_of_a_reply_is_missing,
         a_reply_without_end, last_words_without_end, last_words_of_the_server, last_words_before_a_hole, told_after_it_was_shown, begun_behind_another, sent_again_with_more,
         the_end_came_first, sent_again_with_what_came, late_and_twice)


def lines_shown(shark, path, words):
    """(frame, command or code, argument or texts) of each tree."""
    for frame, name, fields in shark.trees(path, *words):
        values = [(key.removeprefix("ftpscope."), value) for key, value in fields]
        if name == "ftpscope" and dict(values).keys() & {"request", "response"}:
            texts = "|".join(value for key, value in values if key in ("argument", "text"))
            code = [value for key, value in values if key == "code"]
            command = [value for key, value in values if key == "command"]
            what = (code or command or ["unknown"])[0]
            yield f"{frame} {what} {texts}"


def problems(shark, case, path, wanted):
    fields = ("-T", "fields", "-e", "frame.number", "-e", "ftpscope.kept_back", "-e", "_ws.expert.message")
    for way, words in WAYS.items():
        if way not in wanted:
            continue
        lines, told = wanted[way]
        shown = list(lines_shown(shark, path, ["-2", *words]))
        if shown not in (lines if isinstance(lines, tuple) else (lines,)):
            yield f"{case.__name__} {way}: {shown}, not {lines}"
        for twice in ([], ["-2"]):
            have = [line.split("\t") for line in
                    shark.run("-r", path, *twice, *words, "-Y", "ftpscope.kept_back", *fields).stdout.decode().splitlines()]
            if len(have) != bool(told) or (told and (tuple(have[0][:2]) != told[:2] or told[2] not in have[0][2])):
                yield f"{case.__name__} {way} {twice}: {have}, not {told}"
        experts = shark.run("-q", "-2", "-z", "expert", "-r", path, *words).stdout.decode()
        if bool(told) != any("begins here" in line and " FTP " in line for line in experts.splitlines()):
            yield f"{case.__name__} {way}: {experts}"


def words(shark, scratch):
    """The column has those of what TCP hands on and of what it keeps."""
    capture = Capture()
    begun_behind_another(Connection(capture))
    path, wanted = capture.save(scratch / "words.pcap"), "200 ok | 211-a (2 lines)"
    have = shark.run("-2", "-r", path, "-Y", "frame.number == 10", "-T", "fields", "-e", "_ws.col.Info").stdout.decode().strip()
    if have != wanted:
        yield f"words: {have}, not {wanted}"


def columns_of_a_fragment(shark, scratch):
    """They do not depend on the packet before it."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.client("STAT\r\n")
    control.server("211 all is well\r\n")
    fragment(capture, 32)
    path, wanted = capture.save(scratch / "fragment.pcap"), "FTP\t211 all is w"
    have = shark.run("-r", path, "-o", "ip.defragment:FALSE", "-Y", "frame.number == 10", "-T", "fields", "-e", "_ws.col.Protocol",
                     "-e", "_ws.col.Info").stdout.decode().strip()
    if have != wanted:
        yield f"columns of a fragment: {have!r}, not {wanted!r}"


def last_words_with_the_end(shark, scratch):
    """FIN in their segment: nothing is waited for."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.segment(1, b"421 Timeout", PSH | ACK | FIN)
    path = capture.save(scratch / "fin.pcap")
    for passes in ([], ["-2"]):
        have = shark.run(*passes, "-r", path, "-Y", "ftp.response.code == 421 && ftpscope.code == 421").stdout.decode()
        if "421 Timeout" not in have:
            yield f"last words with FIN {passes}: {have!r}"


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
        found += [*late_data(shark, pathlib.Path(scratch)), *words(shark, pathlib.Path(scratch)),
                  *last_words_with_the_end(shark, pathlib.Path(scratch)), *columns_of_a_fragment(shark, pathlib.Path(scratch))]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(CASES)} captures, {len(found)} faults")
    return 1 if found else 0


sys.exit(main())
