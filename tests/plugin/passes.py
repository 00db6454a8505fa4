#!/usr/bin/env python3
"""What looks back is the same in every mode: in one pass and in two, and with every way in which TCP hands on segments.

usage: passes.py PLUGIN CAPTURE_FOLDER [--every N] [NAME...]

One pass (`tshark`) against two (`tshark -2`): values that are known when a packet is dissected must be equal; what comes later
(replies, outcomes, findings) may be missing in one pass, but not be another. The same with TCP's preferences for segments out
of order, for those behind a hole, and for absolute sequence numbers. And frames with packets of two sessions.
"""
import collections
import concurrent.futures
import os
import pathlib
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection, together
from shark import Shark, chosen

# Of these one pass knows less than two.
FORWARD = ("ftpscope.response_in", "ftpscope.preliminary_in", "ftpscope.no_reply", "ftpscope.setup", "ftpscope.data.address",
           "ftpscope.data.port", "ftpscope.transfer", "ftpscope.path")
MODES = {
    "out of order": ("-o", "tcp.reassemble_out_of_order:TRUE"),
    "behind holes": ("-o", "tcp.no_subdissector_on_error:FALSE"),
    "absolute numbers": ("-o", "tcp.relative_sequence_numbers:FALSE"),
}


def trees(shark, capture, *words):
    """{frame: Counter of (field, value)}; findings are known late, all of them, and what TCP keeps back depends on the mode."""
    found = {}
    for frame, _, fields in shark.trees(capture, *words):
        if not {"ftpscope.finding", "ftpscope.kept_back"} & {field for field, _ in fields}:
            found.setdefault(frame, collections.Counter()).update(fields)
    return found


def without_progress(fields):
    return {f: n for f, n in fields.items() if f[0] != "ftpscope.data.progress"}


def problems(shark, capture):
    two = trees(shark, capture, "-2")
    one = trees(shark, capture)
    for frame, said in one.items():
        known = two.get(frame, collections.Counter())
        if said - known:
            yield f"one pass says of frame {frame} what two do not: {list(said - known)[:3]}"
        ahead = any(n == "ftpscope.transfer.command_frame" and int(v) > frame for n, v in known)  # data before their command
        late = [f for f in known - said if not f[0].startswith(FORWARD) and not ahead]
        if late:
            yield f"two passes know of frame {frame} what one should: {late[:3]}"
    for mode, words in MODES.items():
        other = trees(shark, capture, "-2", *words)
        for frame in set(other) & set(two):
            # A packet behind a hole that is filled may be handed on together with those that waited for it.
            if without_progress(other[frame]) != without_progress(two[frame]):
                yield f"{mode}: frame {frame} differs: {list((other[frame] - two[frame]) + (two[frame] - other[frame]))[:3]}"


def problems_of_columns(shark, capture, *settings):
    """Where nobody asks for fields the built-in dissector is mostly not called: the columns are as if it were."""
    plain, with_fields = (shark.run("-r", capture, *settings, *words).stdout.decode("utf-8", "replace").splitlines() for words in ((), ("-Y", "frame")))
    if plain != with_fields:
        differ = [pair for pair in zip(plain, with_fields) if pair[0] != pair[1]]
        yield f"columns without and with fields: {differ[:1] or (len(plain), len(with_fields))}"


def set_up_by_another_command(shark):
    """The built-in dissector goes by the code alone: what it sets up is shown, asked for fields or not, expert infos too."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.client("SITE PASV\r\n")
    listener = control.announce(51210)
    control.client("RETR f.bin\r\n")
    Connection(capture, (CLIENT[0], 40001), listener).server("x" * 220)
    control.client("PWD\r\n")
    control.server("257 no quotes here\r\n")
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        path = capture.save(pathlib.Path(scratch) / "site.pcap")
        columns = ("-o", 'gui.column.format:"N","%m","E","%a","P","%p","I","%i"')
        found = [*problems_of_columns(shark, path), *problems_of_columns(shark, path, *columns)]
        said = shark.run("-r", path, *columns).stdout.decode()
    if found or "FTP Data: 220 bytes" not in said or "Error" not in said:
        print(f"set up by another command: {found}\n{said}")
        return False
    return True


def data_without_syn(shark):
    """Data whose handshake is not in the capture, and data that were captured before their announcement: one pass knows
    their first packet too, as soon as they are known to be data."""
    capture = Capture()
    control = Connection(capture)
    control.login()
    control.client("PASV\r\n")
    listener = control.announce(51210)
    control.client("RETR f.bin\r\n")
    data = Connection(Capture(), (CLIENT[0], 40001), listener)
    data.capture = capture
    data.server("x" * 220)
    control.client("PASV\r\n")
    late = Connection(capture, (CLIENT[0], 40002), (SERVER[0], 51211))
    control.announce(51211)
    control.client("RETR g.bin\r\n")
    late.server("y" * 330)
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        path = capture.save(pathlib.Path(scratch) / "nosyn.pcap")
        said = [shark.run(*words, "-r", path, "-T", "fields", "-E", "separator=,", "-Y", "ftpscope.data.position == 0",
                          "-e", "ftpscope.path", "-e", "ftpscope.data.position").stdout.decode().split() for words in ((), ("-2",))]
        found = [*problems_of_columns(shark, path)]
    if found or said[0] != said[1] or [line.split(",")[0] for line in said[0]] != ["?/f.bin", "?/g.bin"]:
        print(f"data without a SYN: one pass {said[0]}, two {said[1]} {found}")
        return False
    return True


def two_in_each_frame(shark):
    """Two sessions, a packet of each in every frame: are they told apart in both passes?"""
    halves, fields = (Capture(), Capture()), ("frame.number", "ftpscope.user", "ftpscope.cwd", "ftpscope.command")
    for i, half in enumerate(halves):
        control = Connection(half, (CLIENT[0], CLIENT[1] + i))
        control.login()
        control.client(f"CWD /{i}\r\n")
        control.server("250 there\r\n")
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        capture = together(*halves).save(pathlib.Path(scratch) / "two.pcap")
        one, two = (shark.run(*words, "-r", capture, "-T", "fields", *(w for f in fields for w in ("-e", f))).stdout.decode()
                    for words in ((), ("-2",)))
    if one != two or "9\tbob,bob\t?,?\tCWD,CWD" not in one:
        print(f"two sessions in each frame\n one pass:\n{one} two:\n{two}")
        return False
    return True


def main():
    shark, captures, bad = Shark(sys.argv[1]), chosen(sys.argv[2:]), 0
    bad += not two_in_each_frame(shark)
    bad += not set_up_by_another_command(shark)
    bad += not data_without_syn(shark)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for capture, found in zip(captures, pool.map(lambda c: [*problems(shark, c), *problems_of_columns(shark, c)], captures)):
            bad += bool(found)
            for problem in found[:3]:
                print(f"{capture.stem}: {problem}")
    print(f"{len(captures)} captures, {bad} not the same in every mode")
    return 1 if bad or not captures else 0


sys.exit(main())
