"""usage: written.py FTPSCOPE CAPTURE_FOLDER: what `live` tells of a stream is what `read` tells of the packets it wrote.

The packets of X carry the frame numbers of the records (epb_packetid), so frames can be compared although X leaves out
what is not FTP.
"""
import concurrent.futures
import json
import os
import struct
import subprocess
import sys
import tempfile

program, folder = sys.argv[1:3]


def packet_ids(path):
    """The frame numbers of the packets, in the order of the file."""
    ids = []
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 6:
            captured = struct.unpack_from("<I", data, at + 20)[0]
            option = at + 28 + (captured + 3) // 4 * 4
            while option < at + length - 4:
                code, size = struct.unpack_from("<HH", data, option)
                if code == 5:
                    ids.append(struct.unpack_from("<Q", data, option + 4)[0])
                option += 4 + (size + 3) // 4 * 4
        at += length
    return ids


def records(text):
    """Without the number of the connection among all connections."""
    found = [json.loads(line) for line in text.splitlines()]
    return [{key: value for key, value in record.items() if key not in ("file", "flow_id")}
            for record in found if record["event_type"] != "stats"]


def translated(value, to, inside=False):
    """With the frame numbers of the file instead of those of the stream."""
    if isinstance(value, dict):
        return {key: translated(item, to, inside or key in ("frames", "evidence")) for key, item in value.items()}
    if isinstance(value, list):
        return [translated(item, to, inside) for item in value]
    return to.get(value, "not written: %d" % value) if inside and isinstance(value, int) else value


def differences(path):
    name = os.path.basename(path)
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as place:
        os.chmod(place, 0o777)
        written = os.path.join(place, "x.pcapng")
        live = subprocess.run([program, "live", "-r", "-", "--json", "-w", written], stdin=open(path, "rb"),
                              capture_output=True, check=False)
        if live.returncode not in (0, 3):
            return ["%s: live ends with %d: %s" % (name, live.returncode, live.stderr.decode())]
        read = subprocess.run([program, "read", "--json", written], capture_output=True, check=False)
        to = {identity: i + 1 for i, identity in enumerate(packet_ids(written))}
        told = sorted(json.dumps(r, sort_keys=True) for r in translated(records(live.stdout), to))
        again = sorted(json.dumps(r, sort_keys=True) for r in records(read.stdout))
    if told == again:
        return []
    return ["%s: only live: %s\n   only read: %s" % (name, "\n     ".join(sorted(set(told) - set(again))[:3]),
                                                     "\n     ".join(sorted(set(again) - set(told))[:3]))]


def main():
    paths = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith((".pcap", ".pcapng")))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [line for lines in pool.map(differences, paths) for line in lines]
    print("\n".join(found))
    print("%d captures, %d differ" % (len(paths), len(found)))
    sys.exit(1 if found or len(paths) < 100 else 0)


main()
