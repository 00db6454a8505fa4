#!/usr/bin/env python3
"""The files that a truth names are in its capture: the bytes of some data connection, put together here, have their size and
their SHA-256; and no byte that was acknowledged is absent, unless the truth says that packets were taken out. So truth and capture
belong to each other, whatever any decoder of FTP says.

usage: contents.py CAPTURE_FOLDER
"""
import collections
import hashlib
import json
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "captures" / "lab"))
import recording  # noqa: E402: the lab's own look into its recordings

LINKS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}  # offset of the Ethernet type, length of the header
SYN = 2


def segments(path):
    """(the two ends, sequence number, SYN or not, bytes) of each TCP segment."""
    data = path.read_bytes()
    where, skip = LINKS[struct.unpack("<I", data[20:24])[0]]
    at = 24
    while at < len(data):
        captured = struct.unpack("<I", data[at + 8:at + 12])[0]
        frame = data[at + 16:at + 16 + captured]
        at += 16 + captured
        kind, ip = frame[where:where + 2], frame[skip:]
        if kind == b"\x08\x00" and ip[9] == 6:
            ends, start, end = ip[12:20], (ip[0] & 15) * 4, struct.unpack(">H", ip[2:4])[0]
        elif kind == b"\x86\xdd" and ip[6] == 6:
            ends, start, end = ip[8:40], 40, 40 + struct.unpack(">H", ip[4:6])[0]
        else:
            continue
        tcp = ip[start:end]
        yield (ends, tcp[:4]), struct.unpack(">I", tcp[4:8])[0], bool(tcp[13] & SYN), tcp[(tcp[12] >> 4) * 4:]


def streams(path):
    """The bytes of each direction of each connection, as far as they are whole."""
    pieces, base, epoch = collections.defaultdict(dict), {}, collections.Counter()
    for ends, sequence, syn, payload in segments(path):
        if syn and base.get(ends) != sequence + 1:
            epoch[ends] += 1
            base[ends] = sequence + 1
        if payload:
            position = (sequence + syn - base.setdefault(ends, sequence)) % 2**32
            known = pieces[ends, epoch[ends]].get(position, b"")
            pieces[ends, epoch[ends]][position] = max(known, payload, key=len)
    for found in pieces.values():
        whole = bytearray()
        for position, payload in sorted(found.items()):
            if position <= len(whole):
                whole += payload[len(whole) - position:]
        yield bytes(whole)


def unseen(truth, path):
    """Files of the truth that no stream of the capture is."""
    known = {hashlib.sha256(s).hexdigest(): len(s) for s in streams(path)}
    return [f for f in truth["files"] if known.get(f["sha256"]) != f["size"] and f["size"] > 0]


def hidden(truth, file):
    """Why the packets do not hold this file as it is; None: they should."""
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


def main():
    folder, bad, seen, left = pathlib.Path(sys.argv[1]), 0, 0, collections.Counter()
    for truth_file in sorted(folder.glob("*.truth.json")):
        truth = json.loads(truth_file.read_text())
        capture = folder / (truth_file.name.removesuffix(".truth.json") + ".pcap")
        lost = recording.unseen_bytes(capture)
        if lost and not truth.get("removed"):
            print(f"{capture.name}: {lost} bytes were acknowledged and are absent")
            bad += 1
        absent = unseen(truth, capture)
        seen += len(truth["files"]) - len(absent)
        for file in absent:
            why = hidden(truth, file)
            left[why] += 1
            if why is None:
                print(f"{truth_file.name}: {file['path']}, {file['size']} bytes, is in no connection")
                bad += 1
    print(f"{seen} files seen; hidden: {dict(left)}")
    return 1 if bad or seen < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
