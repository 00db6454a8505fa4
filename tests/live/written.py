"""usage: written.py FTPSCOPE CAPTURE_FOLDER: what `live` tells of a stream is what `read` tells of the packets it wrote."""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

from same_records import comparable, in_any_order, told_of_file

program, folder = sys.argv[1:3]


def records(text):
    return [json.loads(line) for line in text.splitlines()]


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
        told = told_of_file(records(live.stdout), written)
        again = in_any_order(comparable(records(read.stdout)))
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
