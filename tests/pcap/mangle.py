#!/usr/bin/env python3
"""Harms the captures a little, in every place, and compares the verdicts with those of the whole capture.

usage: mangle.py PROGRAM CAPTURE_FOLDER [--all] [loss|swap|copy] [NAME...]

loss: one frame of a control connection is missing. A verdict may become unknown and a path may begin with "?", but
      nothing may be claimed that the whole capture contradicts.
swap: two neighbours in the other order, at most 0.1 s apart. Nothing changes.
copy: every frame twice. Nothing changes.

Without --all every STEP-th place is tried, from another one in each capture.
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor

STEP = 7
CONTROL_PORTS = {21, 990, 2121}
LINK_HEADERS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}  # offset of the ethertype, length
WHOLE = ("command", "filename", "path", "direction", "bytes", "missing_bytes", "status", "mode", "setup", "completion_code",
         "closed_by", "expected_bytes", "offset")


class Capture:
    def __init__(self, path):
        data = path.read_bytes()
        self.header, self.frames, at = data[:24], [], 24
        assert data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"), path
        self.unit = 1e-6 if data[:1] == b"\xd4" else 1e-9
        self.link = struct.unpack("<I", data[20:24])[0]
        while at < len(data):
            captured = struct.unpack("<I", data[at + 8:at + 12])[0]
            self.frames.append((data[at:at + 8], data[at + 8:at + 16] + data[at + 16:at + 16 + captured]))
            at += 16 + captured

    def seconds(self, number):
        whole, fraction = struct.unpack("<II", self.frames[number][0])
        return whole + fraction * self.unit

    def ports(self, number):
        where, skip = LINK_HEADERS[self.link]
        frame = self.frames[number][1][8:]
        ip = frame[skip:]
        if frame[where:where + 2] == b"\x08\x00" and ip[9] == 6:
            return set(struct.unpack(">HH", ip[(ip[0] & 15) * 4:][:4]))
        if frame[where:where + 2] == b"\x86\xdd" and ip[6] == 6:
            return set(struct.unpack(">HH", ip[40:44]))
        return set()


    def same(self):
        """For each frame the first one that carries the same TCP segment: a router's capture holds each twice."""
        first, found = {}, []
        for number, (_, rest) in enumerate(self.frames):
            ip = rest[8 + LINK_HEADERS[self.link][1]:]
            segment = ip[(ip[0] & 15) * 4:] if ip[0] >> 4 == 4 else ip[40:]
            found.append(first.setdefault(segment, number))
        return found


def write_variants(folder, header, variants):
    """A file for each list of frames; their names."""
    names = [os.path.join(folder, f"{n}.pcap") for n in range(len(variants))]
    for name, frames in zip(names, variants):
        with open(name, "wb") as file:
            file.write(header + b"".join(time + rest for time, rest in frames))
    return names


def output(program, names, *words):
    """What is said of these files, each for itself: thousands of starts would take most of the time."""
    run = subprocess.run([program, "read", "--json", "--separate", *words, *names], capture_output=True, check=False)
    if run.returncode not in (0, 3):
        raise SystemExit(f"exit code {run.returncode}: {run.stderr.decode()}")
    return run.stdout


def by_file(got, names):
    """The records of each file, in the order of their names."""
    found = {name: [] for name in names}
    for line in got.splitlines():
        record = json.loads(line)
        if "file" in record:
            found[record["file"]].append(record)
    return [found[name] for name in names]


def records(program, header, variants):
    """Transfers and findings of each variant."""
    if not variants:
        return []
    with tempfile.TemporaryDirectory() as folder:
        names = write_variants(folder, header, variants)
        wanted = [line for line in output(program, names).splitlines() if b'"ftp_data"' in line or b'"ftp_finding"' in line]
    return by_file(b"\n".join(wanted), names)


def transfers(got, original):
    """By session and frame of the command in the whole capture; `original` maps numbers of frames."""
    found = {}
    for record in got:
        data = record.get("ftp_data")
        if data is not None and "command" in data:
            found[original[data["frames"]["command"] - 1], record["src_port"]] = data
    return found


def findings(got):
    return sorted(r["finding"]["id"] for r in got if r["event_type"] == "ftp_finding")


def short(transfer):
    return " ".join(f"{k}={transfer[k]}" for k in ("command", "path", "bytes", "missing_bytes", "status", "completion_code",
                                                   "setup", "closed_by") if k in transfer)


def path_fits(whole, path):
    if path is None or path == whole:
        return True
    return path.startswith("?") and (whole or "").endswith(path[1:].lstrip("/"))


def contradicts(whole, have):
    """What the record of a capture with a hole claims and the whole one denies."""
    if have["status"] not in ("unknown", whole["status"]) and whole["status"] != "unknown":
        return "status"
    if have.get("bytes", 0) > whole.get("bytes", 0):
        return "more bytes"
    if have["status"] != "unknown" and have.get("bytes", 0) != whole.get("bytes", 0):
        return "bytes"
    if not path_fits(whole.get("path"), have.get("path")):
        return "path"
    return None


def compare_loss(whole, have):
    for key, transfer in have.items():
        if key not in whole:
            yield "invented", key[0] + 1, None, transfer
        elif (what := contradicts(whole[key], transfer)) is not None:
            yield what, key[0] + 1, whole[key], transfer


def compare_same(whole, have):
    for key in sorted(set(whole) | set(have)):
        old, new = whole.get(key), have.get(key)
        if old is None or new is None:
            yield "missing" if new is None else "surplus", key[0] + 1, old, new
        elif any(old.get(k) != new.get(k) for k in WHOLE):
            yield ",".join(k for k in WHOLE if old.get(k) != new.get(k)), key[0] + 1, old, new


def lost(capture):
    for i in range(len(capture.frames)):
        if capture.ports(i) & CONTROL_PORTS:
            rest = [n for n in range(len(capture.frames)) if n != i]
            yield i, [capture.frames[n] for n in rest], rest


def swapped(capture):
    """The times stay: what is read first was stamped first. Packets that lie apart do not change places."""
    for i in range(len(capture.frames) - 1):
        if capture.seconds(i + 1) - capture.seconds(i) > 0.1:
            continue
        order = list(range(len(capture.frames)))
        order[i], order[i + 1] = i + 1, i
        frames = list(capture.frames)
        frames[i] = (capture.frames[i][0], capture.frames[i + 1][1])
        frames[i + 1] = (capture.frames[i + 1][0], capture.frames[i][1])
        yield i, frames, order


def copied(capture):
    yield 0, [f for frame in capture.frames for f in (frame, frame)], [n // 2 for n in range(2 * len(capture.frames))]


# Where something else is right, or not yet: (way, capture, place) and the reason.
KNOWN = {}
WAYS = {"loss": (lost, compare_loss), "swap": (swapped, compare_same), "copy": (copied, compare_same)}


def try_capture(program, path, way, step):
    capture = Capture(path)
    got = records(program, capture.header, [capture.frames])[0]
    same = capture.same()
    whole = transfers(got, same)
    harm, compare = WAYS[way]
    places = list(harm(capture))
    begin = zlib.crc32(path.name.encode()) % step
    places = places[begin::step] if len(places) > 1 else places
    found = []
    variants = records(program, capture.header, [frames for _, frames, _ in places])
    for (place, _, original), mangled in zip(places, variants):
        for what, command, old, new in compare(whole, transfers(mangled, [same[n] for n in original])):
            found.append((place + 1, what, command, old, new))
        if way != "loss" and findings(mangled) != findings(got):
            found.append((place + 1, "findings", 0, {"path": findings(got)}, {"path": findings(mangled)}))
    return len(places), found


def main():
    words = [w for w in sys.argv[3:] if w not in WAYS and w != "--all"]
    ways = [w for w in WAYS if w in sys.argv[3:]] or list(WAYS)
    step = 1 if "--all" in sys.argv else STEP
    files = [f for f in sorted(pathlib.Path(sys.argv[2]).glob("*.pcap")) if not words or f.stem in words]
    bad = 0
    for way in ways:
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda f: try_capture(sys.argv[1], f, way, step), files))
        for file, (_, found) in zip(files, results):
            found[:] = [f for f in found if (way, file.stem, f[0]) not in KNOWN]
            for place, what, command, old, new in found:
                print(f"{way} {file.stem} frame {place}: {what}, command of frame {command}")
                print(f"    whole: {short(old) if old else '-'}\n    here:  {short(new) if new else '-'}")
        failed = sum(len(found) for _, found in results)
        bad += failed
        print(f"{way}: {sum(tried for tried, _ in results)} tried in {len(files)} captures, {failed} wrong")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
