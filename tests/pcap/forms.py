#!/usr/bin/env python3
"""Compares the records of each form of a capture with those of its base.

usage: forms.py PROGRAM CAPTURE_FOLDER [FORM...]

CAPTURE_FOLDER/forms/forms.json names the forms, their bases and files. `read --json` must give the same records for both, but
for `file` and the bytes of whole frames; frame numbers are taken back to those of the base. `check` must give the same exit
code. A single file is also read from a pipe, several files are given in no particular order. A record that draws on several
files says so: `file` is that of its first frame, `files` (beside `frames`) and `evidence_files` name those that differ.
"""
import json
import os
import pathlib
import random
import subprocess
import sys

from golden import record_differences

SHOWN = 8
# Of the record of statistics: what the headers of a form change, and what fragments and copies change.
HEADERS, COUNTS = {"bytes"}, {"packets", "decoded"}
# What is left out where the times differ: two recordings of the same packets.
TIMES = {"timestamp", "start", "end", "latency_ms", "duration_ms", "setup_ms", "rate_bps"}


class Wrong(Exception):
    """What is wrong with a form, for people."""


def run(program, folder, *words, piped=None):
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, check=False, input=piped)
    return done.returncode, done.stdout.decode(), done.stderr.decode().strip()


def records(program, folder, paths, piped=None):
    code, out, complaint = run(program, folder, "read", "--json", *paths, piped=piped)
    if code != 0:
        raise Wrong(f"  read: exit code {code}: {complaint}")
    return [json.loads(line) for line in out.splitlines()]


class Frames:
    """Which frame of the base a frame of a form is. `table`: {file: its frames, or None where the numbers are the same}."""

    def __init__(self, table):
        self.table = table

    def of_base(self, file, number):
        if file not in self.table:
            raise Wrong(f"  frame {number} is said to be in {file}, which is none of the files")
        frames = self.table[file]
        if frames is None:
            return number
        if not 1 <= number <= len(frames):
            raise Wrong(f"  frame {number} of {file}, which has {len(frames)}")
        return frames[number - 1]

    def each(self, file, files, numbers):
        """`numbers` and `files` as they stand in a record: one, or a list; no `files` where all is in `file`."""
        if not isinstance(numbers, list):
            return self.of_base(files or file, numbers)
        places = files if isinstance(files, list) else [files or file] * len(numbers)
        if len(places) != len(numbers):
            raise Wrong(f"  {len(numbers)} frames in {len(places)} files")
        return [self.of_base(place, number) for place, number in zip(places, numbers)]


def plain(record, frames):
    """The record without what names files, its frames being those of the base."""
    file = record.pop("file", None)
    for kind in ("ftp", "ftp_data", "ftp_session"):
        body = record.get(kind, {})
        files = body.get("frames", {}).pop("files", {})
        for field, numbers in body.get("frames", {}).items():
            body["frames"][field] = frames.each(file, files.get(field), numbers)
    finding = record.get("finding", {})
    files = finding.pop("evidence_files", None)
    if "evidence" in finding:
        finding["evidence"] = frames.each(file, files, finding["evidence"])
    return record


def without(stats, left_out, known):
    """The record of statistics: what the base says and the form can say too."""
    kept = {key: value for key, value in stats["stats"].items() if (key in known or key == "unread") and key not in left_out}
    return {**stats, "stats": kept}


def timeless(value):
    if isinstance(value, dict):
        return {key: timeless(inner) for key, inner in value.items() if key not in TIMES}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


def compare(base, got, form):
    left_out = HEADERS | (COUNTS if "packets" in form["differs"] else set())
    known = base[-1]["stats"]
    one, other = ([without(r, left_out, known) if r["event_type"] == "stats" else r for r in some] for some in (base, got))
    if "times" in form["differs"]:
        one, other = timeless(one), timeless(other)
    want, have = ("".join(json.dumps(r) + "\n" for r in some) for some in (one, other))
    if want != have:
        raise Wrong("\n".join(list(record_differences(want, have))[:SHOWN]))


class Bases:
    """Records and exit code of `check` of the plain captures, each read once."""

    def __init__(self, program, folder):
        self.program, self.folder, self.known = program, folder, {}

    def of(self, path):
        if path not in self.known:
            got = [plain(r, Frames({path: None})) for r in records(self.program, self.folder, [path])]
            self.known[path] = got, run(self.program, self.folder, "check", path)[0]
        return self.known[path]


def compare_form(program, folder, form, bases):
    base, verdict = bases.of(form["base"])
    table = {"forms/" + f["file"]: f["frames"] for f in form["files"]}
    paths = list(table)
    random.Random(form["name"]).shuffle(paths)
    compare(base, [plain(r, Frames(table)) for r in records(program, folder, paths)], form)
    code, _, complaint = run(program, folder, "check", "--together", *paths)
    if code != verdict:
        raise Wrong(f"  check: exit code {code}, wanted {verdict}: {complaint}")
    if len(paths) == 1:
        compare_piped(program, folder, form, base, paths[0], table)


def compare_piped(program, folder, form, base, path, table):
    content = (pathlib.Path(folder) / path).read_bytes()
    try:
        got = records(program, folder, ["-"], piped=content)
        # A pipe has no name: all frames are in the one file.
        compare(base, [plain(r, Frames({r.get("file"): table[path]})) for r in got], form)
    except Wrong as wrong:
        raise Wrong(f"  from a pipe:\n{wrong}") from None


def main():
    program, folder, names = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    forms = json.loads((pathlib.Path(folder) / "forms/forms.json").read_text(encoding="utf-8"))
    if names:
        forms = [form for form in forms if form["name"] in names]
    bases, bad = Bases(program, folder), 0
    for form in forms:
        try:
            compare_form(program, folder, form, bases)
            print("ok   " + form["name"])
        except Wrong as wrong:
            bad += 1
            print(f"FAIL {form['name']}: {form['awkward']}\n{wrong}")
    print(f"{len(forms) - bad} passed, {bad} failed")
    return 1 if bad or not forms else 0


if __name__ == "__main__":
    sys.exit(main())
