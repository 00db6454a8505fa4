"""Whether other programs find in a form the packets of its base."""
import os
import re
import subprocess
import tempfile

UNPACKERS = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd", b"\x04\x22": "lz4", b"\x53\x2a": "zstd"}
CHECKS = ("ip.check_checksum", "tcp.check_checksum", "udp.check_checksum")
FIELDS = ("frame.number", "frame.time_epoch", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.flags",
          "tcp.payload", "tcp.checksum.status", "icmp.type", "icmp.code", "ftp.request.command", "ftp.request.arg",
          "ftp.response.code", "ftp.response.arg")
DAMAGE = ("_ws.malformed", "ip.checksum.status", "udp.checksum.status")
GOOD = "1"
PING = ("", "0", "8")  # takes the place of ARP where the link knows none


class Doubt(Exception):
    """What a program says is not what the base holds."""


def said_by(*command):
    run = subprocess.run(command, capture_output=True, check=False)
    if run.returncode != 0:
        raise Doubt(f"{command[0]}: {run.stderr.decode().strip()}")
    return run.stdout.decode("utf-8", "replace")


def unpacked(path, folder):
    """The file itself, or what its packer makes of it."""
    with open(path, "rb") as handle:
        packer = UNPACKERS.get(handle.read(2))
    if packer is None:
        return path
    # lz4 takes the type from the name: a skippable frame at the start would not tell zstd and lz4 apart.
    packer = "lz4" if path.endswith(".lz4") else packer
    plain = os.path.join(folder, str(len(os.listdir(folder))))
    with open(plain, "wb") as out:
        subprocess.run([packer, "-d", "-c", "-q", path], stdout=out, check=True)
    return plain


def rows(path, v6, hints=()):
    """The TCP and ICMP packets of a file, as tshark sees the innermost ones: {field: value} each."""
    family = "ipv6" if v6 else "ip"
    fields = (*FIELDS, f"{family}.src", f"{family}.dst")
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=l", *hints]
    for field in fields:
        command += ["-e", field]
    for check in CHECKS:
        command += ["-o", f"{check}:TRUE"]
    for line in said_by(*command).splitlines():
        row = dict(zip(fields, line.split("\t")))
        row["frame.time_epoch"] = row["frame.time_epoch"] or "0.000000000"
        if row["tcp.srcport"] or row["icmp.type"] not in PING:
            yield row


def undamaged(path):
    command = ["tshark", "-n", "-r", path, "-T", "fields"]
    for field in DAMAGE:
        command += ["-e", field]
    for check in CHECKS:
        command += ["-o", f"{check}:TRUE"]
    for number, line in enumerate(said_by(*command).splitlines()):
        malformed, *sums = line.split("\t")
        # 3: the sender gave no checksum (UDP of tunnels).
        if malformed or not set(",".join(sums).split(",")) <= {"", GOOD, "3"}:
            raise Doubt(f"tshark: frame {number + 1} of {path}: {line!r}")


def by_frame(path, v6, frames, hints=()):
    """Rows by the frame of the base; copies and pieces after the first are left out."""
    found = {}
    for row in rows(path, v6, hints):
        number = int(row.pop("frame.number"))
        found.setdefault(frames[number - 1] if frames else number, row)
    return found


def by_time(path, v6):
    found = {}
    for row in rows(path, v6):
        del row["frame.number"]
        found.setdefault((row["frame.time_epoch"], row["tcp.seq_raw"], row["tcp.srcport"]), row)
    return found


def timeless(found):
    return {key: {**row, "frame.time_epoch": ""} for key, row in found.items()}


def compare(what, want, have):
    if want != have:
        key = next(k for k in [*want, *have] if want.get(k) != have.get(k))
        raise Doubt(f"{what}: {key}: wanted {want.get(key)}, came {have.get(key)}")


def ask_tshark(form, paths, frames, base, folder):
    v6 = form.base.startswith("ipv6")
    for path in paths:
        undamaged(path)
    if len(paths) == 1:
        want, have = by_frame(base, v6, None), by_frame(paths[0], v6, frames, form.hints)
        if "times" in form.differs:
            want, have = timeless(want), timeless(have)
        return compare("tshark", want, have)
    merged = os.path.join(folder, "merged")
    said_by("mergecap", "-w", merged, *paths)
    return compare("tshark", by_time(base, v6), by_time(merged, v6))


def conversation(paths):
    """What tcpdump shows of FTP, and how many TCP packets it sees."""
    text = "\n".join(said_by("tcpdump", "-nn", "-r", path) for path in paths)
    return sorted(re.findall(r"FTP: (.*)", text)), len(re.findall(r"Flags \[[SFRP.]+\]", text))


def ask_tcpdump(_form, paths, _frames, base, _folder):
    want, have = conversation([base]), conversation(paths)
    if want != have:
        raise Doubt(f"tcpdump: {len(have[0])} lines of FTP and {have[1]} TCP packets, wanted {len(want[0])} and {want[1]}")


ASK = {"tshark": ask_tshark, "tcpdump": ask_tcpdump}


def doubts(form, store, output):
    """What the programs that should confirm a form say against it."""
    files = form.build(store.packets(form.base))
    base = os.path.join(store.captures, store.path(form.base))
    frames = [packet.base for packet in files[0].packets]
    for tool in form.tools:
        with tempfile.TemporaryDirectory() as folder:
            paths = [unpacked(os.path.join(output, file.name), folder) for file in files]
            try:
                ASK[tool](form, paths, frames, base, folder)
            except Doubt as doubt:
                yield f"  not confirmed: {doubt}"


def verify(chosen, store, output):
    bad = 0
    for form in chosen:
        found = list(doubts(form, store, output))
        bad += bool(found)
        print("\n".join([("FAIL " if found else "ok   ") + form.name, *found]))
    print(f"{len(chosen) - bad} confirmed, {bad} not")
    return 1 if bad else 0
