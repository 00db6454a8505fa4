#!/usr/bin/env python3
"""How fast the program is, and how much memory it takes, beside a bare loop of libpcap over the same file.

usage: bench.py BUILD_FOLDER [--runs N] [--quick] [KIND...]

Makes the captures in BUILD_FOLDER/bench where they are missing (3.5 GB; --quick: a tenth, under other names), runs each program
N times (5) on each, and prints medians. The file is read once before, so that it comes from memory, where it fits.
"""
import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

# Options of the generator: in full, and for --quick.
CAPTURES = {
    "sessions": ([], ["--sessions", "1000"]),
    "bulk": ([], ["--bytes", "13M"]),
    "mixed": ([], ["--sessions", "10"]),
    "idle": ([], ["--sessions", "10000"]),
}
SPACE = 5 << 30  # all captures, and some to spare for the others on the machine


def make(generator, folder, kind, quick):
    capture = folder / f"{kind}{'-quick' if quick else ''}.pcap"
    if capture.exists():
        return capture
    if shutil.disk_usage(folder).free < SPACE:
        raise SystemExit(f"bench: less than {SPACE >> 30} GiB free in {folder}")
    print(f"bench: making {capture}", file=sys.stderr)
    unfinished = capture.with_suffix(".unfinished")
    try:
        with open(unfinished, "wb") as out:
            subprocess.run([generator, "--kind", kind, *CAPTURES[kind][quick]], stdout=out, check=True)
        unfinished.rename(capture)
    finally:
        unfinished.unlink(missing_ok=True)
    return capture


def measure(command):
    """Seconds by the clock, and the peak of memory in MiB."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # check: 1 and 3 tell of findings and gaps
    if process.returncode not in (0, 1, 3):
        raise SystemExit(f"bench: {' '.join(command)}: exit code {process.returncode}")
    return time.monotonic() - begin, usage.ru_maxrss / 1024


def shown(memory):
    """Before it becomes another program a child is as large as this one: less than that cannot be seen."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{memory:7.1f} MiB" if memory > own else f"below {own:.0f} MiB"


def packets_of(bare, capture):
    """The first reading, too."""
    return int(subprocess.run([bare, capture], capture_output=True, text=True, check=True).stdout.split()[0])


def bench(programs, capture, runs):
    packets, size = packets_of(programs["libpcap"][0], str(capture)), capture.stat().st_size
    print(f"{capture.stem}: {packets} packets, {size / 1e6:.0f} MB")
    bare = None
    for name, command in programs.items():
        results = [measure([*command, str(capture)]) for _ in range(runs)]
        seconds, memory = (statistics.median(column) for column in zip(*results))
        bare = bare or seconds
        print(f"  {name:10} {seconds:8.3f} s  {packets / seconds / 1e6:7.2f} Mpackets/s  {size / seconds / 1e6:7.0f} MB/s"
              f"  {seconds / bare:6.2f} x libpcap  {shown(memory)}", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=" ".join(CAPTURES))
    options = parser.parse_args()
    if not set(options.kinds) <= set(CAPTURES) or options.runs < 1:
        parser.error(f"kinds are {' '.join(CAPTURES)}, and at least one run")
    ftpscope = str(options.build / "monitor/ftpscope")
    programs = {
        "libpcap": [str(options.build / "tests/bench/bare")],
        "read": [ftpscope, "read", "--json"],
        "check": [ftpscope, "check"],
    }
    folder = options.build / "bench"
    folder.mkdir(exist_ok=True)
    for kind in options.kinds or CAPTURES:
        capture = make(str(options.build / "captures/generate"), folder, kind, options.quick)
        bench(programs, capture, options.runs)


if __name__ == "__main__":
    main()
