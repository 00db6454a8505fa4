#!/usr/bin/env python3
"""Outputs of the live monitor, fed from captures: lines, NDJSON through the writer, packets in files.

usage: outputs.py PROGRAM PLAY_OUTPUTS CAPTURE_FOLDER [--update]

golden/NAME[.WORD...].txt is what `play_outputs plain WORD... NAME.pcap` prints. --update writes them anew: read the difference
before it is kept.
"""
import difflib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

GOLDEN = pathlib.Path(__file__).parent / "golden"
SAME = ["brute-force", "private-address", "client-aborted", "fxp", "file-unavailable"]
failed = False


def expect(condition, words):
    global failed
    if not condition:
        print(words)
        failed = True


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, check=True).stdout


def golden(play, captures, update):
    for path in sorted(GOLDEN.glob("*.txt")):
        name, *words = path.stem.split(".")
        got = run(play, "plain", *words, captures / f"{name}.pcap").decode()
        if update:
            path.write_text(got)
            continue
        difference = difflib.unified_diff(path.read_text().splitlines(), got.splitlines(), path.name, "now", lineterm="", n=0)
        for line in list(difference)[:8]:
            expect(False, line)
    expect(len(list(GOLDEN.glob("*.txt"))) >= 4, "golden files are missing")


def plain_hides(play, captures):
    """No password, and nothing that a terminal obeys, in any line of any capture."""
    for path in sorted(captures.glob("*.pcap")):
        lines = run(play, "plain", path).decode()
        expect(all(c == "\n" or c.isprintable() for c in lines), f"{path.name}: a control character in a line")
        for line in lines.splitlines():
            word = line.split(" ", 4)[-1]
            expect(not word.startswith("PASS ") or word.startswith("PASS <hidden>"), f"{path.name}: {line}")


def same_records(program, play, captures):
    for name in SAME:
        path = captures / f"{name}.pcap"
        expect(run(play, "json", path) == run(program, "read", "--json", path), f"{name}: other records through the writer")


def records(program, path):
    found = []
    for line in run(program, "read", "--json", path).splitlines():
        record = json.loads(line)
        record.pop("file", None)
        record.get("stats", {}).pop("complete", None)
        found.append(record)
    return found


def tshark_numbers(path):
    fields = run("tshark", "-r", path, "-T", "fields", "-e", "frame.packet_id").split()
    return [int(field) for field in fields]


def packets(program, play, captures, folder):
    """What is written tells what the capture tells, in one file or in many, and Wireshark finds the frames."""
    for name in SAME:
        whole, parts = folder / f"{name}.whole", folder / f"{name}.pcapng"
        capture = captures / f"{name}.pcap"
        run(play, "write", whole, 0, capture)
        run(play, "write", parts, 4000, capture)
        expect(records(program, whole) == records(program, capture), f"{name}: other records from the file written")
        files = sorted(folder.glob(f"{name}.pcapng*"), key=lambda path: int(path.name.rpartition("pcapng")[2] or 0))
        expect(all(path.stat().st_size <= 4000 for path in files), f"{name}: sizes of rotated files")
        expect((len(files) > 1) == (whole.stat().st_size > 4000), f"{name}: {len(files)} files")
        if shutil.which("tshark"):
            numbers = [number for path in files for number in tshark_numbers(path)]
            expect(numbers == list(range(1, len(numbers) + 1)) and numbers, f"{name}: frame.packet_id of rotated files")
    expect(not list(folder.glob("*.part")), "unfinished files are left")


def pipe(play, captures):
    """`| head` ends it, at once and without a word."""
    command = f"{play} plain {captures}/brute-force.pcap | head -n 1"
    before = time.monotonic()
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    expect(done.stdout.count(b"\n") == 1 and done.stderr == b"", "through head")
    expect(time.monotonic() - before < 20, "through head: it hangs")


def main():
    program, play, captures = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    golden(play, captures, "--update" in sys.argv)
    plain_hides(play, captures)
    same_records(program, play, captures)
    pipe(play, captures)
    with tempfile.TemporaryDirectory() as folder:
        packets(program, play, captures, pathlib.Path(folder))
    return failed


if __name__ == "__main__":
    sys.exit(main())
