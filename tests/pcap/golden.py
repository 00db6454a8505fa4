#!/usr/bin/env python3
"""Compares everything the program prints of a few captures with what is known to be right, byte for byte.

usage: golden.py PROGRAM CAPTURE_FOLDER [--update] [NAME...]

golden/NAME.ndjson is what `read --json NAME.pcap` prints, golden/NAME.txt what `read --utc` prints in 80 columns without
colour. --update writes them anew: it writes what the program does, so read the difference before it is kept. An empty file
with a name of that form makes one more capture golden.
"""
import difflib
import json
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent / "golden"
SHOWN = 8


def output(program, captures, golden):
    options = ["--json"] if golden.suffix == ".ndjson" else ["--utc"]
    run = subprocess.run([program, "read", *options, golden.stem + ".pcap"], cwd=captures, capture_output=True, check=False,
                         env={**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
    if run.returncode != 0 or run.stderr:
        raise SystemExit(f"{golden.name}: exit code {run.returncode}: {run.stderr.decode()}")
    return run.stdout.decode()


def fields(value, name=""):
    """Every value of a record by its full name: ftp.frames.replies[1]."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from fields(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from fields(inner, f"{name}[{i}]")
    else:
        yield name, json.dumps(value)


def record_difference(number, want, have):
    one, other = json.loads(want), json.loads(have)
    old, new = dict(fields(one)), dict(fields(other))
    word = one.get("ftp", one.get("ftp_data", {})).get("command", one.get("finding", {}).get("id", ""))
    yield f"  record {number}, {one['event_type']} {word}".rstrip()
    if old == new:
        yield f"    the same values, written in another way:\n    wanted {want}\n    came   {have}"
    for key in [*old, *(k for k in new if k not in old)]:
        if old.get(key) != new.get(key):
            yield f"    {key}: wanted {old.get(key, 'nothing')}, came {new.get(key, 'nothing')}"


def record_differences(want, have):
    """The first record that differs, explained; the order of records counts too."""
    old, new = want.splitlines(), have.splitlines()
    for i, (one, other) in enumerate(zip(old, new)):
        if one != other:
            yield from record_difference(i + 1, one, other)
            break
    if len(old) != len(new):
        yield f"  {len(new)} records, wanted {len(old)}"


def text_differences(want, have):
    lines = difflib.unified_diff(want.splitlines(), have.splitlines(), "wanted", "came", n=1, lineterm="")
    for line in lines:
        yield "  " + line


def same(program, captures, golden):
    want, have = golden.read_text(encoding="utf-8"), output(program, captures, golden)
    if want == have:
        return True
    print(f"{golden.name}: not what is known to be right (golden.py --update writes it anew)")
    differences = list((record_differences if golden.suffix == ".ndjson" else text_differences)(want, have))
    print("\n".join(differences[:SHOWN]))
    return False


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    program, captures = os.path.abspath(arguments[0]), arguments[1]
    files = sorted(f for f in FOLDER.iterdir() if not arguments[2:] or f.stem in arguments[2:])
    if not files:
        raise SystemExit("no golden file")
    if "--update" in sys.argv[1:]:
        for golden in files:
            golden.write_text(output(program, captures, golden), encoding="utf-8")
        return 0
    return 0 if all([same(program, captures, f) for f in files]) else 1


if __name__ == "__main__":
    sys.exit(main())
