#!/usr/bin/env python3
"""What `read --write` writes: the packets of the sessions, all of them, no others, and what is said about them.

usage: write.py PROGRAM CAPTURE_FOLDER

For each capture: the file that is written gives the records of the capture again, its frames being those of the capture, byte
for byte and in order; each annotation and each finding is a comment of the frame that the records name.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from golden import record_differences

# Of the forms: what comes in pieces, behind a tunnel, or with comments already.
FORMS = ["fragments*.pcap", "vxlan*.pcap"]
# Counters of the capture as a whole, other connections too.
COUNTERS = {"packets", "bytes", "decoded", "truncated_packets", "unread", "copies"}


class Wrong(Exception):
    pass


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise Wrong(f"  {' '.join(map(str, arguments))}: exit code {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def pcap(path):
    """[(nanoseconds, bytes)] of a pcap file."""
    data = path.read_bytes()
    magic = data[:4]
    order = "<" if magic[0] in (0xd4, 0x4d) else ">"
    unit = 1 if magic in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1000
    frames, at = [], 24
    while at < len(data):
        seconds, fraction, captured, _ = struct.unpack(order + "IIII", data[at:at + 16])
        frames.append((seconds * 10**9 + fraction * unit, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return frames


def options(data):
    while len(data) >= 4:
        code, length = struct.unpack("<HH", data[:4])
        if code == 0:
            return
        yield code, data[4:4 + length]
        data = data[4 + (length + 3 & ~3):]


def pcapng(path):
    """[(nanoseconds, bytes, [comments])] of a file as this program writes it: little-endian, nanoseconds."""
    data, frames, at = path.read_bytes(), [], 0
    while at < len(data):
        kind, length = struct.unpack("<II", data[at:at + 8])
        body = data[at + 8:at + length - 4]
        assert length % 4 == 0 and struct.unpack("<I", data[at + length - 4:at + length])[0] == length
        if kind == 6:
            _, high, low, captured, _ = struct.unpack("<IIIII", body[:20])
            rest = options(body[20 + (captured + 3 & ~3):])
            comments = [value.decode() for code, value in rest if code == 1]
            frames.append((high << 32 | low, body[20:20 + captured], comments))
        at += length
    return frames


def places(source, written):
    """For each frame that was written its number in the source: in order, none invented."""
    found, at = [], 0
    for time, content, _ in written:
        while at < len(source) and source[at] != (time, content):
            at += 1
        if at == len(source):
            raise Wrong(f"  frame {len(found) + 1} of what was written is none of the capture, or out of order")
        at += 1
        found.append(at)
    return found


def records(program, path, *more):
    return [json.loads(line) for line in run(program, "read", "--json", *more, path).splitlines()]


def comparable(record, number):
    """The record without names and counters, with number(frame) for each frame."""
    record.pop("file", None)
    if record["event_type"] == "stats":
        record["stats"] = {key: value for key, value in record["stats"].items() if key not in COUNTERS}
    record.pop("flow_id", None)
    unanswered = record.get("ftp", {}).get("reply_received", "yes") != "yes"
    late = unanswered or "completion_code" not in record.get("ftp_data", {"completion_code": None})
    if record["event_type"] in ("ftp_finding", "stats") or late:
        record.pop("timestamp")  # of the end of the input: the last frame may be somebody else's
    for kind in ("ftp", "ftp_data"):
        frames = record.get(kind, {}).get("frames", {})
        for field, value in frames.items():
            frames[field] = [number(v) for v in value] if isinstance(value, list) else number(value)
    finding = record.get("finding", {})
    if "evidence" in finding:
        finding["evidence"] = [number(v) for v in finding["evidence"]]
    return record


def compare(want, have):
    one, other = ("".join(json.dumps(r) + "\n" for r in some) for some in (want, have))
    if one != other:
        raise Wrong("\n".join(list(record_differences(one, other))[:8]))


def expected_comments(got):
    for r in got:
        ftp, finding = r.get("ftp", {}), r.get("finding", {})
        for frame, annotation in zip(ftp.get("frames", {}).get("replies", []), ftp.get("annotation", [])):
            yield frame, annotation
        for frame in finding.get("evidence", []):
            yield frame, f"{finding['severity']} {finding['id']}: {finding['summary']}"
        if "first" in r.get("ftp_data", {}).get("frames", {}):
            yield r["ftp_data"]["frames"]["first"], f"data connection of session {r['session']}"


def check_comments(got, written, found):
    comments = {number: "\n".join(frame[2]) for number, frame in zip(found, written)}
    for frame, text in expected_comments(got):
        if text not in comments.get(frame, ""):
            raise Wrong(f"  frame {frame} has no comment \"{text[:60]}...\"")


def check_capture(program, path, scratch):
    out = scratch / "out.pcapng"
    run(program, "read", "--write", out, path)
    written = pcapng(out)
    found = places(pcap(path), written)
    want = records(program, path)
    check_comments(want, written, found)
    compare([comparable(r, lambda n: n) for r in want], [comparable(r, lambda n: found[n - 1]) for r in records(program, out)])
    return len(written)


def check_selection(program, path, scratch):
    """Each session alone: its connections are complete, and no other session is in the file."""
    count = sum(r["event_type"] == "ftp_session" for r in records(program, path))
    for session in range(1, count + 1):
        out = scratch / "one.pcapng"
        run(program, "read", "--session", session, "--write", out, path)
        found = places(pcap(path), pcapng(out))
        want = [r for r in records(program, path, "--session", str(session)) if r["event_type"] in ("ftp", "ftp_session")]
        have = [r for r in records(program, out) if r["event_type"] in ("ftp", "ftp_session")]
        for r in want:
            r["session"] = 1
            if "fxp" in r.get("ftp_session", {}).get("findings", []):
                r["ftp_session"]["findings"].remove("fxp")  # takes the two sessions that it speaks of
        compare([comparable(r, lambda n: n) for r in want], [comparable(r, lambda n: found[n - 1]) for r in have])


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    captures = sorted(folder.glob("*.pcap")) + sorted(p for f in FORMS for p in (folder / "forms").glob(f))
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        for path in captures:
            try:
                frames = check_capture(program, path, pathlib.Path(scratch))
                check_selection(program, path, pathlib.Path(scratch))
                print(f"ok   {path.name}: {frames} frames")
            except Wrong as wrong:
                print(f"FAIL {path.name}\n{wrong}")
                bad += 1
    print(f"{len(captures) - bad} passed, {bad} failed")
    return 1 if bad or len(captures) < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
