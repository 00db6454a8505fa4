#!/usr/bin/env python3
"""No block is lost by a path through the plugin, from opening files to closing them.

usage: leaks.py PLUGIN LEAKY CAPTURE_FOLDER     with FTPSCOPE_PRELOAD: the sanitizers

LeakSanitizer reports at the end of sharkd, with whole stacks; those that pass through ftpscope.so are ours, in whatever library
the block was allocated. LEAKY is a plugin that loses a block: it must be found.
"""
import os
import pathlib
import re
import shutil
import sys

from daemon import Daemon
from reloads import tools
from shark import Shark, chosen

FILES = ("active-eprt", "lossy-path.inside", "tls13-explicit", "passive-timeout")
# Libraries without frame pointers stand between malloc and us.
OPTIONS = "detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=60:stack_trace_format='    #%n %f in %m %S'"


def preloaded(shark):
    """A plugin that is unloaded before the report has no name in it."""
    return " ".join([os.environ["FTPSCOPE_PRELOAD"], *map(str, shark.home.rglob("*.so"))])


def look_at_everything(daemon, capture):
    daemon.load(capture)
    for frame in range(1, daemon.ask("status")["frames"] + 1):
        daemon.ask("frame", frame=frame, proto=True)
    daemon.ask("frames")
    daemon.ask("frames", filter="ftpscope")
    tools(daemon)


def session(shark, captures):
    """What sharkd says when it ends."""
    environment = {"LD_PRELOAD": preloaded(shark), "ASAN_OPTIONS": OPTIONS, "G_SLICE": "always-malloc",
                   "WIRESHARK_DEBUG_WMEM_OVERRIDE": "block"}
    daemon = Daemon(shark, environment)
    for capture in (*captures, captures[0]):
        keys = capture.with_suffix(".keylog")
        daemon.set("tls.keylog_file", str(keys) if keys.exists() else "")
        look_at_everything(daemon, capture)
        daemon.set("ftpscope.show_secrets", "TRUE")
        daemon.load(capture)
    daemon.load(captures[0])
    return daemon.close()[1]


def leaks(report, library):
    """With each file sharkd 4.0 loses its list of frames, and what Wireshark's own dissectors hung on them."""
    blocks = re.split(r"\n\s*\n", report)
    return [b for b in blocks if re.search(r"(Direct|Indirect) leak of", b) and f"{library} " in b and " p_add_proto_data " not in b]


def main():
    shark, folder = Shark(sys.argv[1]), chosen(sys.argv[3:])
    shutil.copy(sys.argv[2], next(shark.home.rglob("ftpscope.so")).parent / "leaky.so")
    captures = [c for c in folder if c.stem in FILES]
    report = session(shark, captures)
    found = leaks(report, "ftpscope.so")
    if not any("set_up" in leak for leak in leaks(report, "leaky.so")):
        found.append(f"the block that leaky.so loses was not found:\n{report[-3000:]}")
    print(*found[:3], sep="\n\n", end="\n" if found else "")
    print(f"{len(captures)} captures, {len(found)} leaks of ours")
    return 1 if found or not captures else 0


sys.exit(main())
