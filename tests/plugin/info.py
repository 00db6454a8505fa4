#!/usr/bin/env python3
"""The Info column, word for word.

usage: info.py PLUGIN CAPTURE_FOLDER [--write]

info.txt has what stands there in a second pass: of every packet with a command or a reply, and of the first and the last packet
of data in each connection; of those that came late or again TCP has its own words. --write writes it anew: read the difference before you believe it.
"""
import concurrent.futures
import difflib
import os
import pathlib
import sys

from revisits import keys_of
from shark import Shark, chosen

GOLDEN = pathlib.Path(__file__).with_name("info.txt")
HEAD = """# Written by info.py --write: capture (with keys: decrypted), then frame, protocol and Info of its packets
"""
CAPTURES = ("active-blocked", "capture-port-21", "client-aborted", "exploit-pattern", "file-facts", "file-refusals", "fxp", "loss-both-ways",
            "login-failed", "name-encoding", "passive-timeout", "pipelined-mirror", "proftpd-active", "protocol-latitude",
            "pureftpd-epsv-ipv6", "resume-rest", "sender-idle", "starttls-injection", "tls13-explicit", "unique-name", "vsftpd-passive")
WITHOUT_KEYS = "tls13-explicit"


def first_and_last(rows):
    """Of data packets only those, by connection."""
    rows = [row for row in rows if not (row[2] and row[3] == "TCP")]
    ends = {}
    for i, (_, stream, is_data, *_) in enumerate(rows):
        if is_data:
            ends[stream] = (ends.get(stream, (i,))[0], i)
    kept = {i for pair in ends.values() for i in pair}
    return [row for i, row in enumerate(rows) if not row[2] or i in kept]


def lines(shark, capture, keys):
    words = ["-o", f"tls.keylog_file:{keys}"] if keys else []
    fields = [word for name in ("frame.number", "tcp.stream", "ftpscope_data", "_ws.col.Protocol", "_ws.col.Info") for word in ("-e", name)]
    done = shark.run("-2", "-r", capture, *words, "-Y", "(ftpscope && tcp.len > 0 || ftpscope_data) && !icmp", "-T", "fields", *fields)
    rows = [line.split("\t") for line in shark.columns(done.stdout.decode()).splitlines()]
    head = f"\n== {capture.stem}{' with keys' if keys else ''}"
    return [head, *("{:>4} {} {}".format(row[0], *row[3:]).rstrip() for row in first_and_last(rows))]


def main():
    shark, captures = Shark(sys.argv[1]), chosen([sys.argv[2], *CAPTURES])
    work = [(c, keys_of(shark, c)) for c in captures] + [(c, "") for c in captures if c.stem == WITHOUT_KEYS]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        have = [line for part in pool.map(lambda w: lines(shark, *w), work) for line in part]
    text = HEAD + "\n".join(have) + "\n"
    if sys.argv[3:] == ["--write"]:
        GOLDEN.write_text(text, encoding="utf-8")
    difference = list(difflib.unified_diff(GOLDEN.read_text(encoding="utf-8").split("\n"), text.split("\n"), "info.txt", "now", lineterm="", n=0))
    print(*difference, sep="\n", end="\n" if difference else "")
    print(f"{len(work)} captures, {len(have)} lines, {len(difference)} lines of difference")
    return 1 if difference or len(captures) != len(CAPTURES) else 0


sys.exit(main())
