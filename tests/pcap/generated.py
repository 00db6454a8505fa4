#!/usr/bin/env python3
"""The synthetic captures of captures/lab/generate: what they are, and what the program says of them.

usage: generated.py PROGRAM GENERATE [--big]

Same options, same bytes, also on another machine (a recorded digest); checksums, sequence numbers and times are right, by a
reader of our own; every transfer that the truth has is found with its verdict, and no other. --big: also a file above 4 GiB.
"""
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

# Of `generate --sessions 3 --bytes 500`. A change of the generator changes it: record the new one.
TINY = "097a1c870d7d527a00802a2b15d5f534a29a92e5ec3f4ff8fe2065bd1d907aaa"

RUNS = {
    "sessions": ["--sessions", "150", "--concurrent", "20"],
    "all that fails": ["--sessions", "80", "--failures", "100", "--ipv6", "50"],
    "nothing fails": ["--sessions", "80", "--failures", "0"],
    "bulk": ["--kind", "bulk", "--bytes", "700k"],
    "mixed": ["--kind", "mixed", "--sessions", "4", "--share", "10"],
    "idle": ["--kind", "idle", "--sessions", "300", "--failures", "20"],
    "empty files": ["--sessions", "20", "--bytes", "0", "--transfers-per-session", "6"],
    "pcapng": ["--sessions", "40", "--format", "pcapng"],
    "even pace": ["--sessions", "40", "--rate", "600000", "--failures", "0"],
    "short packets": ["--sessions", "40", "--snaplen", "300"],
}
KEYS = ("command", "path", "direction", "mode", "bytes", "status", "completion_code")
TIME_LIMIT = 300
SIZE_LIMIT = 200 << 20  # of a small run: one that does not end must not fill a disk


def generate(program, arguments, truth=None):
    """The bytes of a small capture."""
    more = ["--truth", str(truth)] if truth else []
    run = subprocess.Popen([program, *arguments, *more], stdout=subprocess.PIPE)
    out = run.stdout.read(SIZE_LIMIT)
    run.stdout.close()
    if run.wait(TIME_LIMIT) != 0 or len(out) == SIZE_LIMIT:
        raise SystemExit(f"generate {' '.join(arguments)}: exit code {run.returncode}, {len(out)} bytes")
    return out


# ---- the packets ----


def pcap_frames(data):
    """(nanoseconds, captured bytes, length on the wire) of each packet."""
    assert struct.unpack_from("<I", data)[0] == 0xA1B23C4D
    at = 24
    while at < len(data):
        seconds, nanoseconds, kept, length = struct.unpack_from("<IIII", data, at)
        yield seconds * 10**9 + nanoseconds, data[at + 16:at + 16 + kept], length
        at += 16 + kept
    assert at == len(data)


def pcapng_frames(data):
    at = 0
    while at < len(data):
        kind, total = struct.unpack_from("<II", data, at)
        assert struct.unpack_from("<I", data, at + total - 4)[0] == total and total % 4 == 0
        if kind == 6:
            high, low, kept, length = struct.unpack_from("<IIII", data, at + 12)
            yield high << 32 | low, data[at + 28:at + 28 + kept], length
        at += total
    assert at == len(data)


def sums_to_zero(data):
    """Of 16-bit words in ones' complement: a checksum among them is right."""
    return int.from_bytes(data + bytes(len(data) % 2), "big") % 0xFFFF == 0


def ip(frame):
    """Source, destination, protocol and body; checks the lengths and the header checksum."""
    kind, packet = frame[12:14], frame[14:]
    if kind == b"\x08\x00":
        assert packet[0] == 0x45 and sums_to_zero(packet[:20])
        assert struct.unpack_from(">H", packet, 2)[0] == len(packet)
        return packet[12:16], packet[16:20], packet[9], packet[20:]
    assert kind == b"\x86\xdd" and packet[0] >> 4 == 6
    assert struct.unpack_from(">H", packet, 4)[0] == len(packet) - 40
    return packet[8:24], packet[24:40], packet[6], packet[40:]


class Sequence:
    """Each segment begins where the one before it ended, and nothing is acknowledged that was not sent."""

    def __init__(self):
        self.next = {}

    def segment(self, source, destination, body):
        ports, (seq, ack) = body[:4], struct.unpack_from(">II", body, 4)
        flags, payload = body[13], len(body) - (body[12] >> 4) * 4
        key, peer = (source, destination, ports), (destination, source, ports[2:] + ports[:2])
        if flags & 2:
            self.next[key] = (seq + 1) % 2**32
        elif not flags & 4:
            assert self.next[key] == seq, "a gap or an overlap"
            self.next[key] = (seq + payload + (flags & 1)) % 2**32
        if flags & 16:
            assert (self.next[peer] - ack) % 2**32 < 2**20, "acknowledges what was never sent"


def check_frames(frames):
    before, count, sequence = 0, 0, Sequence()
    for time, frame, length in frames:
        assert time >= before and len(frame) == length
        before, count = time, count + 1
        source, destination, protocol, body = ip(frame)
        pseudo = source + destination + struct.pack(">HH", protocol, len(body))
        assert sums_to_zero(pseudo + body), f"packet {count}: checksum"
        if protocol == 6:
            sequence.segment(source, destination, body)
    return count


# ---- what the program says ----


def transfers_of(records):
    """By control connection, in the order of the commands."""
    found = {}
    for record in records:
        if record["event_type"] == "ftp_data":
            key = record["src_ip"], record["src_port"], record["dest_ip"], record["dest_port"]
            found.setdefault(key, []).append(record["ftp_data"])
    for transfers in found.values():
        transfers.sort(key=lambda transfer: transfer["frames"]["command"] if "command" in transfer["frames"] else 0)
    return found


def differences(truth, records):
    found = transfers_of(records)
    for want in truth:
        transfers = found.get((want["src_ip"], want["src_port"], want["dest_ip"], want["dest_port"]))
        if not transfers:
            yield f"missing: {want}"
            continue
        have = transfers.pop(0)
        for key in KEYS:
            if str(have.get(key)) != str(want[key]):
                yield f"{key} is {have.get(key)}, not as in {want}"
    for key, rest in found.items():
        for transfer in rest:
            yield f"surplus: {key} {transfer}"


def told(program, capture):
    run = subprocess.run([program, "read", "--json", "-"], input=capture, capture_output=True, check=False,
                         timeout=TIME_LIMIT)
    assert run.returncode in (0, 3), run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def errors(records):
    return [r["finding"]["summary"] for r in records if r["event_type"] == "ftp_finding" and r["finding"]["severity"] == "error"]


def compare(program, generator, name, arguments, truth_file):
    capture = generate(generator, arguments, truth_file)
    truth = [json.loads(line) for line in truth_file.read_text().splitlines()]
    if name != "short packets":
        check_frames(pcapng_frames(capture) if "pcapng" in arguments else pcap_frames(capture))
    records = told(program, capture)
    found = list(differences(truth, records))
    if name == "nothing fails":
        found += errors(records)
    if name == "all that fails" and len({t["fault"] for t in truth}) < 9:
        found.append("not every fault was seen")
    if not truth:
        found.append("no transfer")
    return found


# ---- the tests ----


def determinism(generator):
    tiny = ["--sessions", "3", "--bytes", "500"]
    digests = [hashlib.sha256(generate(generator, tiny + more)).hexdigest() for more in ([], [], ["--seed", "2"])]
    if digests[0] != digests[1]:
        yield "the same options gave other bytes"
    if digests[0] == digests[2]:
        yield "another seed gave the same bytes"
    if digests[0] != TINY:
        yield f"the bytes are not those recorded: {digests[0]}"


def same_packets(generator):
    """The formats, the snap length and the rate do not touch the packets."""
    tiny = ["--sessions", "3", "--bytes", "5000"]
    plain = list(pcap_frames(generate(generator, tiny)))
    if list(pcapng_frames(generate(generator, tiny + ["--format", "pcapng"]))) != plain:
        yield "pcapng has other packets"
    if list(pcap_frames(generate(generator, tiny + ["--snaplen", "99"]))) != [(t, f[:99], n) for t, f, n in plain]:
        yield "with a snap length the packets are others"
    even = list(pcap_frames(generate(generator, tiny + ["--rate", "1000"])))
    if [t - even[0][0] for t, _, _ in even] != [i * 10**6 for i in range(len(plain))]:
        yield "packets are not evenly spaced"


def share_of_ftp(generator):
    frames = list(pcap_frames(generate(generator, ["--kind", "mixed", "--sessions", "4", "--share", "10"])))
    names = bytes([198, 19])  # the clients of other services, with IPv4
    other = sum(1 for _, frame, _ in frames if names in (frame[26:28], frame[30:32], frame[34:36], frame[50:52]))
    if not 0.8 < other / len(frames) < 0.97:
        yield f"{other} of {len(frames)} packets are not FTP"


def wrong_options(generator):
    for arguments in (["--kind", "none"], ["--sessions", "0"], ["--bytes", "1x"], ["--failures", "101"],
                      ["--seed", "9" * 23], ["file"]):
        run = subprocess.run([generator, *arguments], capture_output=True, check=False, timeout=TIME_LIMIT)
        if run.returncode != 2 or run.stdout or not run.stderr:
            yield f"{arguments}: exit code {run.returncode}"


def big(program, generator, truth_file):
    """Above 4 GiB the sequence numbers wrap; the headers are enough."""
    arguments = ["--kind", "bulk", "--sessions", "1", "--transfers-per-session", "1", "--bytes", "4500M", "--failures", "0"]
    source = subprocess.Popen([generator, *arguments, "--snaplen", "160", "--truth", str(truth_file)], stdout=subprocess.PIPE)
    reader = subprocess.run([program, "read", "--json", "-"], stdin=source.stdout, capture_output=True, check=False,
                            timeout=TIME_LIMIT)
    source.stdout.close()
    assert source.wait(TIME_LIMIT) == 0
    truth = [json.loads(line) for line in truth_file.read_text().splitlines()]
    assert [t["bytes"] for t in truth] == [4500 << 20], truth
    return differences(truth, [json.loads(line) for line in reader.stdout.splitlines()])


def main():
    program, generator = sys.argv[1:3]
    problems = {"determinism": list(determinism(generator)), "same packets": list(same_packets(generator)),
                "share of FTP": list(share_of_ftp(generator)), "wrong options": list(wrong_options(generator))}
    with tempfile.TemporaryDirectory() as folder:
        truth = pathlib.Path(folder) / "truth"
        for name, arguments in RUNS.items():
            problems[name] = compare(program, generator, name, arguments, truth)
        if "--big" in sys.argv[3:]:
            problems["big"] = list(big(program, generator, truth))
    for name, found in problems.items():
        print(("FAIL " if found else "ok   ") + name)
        print("\n".join(found[:10])) if found else None
    return 1 if any(problems.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
