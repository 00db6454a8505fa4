#!/usr/bin/env python3
"""What the menus offer, asked of tshark: the profile's colours, columns and filter buttons, and the filter of a session.

usage: profile.py PLUGIN PROFILE_FOLDER FILTERS_PLUGIN CAPTURE_FOLDER
"""
import csv
import pathlib
import shutil
import sys

from shark import Shark, chosen

# Together they have frames for every rule and every button.
CAPTURES = ["active-odd-port", "active-unreachable", "control-host-gone", "file-refusals", "mtu-black-hole-upload", "vsftpd-passive"]
FIELDS = ["frame.number", "ftpscope.finding.severity", "ftpscope.code", "ftpscope.transfer.verdict", "frame.protocols", "ftpscope.request",
          "ftpscope.response", "ftpscope.data.position", "tcp.flags.reset", "icmp.type", "frame.coloring_rule.name"]


def wanted_rule(row):
    """The one that says most."""
    severities, codes, verdicts = (row[name].split(",") for name in FIELDS[1:4])
    for severity in ("error", "warning", "info"):
        if severity in severities:
            return f"FTP finding: {severity}"
    for first, words in (("5", "refused (5yz)"), ("4", "failed for now (4yz)")):
        if any(code.startswith(first) for code in codes):
            return f"FTP {words}"
    if {"aborted", "truncated", "failed"} & set(verdicts):
        return "FTP transfer aborted, truncated or failed"
    if "complete" in verdicts:
        return "FTP transfer complete"
    if row["ftpscope.request"] or row["ftpscope.response"]:
        return "FTP command or reply"
    if row["ftpscope.data.position"]:
        return "FTP data"
    if row["tcp.flags.reset"] in ("1", "True"):
        return "TCP RST"
    return "ICMP error" if row["icmp.type"] in ("3", "4", "5", "11") else ""


def read(shark, capture, *words):
    done = shark.run("-C", "ftpscope", "-2", "-r", capture, *words)
    if done.stderr:
        raise SystemExit(f"{words}: {done.stderr.decode()}")
    return done.stdout.decode().splitlines()


def colours(shark, captures, rules):
    seen, bad = set(), 0
    words = ["--color", "-T", "fields", *(w for name in FIELDS for w in ("-e", name))]
    for capture in captures:
        for line in read(shark, capture, *words):
            row = dict(zip(FIELDS, line.split("\t")))
            seen.add(row["frame.coloring_rule.name"])
            if row["frame.coloring_rule.name"] != wanted_rule(row):
                bad += 1
                print(f"{capture.stem} {row}: not {wanted_rule(row)}")
    missing = rules - seen
    if missing:
        print(f"no frame has the colour of {missing}")
    return not bad and not missing


def columns(shark, captures):
    """Who answers what, with the verdict, before the words."""
    capture = next(c for c in captures if c.stem == "vsftpd-passive")
    if any(" FTP 1 RETR 226 complete " in line for line in read(shark, capture)):
        return True
    print(f"{capture.stem}: no line with session, command, code and verdict")
    return False


def buttons(shark, captures, profile):
    """Each finds something, and that for transfers no transfer twice."""
    good, verdicts = True, {"complete", "truncated", "aborted", "failed", "unknown"}
    table = [line.split() for capture in captures for line in read(shark, capture, "-q", "-z", "ftpscope,transfers")]
    transfers = sum(verdicts & set(words[3:4]) != set() for words in table)
    lines = [line for line in (profile / "dfilter_buttons").read_text().splitlines() if not line.startswith("#")]
    for _, title, words, _ in csv.reader(lines):
        words = words.replace("\\x22", '"')
        found = sum(len(read(shark, capture, "-Y", words)) for capture in captures)
        if found == 0 or (title == "Transfers" and found > transfers):
            print(f"{title}: {words} finds {found}, of {transfers} transfers")
            good = False
    return good and len(lines) > 3


def sessions(shark, captures):
    """The filter of each packet's session finds this packet, and all that have the same."""
    good, number = True, 0
    for capture in captures:
        filters = {}
        for line in read(shark, capture, "-T", "fields", "-e", "frame.number", "-e", "filters.session"):
            frame, words = line.split("\t")
            filters.setdefault(words, []).append(frame)
        for words in filter(None, filters):
            number += 1
            have = read(shark, capture, "-Y", words, "-T", "fields", "-e", "frame.number")
            streams = set(read(shark, capture, "-Y", words, "-T", "fields", "-e", "tcp.stream"))
            if not set(filters[words]) <= set(have) or len(streams - {""}) < (2 if capture.stem == "vsftpd-passive" else 1):
                print(f"{capture.stem}: {words} finds {len(have)} frames in {streams}, not all of {len(filters[words])}")
                good = False
    return good and number >= len(captures)


def main():
    plugin, profile, filters, *folder = sys.argv[1:]
    shark, profile = Shark(plugin), pathlib.Path(profile)
    shutil.copy(filters, next(shark.home.glob(".local/lib/wireshark/plugins/*/epan")))
    shutil.copytree(profile, shark.home / ".config/wireshark/profiles/ftpscope")
    captures = chosen([*folder, *CAPTURES])
    rules = {line.split("@")[1] for line in (profile / "colorfilters").read_text().splitlines() if line.startswith("@")}
    good = [colours(shark, captures, rules), columns(shark, captures), buttons(shark, captures, profile), sessions(shark, captures)]
    print(f"{len(captures)} captures, {len(rules)} rules: {good.count(True)} of {len(good)} as they should be")
    return 0 if all(good) and len(captures) == len(CAPTURES) else 1


sys.exit(main())
