#!/usr/bin/env python3
"""The tools of the plugin: statistics, tables, following, exported files, the filter of a session.

usage: tools.py PROGRAM PLUGIN CAPTURE_FOLDER [--every N] [NAME...]

Golden lines on a few captures, in one pass and in two; over all captures: exported files are those of the truth, the table
of transfers says what `ftpscope read --json` says, and the filter of a session has whole connections.
"""
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

from conversation import CLIENT, Capture, Connection, together
from shark import NOBODY, Shark, chosen

FILES = {"RETR", "STOR", "STOU", "APPE"}
PASSES = ([], ["-2"])
SNAPPED = "loss-both-ways"  # always looked at: its files have holes


def lines(shark, capture, *words):
    return shark.run("-q", "-r", capture, *words).stdout.decode().splitlines()


def records(program, capture, kind):
    run = subprocess.run([program, "read", "--json", str(capture)], capture_output=True, check=False)
    return [r for r in map(json.loads, run.stdout.splitlines()) if r["event_type"] == kind]


# ---- golden lines ----

def counts(out):
    """(depth, name) -> [count, ...] of the tree."""
    found = {}
    for line in out:
        name = line.strip().split("  ")[0]
        numbers = line.strip()[len(name):].split()
        if numbers and numbers[0].isdigit():
            found[len(line) - len(line.lstrip()), name] = numbers
    return found


def transfer_rows(out):
    begin = next(i for i, line in enumerate(out) if line.startswith("Session    Frame")) + 1
    return out[begin:next(i for i in range(begin, len(out)) if out[i].startswith("===="))]


TREE = {  # client-killed: what becomes of the transfer is decided behind the last packet
    (0, "Replies"): "8", (1, "1yz Preliminary"): "1", (2, "150 Opening the data connection"): "1", (1, "2yz Success"): "6",
    (2, "220 Service ready"): "1", (2, "230 Logged in"): "1", (2, "257 Path name"): "1", (1, "3yz Intermediate"): "1",
    (2, "331 Password needed"): "1", (0, "Commands"): "7", (1, "RETR"): "1", (0, "Response times in ms"): "7",
    (0, "Transfers"): "1", (1, "aborted"): "1"}
TRANSFERS = {
    "client-killed": ["      1       24 RETR    aborted         131072     0.000564   1859177305    -  /slow.bin"],
    "lossy-path.inside": ["      1       26 RETR    complete         60000     0.002837    169192809  226  /pub/report.bin"],
}
TIMES = ["   69  PASS                        1   0.005914   0.005914   0.005914   0.005914",
         "   82  RETR                        1   0.000173   0.000173   0.000173   0.000173"]
FOLLOWED = ["Node 0: 198.51.100.10:38478", "Node 1: 203.0.113.21:21", "220 (vsFTPd 3.0.3)", "USER lab",
            "331 Please specify the password.", "PASS <hidden>", "150 Opening BINARY mode data connection for slow.bin (400000 bytes)."]


def check_golden(shark, folder):
    killed = folder / "client-killed.pcap"
    for twice in PASSES:
        tree = counts(lines(shark, killed, *twice, "-z", "ftpscope,tree"))
        for key, count in TREE.items():
            if tree.get(key, [None])[0] != count:
                yield f"tree {twice}: {key} is {tree.get(key)}, not {count}"
        for name, rows in TRANSFERS.items():
            have = lines(shark, folder / f"{name}.pcap", *twice, "-z", "ftpscope,transfers")
            yield from (f"transfers {twice} of {name}: no line {row!r} in {have}" for row in rows if row not in have)
        have = lines(shark, killed, *twice, "-z", "ftpscope,srt")
        yield from (f"srt {twice}: no line {row!r}" for row in TIMES if row not in have)
        have = lines(shark, killed, *twice, "-z", "follow,ftpscope,ascii,0")
        yield from (f"follow {twice}: no line {row!r}" for row in FOLLOWED if row not in have)
    shown = lines(shark, killed, "-o", "ftpscope.show_secrets:TRUE", "-z", "follow,ftpscope,ascii,0")
    if not any(line.startswith("PASS ") and line != "PASS <hidden>" for line in shown):
        yield "follow: the password is hidden although the preference shows it"


def check_decrypted(shark, folder):
    """With a key log the files are exported as they were before TLS."""
    for name in ("tls-implicit", "tls12-explicit", "tls13-explicit"):
        keys = shark.home / f"{name}.keylog"
        shutil.copy(folder / f"{name}.keylog", keys)
        os.chmod(keys, 0o644)
        truth = json.loads((folder / f"{name}.truth.json").read_text())
        wanted = {flat(f["path"]): f["sha256"] for f in truth["files"]}
        for twice in PASSES:
            have = exported(shark, folder / f"{name}.pcap", *twice, "-o", f"tls.keylog_file:{keys}")
            if have != wanted:
                yield f"{name} decrypted {twice}: {have}, not {wanted}"
            encrypted = exported(shark, folder / f"{name}.pcap", *twice, "-o", f"tls.keylog_file:{keys}", by="ftp-data")
            if encrypted:
                yield f"{name} {twice}: the built-in dissector exports {encrypted}"
        if exported(shark, folder / f"{name}.pcap"):
            yield f"{name}: something is exported without the keys"


def swapped(capture, first, second, to):
    """The capture with two packets the other way round; they count from 1."""
    data = capture.read_bytes()
    at, packets = 24, []
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        packets.append(data[at:at + 16 + size])
        at += 16 + size
    packets[first - 1], packets[second - 1] = packets[second - 1], packets[first - 1]
    to.write_bytes(data[:24] + b"".join(packets))


def check_order(shark, folder):
    """Segments out of order: TCP hands such on in no pass, or late, as its preferences say."""
    capture, to = folder / "vsftpd-passive.pcap", shark.home / "swapped.pcap"
    wanted = exported(shark, capture)
    done = shark.run("-r", capture, "-Y", "ftp-data and tcp.len > 500", "-T", "fields", "-e", "frame.number")
    frames = [int(line) for line in done.stdout.split()]
    if len(frames) < 4:
        yield f"{capture.stem}: no data segments to put out of order"
        return
    swapped(capture, frames[0], frames[2], to)
    for words in ([], ["-2"], ["-o", "tcp.reassemble_out_of_order:TRUE"], ["-o", "tcp.desegment_tcp_streams:FALSE"]):
        have = exported(shark, to, *words)
        if have != wanted:
            yield f"out of order {words}: {have}, not {wanted}"


def download(capture, client=CLIENT, hole=0, ends=True):
    control = Connection(capture, client)
    control.login()
    control.client("PASV\r\n")
    data = Connection(capture, (client[0], client[1] + 1), control.announce(40321))
    control.client("RETR a.bin\r\n")
    control.server("150 Opening a.bin (1000000000 bytes).\r\n")
    data.segment(1, b"x" * 100)
    data.seq[1] += hole
    data.segment(1, b"y" * 100)
    if ends:
        data.close(1)
        control.server("226 done\r\n")
    return capture


def check_flawed_files(shark, _):
    """The name says what the file lacks, and a hole takes no more memory than is good for anything."""
    stopped = sizes(shark, download(Capture(), ends=False).save(shark.home / "stopped.pcap"), "-2")
    if stopped != {"a.bin.unknown": 200}:
        yield f"of a capture that stops: {stopped}"
    holed = download(Capture(), hole=1 << 30).save(shark.home / "holed.pcap")
    for twice in PASSES:
        (name, size), = sizes(shark, holed, *twice).items()
        if not name.startswith("a.bin.with-holes.cut-at-limit") or size > 70 << 20:
            yield f"with a large hole {twice}: {name} of {size}"


def check_two_in_a_frame(shark, _):
    """What two packets of one frame tell is told once."""
    one, other = download(Capture()), download(Capture(), (CLIENT[0], CLIENT[1] + 10))
    path = together(one, other).save(shark.home / "together.pcap")
    for twice in PASSES:
        tree = counts(lines(shark, path, *twice, "-z", "ftpscope,tree"))
        if tree.get((0, "Transfers"), [None])[0] != "2":
            yield f"two in a frame {twice}: {tree}"
        experts = lines(shark, path, *twice, "-V", "-z", "expert")
        told = [line.split()[0] for line in experts if "password crossed" in line and line.split()[0].isdigit()]
        if told not in (["2"], []) or (twice and told != ["2"]):
            yield f"two in a frame {twice}: {told} passwords"


# ---- over all captures ----

def check_counts(program, shark, capture):
    """In one pass and in two: every transfer once, with the verdict that the program gives."""
    wanted = collections.Counter(r["ftp_data"]["status"] for r in records(program, capture, "ftp_data"))
    for twice in PASSES:
        out = lines(shark, capture, *twice, "-z", "ftpscope,tree", "-z", "ftpscope,transfers")
        tree = counts(out)
        have = {name: int(tree[1, name][0]) for name in ("complete", "truncated", "aborted", "failed", "unknown") if (1, name) in tree}
        if have != dict(wanted):
            yield f"tree {twice}: transfers {have}, the program says {dict(wanted)}"
        rows = collections.Counter(line.split()[3] for line in transfer_rows(out))
        if rows != wanted:
            yield f"table {twice}: {dict(rows)}, the program says {dict(wanted)}"


def check_sessions(shark, capture):
    """A connection is of one session with all its packets, or of none. Findings of another may stand on it too."""
    streams = collections.defaultdict(list)
    done = shark.run("-2", "-r", capture, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-e", "tcp.stream", "-e", "ftpscope.session")
    for line in done.stdout.decode().splitlines():
        stream, session = line.split("\t")
        streams[stream].append({number for number in session.split(",") if number})
    for stream, said in streams.items():
        if any(said) and not set.intersection(*said):
            yield f"stream {stream}: not every packet is of its session: {said}"
    yield from check_sessions_in_one_pass(shark, capture)


def check_sessions_in_one_pass(shark, capture):
    """What was known of a connection stays known."""
    known = set()
    done = shark.run("-r", capture, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-e", "tcp.stream", "-e", "ftpscope.session")
    for line in done.stdout.decode().splitlines():
        stream, session = line.split("\t")
        if stream in known and not session:
            yield f"stream {stream}: its session is forgotten"
        known |= {stream} if session else set()


def exported(shark, capture, *words, by="ftpscope", what=lambda path: hashlib.sha256(path.read_bytes()).hexdigest()):
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as folder:
        os.chown(folder, NOBODY, NOBODY) if os.geteuid() == 0 else None
        shark.run("-q", "-r", capture, *words, "--export-objects", f"{by},{folder}")
        return {path.name: what(path) for path in pathlib.Path(folder).iterdir()}


def sizes(shark, capture, *words):
    return exported(shark, capture, *words, what=lambda path: path.stat().st_size)


def is_whole(data):
    return (data["status"] == "complete" and data.get("command") in FILES and not data.get("tls") and data.get("missing_bytes") == 0
            and data.get("type") == "I" and not data.get("restart_offset"))


def flat(path):
    return path.lstrip("?").lstrip("/").replace("/", "_").replace(":", "%3a")  # tshark itself replaces what Windows does not allow


def check_files(program, shark, capture):
    truth = json.loads(pathlib.Path(str(capture)[:-len(".pcap")] + ".truth.json").read_text())
    said = [r["ftp_data"] for r in records(program, capture, "ftp_data")]
    whole = {d["path"]: d for d in said if is_whole(d)}
    sure = {f["path"]: f for f in truth.get("files", []) if "sha256" in f and sum(d.get("path") == f["path"] for d in said) == 1}
    wanted = {flat(p): sure[p]["sha256"] for p in whole if p in sure and sure[p]["size"] == whole[p]["bytes"]}
    snapped = truth["capture"].get("snaplen", 65535) < 1500
    for words in PASSES:
        have = exported(shark, capture, *words)
        if snapped:
            yield from (f"exported {words}: {name} is not said to have holes" for name in wanted if f"{name}.with-holes" not in have)
            continue
        for name, digest in wanted.items():
            if have.get(name) != digest:
                yield f"exported {words}: {name} is {have.get(name)}, not {digest}: {sorted(have)}"
    return 0 if snapped else len(wanted)


def check(program, shark, capture):
    faults = [*check_counts(program, shark, capture), *check_sessions(shark, capture)]
    files = check_files(program, shark, capture)
    count = 0
    while True:
        try:
            faults.append(next(files))
        except StopIteration as stop:
            return capture.stem, faults, stop.value


def main():
    program, shark, captures = sys.argv[1], Shark(sys.argv[2]), chosen(sys.argv[3:])
    faults, files = [], 0
    captures += [path for path in [captures[0].parent / f"{SNAPPED}.pcap"] if path not in captures]
    for part in (check_golden, check_decrypted, check_order, check_flawed_files, check_two_in_a_frame):
        faults += part(shark, captures[0].parent)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found, exported_files in pool.map(lambda c: check(program, shark, c), captures):
            faults += [f"{name}: {fault}" for fault in found]
            files += exported_files
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(captures)} captures, {files} files exported as they were, {len(faults)} faults")
    return 1 if faults or not captures else 0


sys.exit(main())
