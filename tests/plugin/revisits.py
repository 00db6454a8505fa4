#!/usr/bin/env python3
"""Frames shown in any order and again say what a straight pass says of them.

usage: revisits.py PLUGIN CAPTURE_FOLDER [--every N] [NAME...]

sharkd is asked for frames as somebody asks who clicks about in Wireshark's list: in random order (the same in every run), some of
them twice, with lists of packets in between. Trees and columns must be those of `tshark -2`. All captures go through the same
few sharkd, one after another: nothing of an earlier file may show either. TLS is decrypted where there is a key log.
"""
import concurrent.futures
import os
import random
import re
import shutil
import sys
import xml.etree.ElementTree

from daemon import Daemon
from shark import Shark, chosen

PROTOCOLS = ("ftpscope", "ftpscope_data", "ftp", "ftp-data")
FRAMES = 250  # asked for in one capture
COLUMNS = {4: "_ws.col.Protocol", 6: "_ws.col.Info"}  # where they stand among sharkd's


def plain(text):
    """Neither XML nor a column has control characters."""
    return re.sub("[\x00-\x1f\ufffd-\uffff]", "?", text)


# ---- a straight pass ----

def labels_of_xml(element, depth):
    for field in element:
        if field.get("hide") == "yes":
            continue
        yield depth, plain(field.get("showname") or field.get("show") or "")
        yield from labels_of_xml(field, depth + 1)


def straight_trees(shark, capture, *words, protocols=PROTOCOLS):
    """{frame: [(depth, label)]}"""
    done = shark.run("-2", "-r", capture, *words, "-T", "pdml", "-J", " ".join(protocols))
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", done.stdout.decode("utf-8", "replace"))
    trees = {}
    for number, packet in enumerate(xml.etree.ElementTree.fromstring(text).iter("packet"), 1):
        trees[number] = [label for proto in packet.findall("proto") if proto.get("name") in PROTOCOLS
                         for label in ((0, plain(proto.get("showname"))), *labels_of_xml(proto, 1))]
    return trees


def straight_columns(shark, capture, *words):
    """{frame: [column, ...]}"""
    fields = [word for column in COLUMNS.values() for word in ("-e", column)]
    done = shark.run("-2", "-r", capture, *words, "-T", "fields", "-E", "separator=\x1f", *fields)
    lines = shark.columns(done.stdout.decode("utf-8", "replace")).split("\n")
    return {number: [plain(cell) for cell in line.split("\x1f")] for number, line in enumerate(lines, 1) if line}


# ---- sharkd ----

def labels_of_json(nodes, depth):
    for node in nodes:
        yield depth, plain(node["l"])
        yield from labels_of_json(node.get("n", []), depth + 1)


def shown_tree(daemon, frame):
    nodes = daemon.ask("frame", frame=frame, proto=True).get("tree", [])
    return [label for node in nodes if node.get("t") == "proto" and node.get("f") in PROTOCOLS
            for label in labels_of_json([node], 0)]


def shown_columns(daemon, first, count):
    rows = daemon.ask("frames", skip=first - 1, limit=count) if first > 1 else daemon.ask("frames", limit=count)
    return {row["num"]: [plain(row["c"][at]) for at in COLUMNS] for row in rows}


def questions(chance, trees):
    """Frames in random order, some again. In long captures mostly those that show something of ours."""
    ours = [frame for frame, tree in trees.items() if tree]
    others = [frame for frame in trees if frame not in set(ours)]
    frames = chance.sample(ours, min(len(ours), FRAMES)) + chance.sample(others, min(len(others), FRAMES // 5))
    frames += chance.choices(frames, k=len(frames) // 4)
    chance.shuffle(frames)
    return frames


def first_difference(have, wanted):
    pair = next(((h, w) for h, w in zip(have, wanted) if h != w), None)
    return f"{pair[0]}, straight {pair[1]}" if pair else f"{len(have)} lines, straight {len(wanted)}: {(have[len(wanted):] or wanted[len(have):])[0]}"


def problems(daemon, trees, columns, seed):
    chance = random.Random(seed)
    frames = questions(chance, trees)
    for i, frame in enumerate(frames):
        have = shown_tree(daemon, frame)
        if have != trees[frame]:
            yield f"frame {frame}: {first_difference(have, trees[frame])}"
        if i % 50 == 0:
            rows = shown_columns(daemon, chance.randrange(1, len(trees) + 1), 40)
            yield from (f"columns of frame {n}: {row}, straight {columns[n]}" for n, row in rows.items() if row != columns[n])


def keys_of(shark, capture):
    """A file name that holds for everybody, or "" without keys."""
    log = capture.with_suffix(".keylog")
    if not log.exists():
        return ""
    copy = shark.home / log.name
    shutil.copy(log, copy)
    os.chmod(copy, 0o644)
    return str(copy)


def work(plugin, captures):
    """One sharkd and several captures."""
    shark = Shark(plugin)
    daemon, found = Daemon(shark), []
    for capture in captures:
        keys = keys_of(shark, capture)
        words = ["-o", f"tls.keylog_file:{keys}"] if keys else []
        trees, columns = straight_trees(shark, capture, *words), straight_columns(shark, capture, *words)
        daemon.set("tls.keylog_file", keys)
        daemon.load(capture)
        found += [f"{capture.stem}: {problem}" for problem in problems(daemon, trees, columns, capture.stem)][:3]
    status, said = daemon.close()
    if status != 0 or "issector bug" in said:
        found.append(f"sharkd ended with {status}: {said[-2000:]}")
    return found


def main():
    captures, hands = chosen(sys.argv[2:]), os.cpu_count()
    with concurrent.futures.ThreadPoolExecutor(hands) as pool:
        found = [p for part in pool.map(lambda n: work(sys.argv[1], captures[n::hands]), range(hands)) for p in part]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(captures)} captures, {len(found)} frames differ")
    return 1 if found or not captures else 0


if __name__ == "__main__":
    sys.exit(main())
