#!/usr/bin/env python3
"""Damaged captures: random bytes of the payloads are changed, and nothing breaks.

usage: damaged.py SEEDS PLUGIN CAPTURE_FOLDER [--every N] [NAME...]

Everything is dissected in one pass with all details, in one pass with columns only, and in two passes: tshark must end well
and not speak of a dissector bug. What it says of malformed packets is right.
"""
import concurrent.futures
import os
import pathlib
import sys
import tempfile

from shark import Shark, chosen

HEADERS = 66  # Ethernet, IPv4 and TCP with time stamps stay as they are in most packets
RATE = "0.02"
WAYS = (("-n", "-V", "-x"), ("-n",), ("-n", "-2", "-V"))


def damage(shark, capture, seed, folder):
    path = pathlib.Path(folder) / f"{capture.stem}.{seed}.pcap"
    shark.run("-E", RATE, "--seed", seed, "-o", HEADERS, capture, path, program="editcap")
    return path


def problems(shark, capture, seed, folder):
    damaged = damage(shark, capture, seed, folder)
    for way in WAYS:
        done = shark.run("-r", damaged, *way, check=False)
        said = done.stdout + done.stderr
        if done.returncode != 0 or b"issector bug" in said or b"runtime error" in said or b"AddressSanitizer" in said:
            where = said.find(b"issector bug")
            yield f"{capture.stem}, seed {seed}, {' '.join(way)}: {done.returncode} {said[max(where, 0):][-400:]!r}"
    damaged.unlink()


def main():
    seeds, shark, captures, bad = int(sys.argv[1]), Shark(sys.argv[2]), chosen(sys.argv[3:]), 0
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        os.chmod(scratch, 0o777)
        jobs = [pool.submit(lambda c=c, s=s: list(problems(shark, c, s, scratch))) for c in captures for s in range(1, seeds + 1)]
        for job in jobs:
            for problem in job.result():
                bad += 1
                print(problem)
    print(f"{len(captures)} captures, {seeds} seeds each, {bad} problems")
    return 1 if bad or not captures else 0


sys.exit(main())
