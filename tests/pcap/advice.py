#!/usr/bin/env python3
"""Which advice of the lists on the web fits each finding of a capture, and that the text shows that advice and no other.

usage: advice.py PROGRAM CAPTURE_FOLDER
"""
import json
import pathlib
import subprocess
import sys

# capture: finding: the lists whose advice fits ("list code"); findings that are not named here have none.
FITS = {
    "active-blocked": {"active-timeout": []},
    "active-refused": {"active-refused": []},
    "client-aborted": {"client-aborted": []},
    "control-refused": {"control-refused": ["CuteFTP help 10061"]},
    "control-timeout": {"control-timeout": []},
    "file-unavailable": {"file-unavailable": ["CuteFTP help 550"]},
    "greeting-refused": {"greeting-refused": ["EFT help 421", "CuteFTP help 421"]},
    "idle-timeout": {"idle-timeout": []},
    "login-failed": {"login-failed": ["EFT help 530", "CuteFTP help 530"]},
    "passive-timeout": {"passive-timeout": ["EFT help 425", "CuteFTP help 425", "CuteFTP help 10060"]},
    "private-address": {"passive-private-address": [], "passive-timeout": []},
    "tls-required": {"tls-required": []},
    "truncated-download": {"truncated": []},
}


def run(program, *arguments):
    return subprocess.run([program, "read", *map(str, arguments)], capture_output=True, check=True).stdout.decode()


def problems(program, capture, wanted):
    records = [json.loads(line) for line in run(program, "--json", capture).splitlines()]
    findings = [r["finding"] for r in records if r["event_type"] == "ftp_finding"]
    missing = set(wanted) - {f["id"] for f in findings}
    for name in missing:
        yield f"no finding {name}"
    text = " ".join(run(program, capture).split())
    for f in findings:
        documents = [d for d in f.get("documents", []) if "advises" in d]
        fits = [f"{d['name']} {d['code']}" for d in documents if d["fits"]]
        if f["id"] in wanted and fits != wanted[f["id"]]:
            yield f"{f['id']}: fits {fits}, wanted {wanted[f['id']]}"
        for d in documents:
            if not d["fits"] and "instead" not in d:
                yield f"{f['id']}: {d['name']} {d['code']} does not fit, and nothing is said instead"
    if any(wanted.values()) != ("(fits here)" in text):
        yield "the text does not show what fits"
    if "does not fit" in text or "Only the title" in text:
        yield "the text shows what does not help"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    bad = 0
    for name, wanted in FITS.items():
        for problem in problems(program, folder / f"{name}.pcap", wanted):
            print(f"{name}: {problem}")
            bad += 1
    print(f"{len(FITS)} captures, {bad} problems")
    return 1 if bad else 0


sys.exit(main())
