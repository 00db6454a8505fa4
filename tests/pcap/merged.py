#!/usr/bin/env python3
"""All captures as one, in time order, tell what each tells for itself: no session takes anything from another.

usage: merged.py PROGRAM CAPTURE_FOLDER
"""
import json
import pathlib
import random
import subprocess
import sys

from golden import record_differences

# Numbers within the capture, and times that are those of the end of the input.
WITHIN = {"session", "flow_id"}
AT_THE_END = {"ftp_data", "ftp_finding"}
# A finding there speaks of the capture as a whole: that it has no data connection at all.
OF_THE_WHOLE = {"capture-port-21.pcap"}


def records(program, folder, *arguments):
    done = subprocess.run([program, "read", "--json", *arguments], cwd=folder, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def line(record):
    kept = {key: value for key, value in record.items() if key not in WITHIN}
    if record["event_type"] in AT_THE_END or record.get("ftp", {}).get("reply_received", "yes") != "yes":
        kept.pop("timestamp")
    if kept.get("ftp_session", {}).get("ended") == "timeout":
        kept["ftp_session"] = dict(kept["ftp_session"], ended="capture_end")  # others go on after the last packet of this one
    if "finding" in kept:
        kept["finding"] = {key: value for key, value in kept["finding"].items() if key not in ("n", "cause_of")}
    return json.dumps(kept, sort_keys=True) + "\n"


def main():
    program, folder = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2])
    # NAME.outside.pcap is the session of NAME.inside.pcap once more.
    names = sorted(path.name for path in folder.glob("*.pcap")
                   if not path.name.endswith(".outside.pcap") and path.name not in OF_THE_WHOLE)
    apart = sorted(map(line, records(program, folder, "--separate", *names)))
    random.Random(3).shuffle(names)
    together = sorted(map(line, records(program, folder, *names)))
    if apart == together and len(names) > 30:
        return 0
    print(f"{len(names)} captures: {len(together)} records as one, {len(apart)} apart")
    print("\n".join(list(record_differences("".join(apart), "".join(together)))[:20]))
    return 1


if __name__ == "__main__":
    sys.exit(main())
