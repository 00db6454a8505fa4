#!/usr/bin/env python3
"""The files that a truth names are in its capture: the bytes of some data connection, put together by the lab's own code, have
their size and their SHA-256; and no byte that was acknowledged is absent, unless the truth says that packets were taken out. A
second recording of the same packets (NAME.outside.pcap without a truth of its own) holds every packet of the first. So truth
and capture belong to each other, whatever any decoder of FTP says.

usage: contents.py [--at-least FILES] CAPTURE_FOLDER
"""
import argparse
import collections
import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "captures" / "lab"))
import recording  # noqa: E402: the lab's own look into its recordings


def unseen(truth, path):
    """Files of the truth that no stream of the capture is."""
    known = {hashlib.sha256(s).hexdigest(): len(s) for s in (d.content() for d in recording.directions(path))}
    return [f for f in truth["files"] if known.get(f["sha256"]) != f["size"] and f["size"] > 0]


def hidden(truth):
    """Why the packets do not hold the files as they are; None: they should."""
    if any(t.get("tls") for t in truth["transfers"]):
        return "TLS"
    if truth["capture"]["snaplen"] < 1514:
        return "a short snap length"
    if truth.get("removed"):
        return "packets taken out"
    return OTHERWISE.get(truth["scenario"])


# Bytes that are not those of the file, one for one, in one connection.
OTHERWISE = {
    "append": "only the end of it crossed", "resume-rest": "in two parts", "upload-resumed": "in two parts",
    "ascii-both-ways": "line ends are converted", "mode-z": "compressed", "capture-port-21": "the data was not recorded",
    "clear-command-channel": "TLS", "tls-close-forgiven": "TLS", "tls-session-reused": "TLS",
    "rename": "was there before", "rename-broken": "was there before", "rename-interleaved": "was there before",
}


def lacking(truth, capture):
    """What a capture and a second recording beside it do not hold, for people."""
    lost = recording.unseen_bytes(capture)
    if lost and not truth.get("removed"):
        yield f"{capture.name}: {lost} bytes were acknowledged and are absent"
    outside = capture.with_suffix(".outside.pcap")
    if outside.exists() and not outside.with_suffix(".truth.json").exists():
        lost = recording.unseen_bytes(outside)
        if lost:
            yield f"{outside.name}: {lost} bytes were acknowledged and are absent"
        lost = recording.absent_from(capture, outside)
        if lost:
            yield f"{outside.name}: {lost} packets of {capture.name} are absent"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--at-least", type=int, default=0)
    parser.add_argument("folder", type=pathlib.Path)
    words = parser.parse_args()
    bad, seen, left = 0, 0, collections.Counter()
    for truth_file in sorted(words.folder.glob("*.truth.json")):
        truth = json.loads(truth_file.read_text())
        capture = words.folder / (truth_file.name.removesuffix(".truth.json") + ".pcap")
        for complaint in lacking(truth, capture):
            print(complaint)
            bad += 1
        absent = unseen(truth, capture)
        seen += len(truth["files"]) - len(absent)
        for file in absent:
            why = hidden(truth)
            left[why] += 1
            if why is None:
                print(f"{truth_file.name}: {file['path']}, {file['size']} bytes, is in no connection")
                bad += 1
    print(f"{seen} files seen; hidden: {dict(left)}")
    if seen < words.at_least:
        print(f"that is less than {words.at_least}")
        bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
