#!/usr/bin/env python3
"""Preferences changed while a file is open, files opened again and others in between, tools asked again and again.

usage: reloads.py PLUGIN CAPTURE_FOLDER

One sharkd does all of it, as Wireshark's window does in an afternoon. After each change the file is opened again, as Wireshark
does by itself; trees are then those of a `tshark -2` that had the preference from the start. Frames that are shown before
that need not be right, but nothing breaks; and what our own preferences hide is hidden at once.
"""
import concurrent.futures
import os
import sys

from daemon import Daemon
from revisits import first_difference, shown_columns, shown_tree, straight_trees
from shark import Shark, chosen

FILES = ("vsftpd-passive", "lossy-path.inside", "tls13-explicit", "active-eprt", "passive-timeout")
CHANGES = (("ftpscope.show_secrets", "TRUE", "FALSE"), ("ftpscope.builtin", "FALSE", "TRUE"),
           ("tcp.relative_sequence_numbers", "FALSE", "TRUE"), ("tcp.analyze_sequence_numbers", "FALSE", "TRUE"),
           ("tcp.reassemble_out_of_order", "TRUE", "FALSE"), ("tcp.desegment_tcp_streams", "FALSE", "TRUE"))
FRAMES = 12  # looked at in each file, spread over it
TAPS = ("stat:ftpscope", "eo:ftpscope", "srt:ftpscope")


def some(trees):
    ours = [frame for frame, tree in trees.items() if tree]
    return ours[::max(1, len(ours) // FRAMES)]


def faults_of_trees(daemon, trees, when):
    for frame in some(trees):
        have = shown_tree(daemon, frame)
        if have != trees[frame]:
            yield f"{when}: frame {frame}: {first_difference(have, trees[frame])}"
            return


# ---- preferences ----

def all_straight(shark, files):
    """{(file, preference or None): trees}; what a preference changes is looked at in the first file."""
    wanted = [(file, None, ()) for file in files] + [(files[0], name, ("-o", f"{name}:{other}")) for name, other, _ in CHANGES]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        trees = pool.map(lambda w: straight_trees(shark, w[0], *w[2]), wanted)
        return {(file, name): tree for (file, name, _), tree in zip(wanted, trees)}


def check_preferences(daemon, shark, files):
    """Twice each way: what the first time left behind would show the second time."""
    straight = all_straight(shark, files)
    for preference, other, default in CHANGES:
        for value, name in ((other, preference), (default, None)) * 2:
            daemon.load(files[1])
            daemon.set(preference, value)
            # 4.6.9's sharkd dies of this one by itself.
            looks = shark.version < (4, 6) or preference != "tcp.analyze_sequence_numbers"
            for frame in some(straight[files[1], None])[::3] if looks else ():
                shown_tree(daemon, frame)
            for _ in range(2):
                daemon.load(files[0])
                yield from faults_of_trees(daemon, straight[files[0], name], f"{files[0].stem} with {preference}={value}")
    for file in files:
        daemon.load(file)
        yield from faults_of_trees(daemon, straight[file, None], f"{file.stem} after all changes")


def check_secrets(daemon, capture):
    daemon.load(capture)
    rows = shown_columns(daemon, 1, 200)
    frame = next(n for n, row in rows.items() if row[1] == "PASS <hidden>")
    for value, shown in (("TRUE", "PASS lab-secret"), ("FALSE", "PASS <hidden>")):
        daemon.set("ftpscope.show_secrets", value)
        tree = " ".join(label for _, label in shown_tree(daemon, frame)).split("File Transfer Protocol")[0]
        info = shown_columns(daemon, frame, 1)[frame][1]
        if info != shown or shown not in tree or ("lab-secret" in tree) != (value == "TRUE"):
            yield f"show_secrets={value} without opening the file again: {info!r}, {tree[:60]!r}"


# ---- tools ----

def tools(daemon):
    """What all taps say; downloads and followed text too."""
    said = [daemon.ask("tap", **{f"tap{i}": name for i, name in enumerate(TAPS)})]
    objects = next(t["objects"] for t in said[0]["taps"] if t["type"] == "eo")
    said += [daemon.ask("download", token=o["_download"]) for o in objects]
    said.append(daemon.ask("follow", follow="ftpscope", filter="tcp.stream == 0"))
    return said, [o["filename"] for o in objects]


def check_tools(daemon, files):
    first = {}
    for turn in range(3):
        for file in files:
            daemon.load(file)
            for again in range(2):
                said = tools(daemon)
                if first.setdefault(file, said) != said:
                    yield f"tools of {file.stem}: other than at first, turn {turn + 1}, question {again + 1}"
    for file in files[:2]:
        said, names = first[file]
        if len(names) < 1 or "payloads" not in said[-1]:
            yield f"tools of {file.stem} are empty: {names} {str(said[-1])[:100]}"


def check_limit(daemon, capture):
    """Memory that an earlier list took does not count; a limit of nothing leaves nothing of the files."""
    daemon.load(capture)
    whole = tools(daemon)
    daemon.set("ftpscope.export_limit", "1")
    for _ in range(6):
        if tools(daemon) != whole:
            yield f"exported again and again: {tools(daemon)[1]}, first {whole[1]}"
            break
    daemon.set("ftpscope.export_limit", "0")
    names = tools(daemon)[1]
    daemon.set("ftpscope.export_limit", "1024")
    if set(names) & set(whole[1]):
        yield f"export_limit 0: {names} are said to be whole"
    if tools(daemon) != whole:
        yield f"export_limit back at 1024: {tools(daemon)[1]}, not {whole[1]}"


# ---- the protocol ----

def layers(shark, capture):
    return shark.run("-2", "-r", capture, "-T", "fields", "-e", "frame.protocols").stdout.decode().splitlines()


def check_layers(plugin, bare, disabled, capture):
    """Dissectors that are called for their values alone are no layers."""
    without, off, on = layers(bare, capture), layers(disabled, capture), layers(Shark(plugin), capture)
    if off != without:
        yield f"layers with the protocol disabled: {sorted(set(off) - set(without))}"
    if not any(line.endswith(":ftp-data:data-text-lines") for line in on) or "data-text-lines:data-text-lines" in " ".join(on):
        yield f"layers of data: {sorted(line for line in set(on) if 'text' in line)}"


def check_disabled(plugin, capture):
    """Disabled in a person's settings: as if the plugin were not there, file after file."""
    shark, bare = Shark(plugin), Shark(None)
    settings = shark.home / ".config/wireshark"
    settings.mkdir(parents=True)
    (settings / "disabled_protos").write_text("ftpscope\n")
    yield from check_layers(plugin, bare, shark, capture)
    daemon = Daemon(shark)
    wanted = straight_trees(bare, capture, protocols=("ftp", "ftp-data"))  # without the plugin the other names mean nothing
    for _ in range(2):
        daemon.load(capture)
        yield from faults_of_trees(daemon, wanted, "disabled")
    yield from faults_of_end(daemon)


def faults_of_end(daemon):
    status, said = daemon.close()
    if status != 0 or "issector bug" in said or "runtime error" in said or "CRITICAL" in said:
        yield f"sharkd ended with {status}: {said[-2000:]}"


def main():
    shark = Shark(sys.argv[1])
    named = {file.stem: file for file in chosen([sys.argv[2], *FILES, "loss-once"])}
    files, daemon = [named[name] for name in FILES], Daemon(shark)
    faults = [*check_preferences(daemon, shark, files), *check_secrets(daemon, files[0]), *check_tools(daemon, files),
              *check_limit(daemon, named["loss-once"]), *faults_of_end(daemon), *check_disabled(sys.argv[1], files[0])]
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(CHANGES)} preferences, {len(files)} files opened again and again, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
