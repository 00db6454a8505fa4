#!/usr/bin/env python3
"""No ftp.* or ftp-data.* value that is right without the plugin is lost or changed with it, nor what TLS says of handshakes.

usage: builtin.py PLUGIN CAPTURE_FOLDER [--every N] [NAME...]

All values of all these fields, frame by frame, in a second pass, and for some captures those of data in one pass. is_wrong() says what is wrong without the plugin, and
builtin_wrong.txt names the rest of it.
"""
import collections
import concurrent.futures
import os
import pathlib
import re
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection
from shark import Shark, chosen

WRONG = pathlib.Path(__file__).with_name("builtin_wrong.txt")
AGGREGATOR = "\x1f"


def all_fields(shark):
    """Names of all fields of the two protocols, the protocols themselves excluded, and one of TLS."""
    lines = shark.run("-G", "fields").stdout.decode(errors="replace").splitlines()
    parts = [line.split("\t") for line in lines if line.startswith("F\t")]
    return sorted({p[2] for p in parts if re.match(r"ftp(-data)?\.|tls\.handshake\.type$", p[2])})


OURS = ["ftpscope.request", "ftpscope.command", "ftpscope.data.port", "ftpscope.transfer.tls", "icmp.type"]
LISTINGS_AND_FILES = {"RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD"}
LATER = 400  # frames: a line or a reply in several segments ends within so many


def values(shark, capture, fields, passes=("-2",)):
    """{field: {frame: [value, ...]}}"""
    words = [word for field in ["frame.number", *fields] for word in ("-e", field)]
    done = shark.run("-r", capture, *passes, "-T", "fields", "-E", "occurrence=a", "-E", f"aggregator={AGGREGATOR}", *words)
    found = collections.defaultdict(dict)
    for line in done.stdout.decode("utf-8", "replace").split("\n"):
        cells = line.split("\t")
        for field, cell in zip(fields, cells[1:]):
            if cell:
                found[field][int(cells[0])] = cell.split(AGGREGATOR)
    return {field: found[field] for field in fields}


def is_garbage(value):
    """No text: bytes of TLS or Telnet."""
    return any(ord(c) < 32 or c == "\ufffd" for c in value)


def comes_later(have, field, frame, value):
    """A line in several segments, or a reply of several lines, is shown in the frame where it ends. What stood alone there, a
    piece, was called a command even when it was the end of an argument."""
    related = [f for f in have if f.split(".")[:2] == field.split(".")[:2]]
    return any(value in v and (v != value or f > frame or name != field)
               for name in related for f, vs in have[name].items() if frame <= f <= frame + LATER for v in vs)


def is_no_transfer(have, frame):
    """It takes the first command behind PASV for the one that uses the connection, whatever that is."""
    sets_up = have["ftpscope.data.port"].get(frame)
    return not sets_up and not LISTINGS_AND_FILES & set(have["ftpscope.command"].get(frame, []))


def takes_other_command(commands, frame):
    """What it takes for the transfer command is none, or nothing."""
    commands = commands.get(frame, [""])
    return not any(c.split(" ")[0].upper() in LISTINGS_AND_FILES for c in commands)


def counts(values, frame):
    return [values[f"ftp.command-response.{what}"].get(frame, [""])[0] for what in ("frames", "first-frame-num", "last-frame-num")]


def right_counts(have, frame):
    """Each packet of a data connection names its command; one that an ICMP error quotes did not cross."""
    named = [f for f, commands in have["ftp-data.command-frame"].items() if str(frame) in commands and f not in have["icmp.type"]]
    return [str(n) for n in ((len(named), min(named), max(named)) if named else (0, 0, 0))]


def counts_only_here(without, have, frame):
    """It counts for the last of several commands in a frame, and not where it did not await the connection."""
    right = right_counts(have, frame)
    return counts(have, frame) == right and counts(without, frame) != right


def miscounted(have):
    """Commands whose data packets are not counted."""
    commands = {int(frame) for frames in have["ftp-data.command-frame"].values() for frame in frames}
    for frame in sorted(commands):
        if counts(have, frame) != right_counts(have, frame):
            yield frame


def is_wrong(field, frame, value, without, have):
    if is_garbage(value):
        return True
    if field in ("ftp.request", "ftp.response", "ftp.current-working-directory") and not have["ftp.request"].get(frame):
        return True  # a part of a line, or TLS
    if field == "ftp.current-working-directory" and any(path.endswith("/" + value) for path in have[field].get(frame, [])):
        return True  # where it stands is known here
    if field.startswith(("ftp.request", "ftp.response")):
        return comes_later(have, field, frame, value)
    if field in ("ftp.command", "ftp.command-frame") and takes_other_command(without["ftp.command"], frame):
        return True
    if field.startswith(("ftp.command", "ftp.setup")):
        return is_no_transfer(have, frame) or counts_only_here(without, have, frame)
    if field == "ftp-data.setup-frame" and not without["ftp-data.setup-method"].get(frame):
        return True  # its first packet: nothing is known of what set it up
    return field.startswith("ftp-data.command") and takes_other_command(without["ftp-data.command"], frame)


def lost(without, have):
    """Right values that are there without the plugin and not with it."""
    for field, frames in without.items():
        for frame, wanted in frames.items():
            rest = list(have[field].get(frame, []))
            for value in wanted:
                if value in rest:
                    rest.remove(value)
                elif not is_wrong(field, frame, value, without, have):
                    yield field, frame, value


def known_wrong():
    known = {}
    for line in WRONG.read_text().splitlines():
        if line and not line.startswith("#"):
            capture, field, reason = line.split(None, 2)
            known[capture, field] = reason
    return known


TO_CLIENT, FROM_CLIENT = (SERVER[0], 33333), (CLIENT[0], 41000)
TRANSFERS = {  # commands and answers before the data; from where to where these go
    "small-letters": ("pasv", "227 ok (203,0,113,21,200,10)", "retr f.bin", FROM_CLIENT, (SERVER[0], 51210)),
    "behind-nat": ("PASV", "227 ok (10,0,0,5,200,10)", "RETR f.bin", FROM_CLIENT, (SERVER[0], 51210)),
    "another-source-port": ("PORT 198,51,100,10,160,40", "200 ok", "RETR f.bin", TO_CLIENT, FROM_CLIENT),
    "extended": ("EPRT |1|198.51.100.10|41000|", "200 ok", "RETR f.bin", TO_CLIENT, FROM_CLIENT),
    "telnet": ("PASV", "227 ok (203,0,113,21,200,10)", "\xff\xf1RETR f.bin", FROM_CLIENT, (SERVER[0], 51210)),
    "folder-first": ("PASV", "227 ok (203,0,113,21,200,10)", "CWD pub|RETR f.bin", FROM_CLIENT, (SERVER[0], 51210)),
    "another-folder": ("PASV", "227 ok (203,0,113,21,200,10)", "CWD pub\\docs|NOOP|RETR f.bin", FROM_CLIENT, (SERVER[0], 51210)),
    "backslash": ("PASV", "227 ok (203,0,113,21,200,10)", "RETR pub\\report.txt", FROM_CLIENT, (SERVER[0], 51210)),
    "two-blanks": ("PASV", "227 ok (203,0,113,21,200,10)", "RETR  two blanks", FROM_CLIENT, (SERVER[0], 51210)),
    "in-one-frame": ("PASV", "227 ok (203,0,113,21,200,10)", "NOOP\r\nRETR f.bin", FROM_CLIENT, (SERVER[0], 51210)),
}


def transfer(path, asks, answer, retrieves, source, target):
    """What is said of it is right without the plugin too, or not said."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.client(asks + "\r\n")
    control.server(answer + "\r\n")
    *before, retrieves = retrieves.split("|")
    for command in before:
        control.client(command + "\r\n")
        control.server("250 done\r\n")
    control.client(retrieves + "\r\n")
    data = Connection(capture, source, target)
    control.server("150 here\r\n")
    sender = data.server if target[0] == SERVER[0] else data.client
    for _ in range(3):
        sender("x" * 220)
    data.close(1)
    control.server("226 done\r\n")
    return capture.save(path)


def folder_without_question(control):
    control.seq[0] += len("PWD\r\n")
    control.server('257 "/home/bob" is it\r\n')
    control.client("NOOP\r\n")
    control.server("200 ok\r\n")


def missing_inside(control):
    control.client("FEAT\r\n")
    control.server("211-Features:\r\n")
    control.seq[1] += len(" UTF8\r\n")
    control.server(" REST STREAM\r\n")
    control.server("211 End\r\n")
    control.client("NOOP\r\n")
    control.server("200 ok\r\n")


def missing_end(control):
    control.client("STAT\r\n")
    control.server("211-Status of host\r\n")
    control.server(" all is well\r\n")


def no_end(control):
    control.client("QUIT")
    control.close()


def reply_without_end(control):
    control.client("NOOP\r\n")
    control.server("200 ok\r\n421 Timeout")
    control.close(1)


def late_reply(control):
    """The answer of NOOP is captured behind the CWD that follows it."""
    control.client("NOOP\r\n")
    control.seq[1] += len("200 ok\r\n")
    control.client("CWD /pub\r\n")
    control.segment(1, b"200 ok\r\n", at=-len("200 ok\r\n"))
    control.server("250 ok\r\n")
    control.client("CWD sub\r\n")
    control.server("250 ok\r\n")


def both_asked(control):
    control.client("CWD /pub\r\n")
    control.server("250 ok\r\n")
    control.client("CWD a\r\nDELE x\r\n")
    control.client("CWD b\r\n")
    control.server("250 ok\r\n")
    control.server("250 gone\r\n250 ok\r\n")
    control.client("NOOP\r\n")


def late_folder(control):
    """The folder that PWD asked for is captured behind that of the CWD that follows."""
    answer = b'257 "/home" is it\r\n'
    control.client("PWD\r\n")
    control.seq[1] += len(answer)
    control.client("CWD /pub\r\n")
    control.server("250 ok\r\n")
    control.segment(1, answer, at=-len(answer) - len("250 ok\r\n"))
    control.client("NOOP\r\n")
    control.server("200 ok\r\n")


def up_behind_pasv(control):
    """The built-in dissector sees no command behind CDUP until the next transfer, and takes every 250 for its answer."""
    control.client("CWD /home/bob/x\r\n")
    control.server("250 ok\r\n")
    control.client("PASV\r\n")
    control.announce(40321)
    control.client("CDUP\r\n")
    control.server("250 ok\r\n")
    control.client("DELE f\r\n")
    control.server("250 gone\r\n")
    control.client("NOOP\r\n")


def up_and_quoted(control):
    """200 answers CDUP too; and each was asked before another."""
    control.client("CWD /home/bob\r\n")
    control.server("250 ok\r\n")
    control.client('CWD my "dir"\r\nNOOP\r\n')
    control.server("250 ok\r\n")
    control.server("200 ok\r\n")
    control.client("CDUP\r\nNOOP\r\n")
    control.server("200 ok\r\n")
    control.server("200 ok\r\n")


def asked_together(control):
    control.client("PWD\r\nCWD sub\r\n")
    control.server('257 "/home" is it\r\n')
    control.server("250 ok\r\n")


TALKS = (folder_without_question, missing_inside, missing_end, no_end, reply_without_end, late_reply)
FOLDERS = {up_behind_pasv: {10: "/home/bob/x", 14: "/home/bob", 15: "/home/bob", 16: "/home/bob", 17: "/home/bob"},
           up_and_quoted: {12: '/home/bob/my "dir"', 13: '/home/bob/my "dir"', 15: "/home/bob", 16: "/home/bob"},
           late_folder: {11: "/pub", 13: "/pub", 14: "/pub"}, asked_together: {10: "/home", 11: "/home/sub"}, late_reply: {12: "/pub", 13: "/pub", 14: "/pub/sub"},
           both_asked: {10: "/pub", 13: "/pub/a", 14: "/pub/a/b", 15: "/pub/a/b"}}  # behind these frames
DATA_IN_ONE_PASS = ("mtu-discovered", "small-mtu", "clear-command-channel")


def wrong_folders(shark, scratch):
    field = "ftp.current-working-directory"
    for says, wanted in FOLDERS.items():
        path = talk(scratch / f"{says.__name__}.pcap", says)
        for passes in ((), ("-2",)):
            have = {frame: paths[-1] for frame, paths in values(shark, path, [field], passes)[field].items() if frame in wanted}
            if have != wanted:
                yield f"{says.__name__} {passes}: {have}, not {wanted}"


def lost_in_one_pass(bare, shark, capture, fields):
    fields = [field for field in fields if field.startswith("ftp-data.")]
    without, have = values(bare, capture, fields, ()), values(shark, capture, [*fields, *OURS], ())
    for field, frame, value in lost(without, have):
        if field != "ftp-data.command":
            yield f"{capture.stem}: {field} of frame {frame} is lost in one pass: {value!r}"


def talk(path, says):
    capture = Capture()
    control = Connection(capture)
    control.login()
    says(control)
    return capture.save(path)


def main():
    bare, shark, known, used, bad = Shark(None), Shark(sys.argv[1]), known_wrong(), set(), 0
    fields, captures, whole = all_fields(bare), chosen(sys.argv[2:]), len(sys.argv) == 3
    scratch = tempfile.TemporaryDirectory(prefix="ftpscope-")
    os.chmod(scratch.name, 0o755)
    captures += [transfer(pathlib.Path(scratch.name, f"{name}.pcap"), *how) for name, how in TRANSFERS.items()]
    captures += [talk(pathlib.Path(scratch.name, f"{says.__name__}.pcap"), says) for says in TALKS]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        work = [(c, pool.submit(values, bare, c, fields), pool.submit(values, shark, c, [*fields, *OURS])) for c in captures]
        for capture, without, with_plugin in work:
            for field, frame, value in lost(without.result(), with_plugin.result()):
                reason = next((k for k in ((capture.stem, field), ("*", field)) if k in known), None)
                used.add(reason)
                if reason is None:
                    bad += 1
                    print(f"{capture.stem}: {field} of frame {frame} is lost: {value!r}")
            for frame in miscounted(with_plugin.result()):
                bad += 1
                print(f"{capture.stem}: the data of the command in frame {frame} are not counted")
    for problem in [*wrong_folders(shark, pathlib.Path(scratch.name)),
                    *(p for c in captures if c.stem in DATA_IN_ONE_PASS for p in lost_in_one_pass(bare, shark, c, fields))]:
        bad += 1
        print(problem)
    for entry in sorted(set(known) - used if whole else []):
        bad += 1
        print(f"{' '.join(entry)}: nothing is lost any more, builtin_wrong.txt may lose it")
    print(f"{len(captures)} captures, {bad} values lost, {len(known)} entries known to be wrong without the plugin")
    return 1 if bad or not captures else 0


sys.exit(main())
