#!/usr/bin/env python3
"""What the plugin says of a capture in a second pass is what `ftpscope read --json` says of it.

usage: honesty.py PROGRAM PLUGIN CAPTURE_FOLDER [--every N] [NAME...]

Commands, replies, their flags, transfers and findings (expert infos too) of every capture, with their frames. Where epan cannot have what the program has,
differences.txt names capture, record and reason; a line there that is not needed fails too.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

from shark import Shark, chosen

EXPERT_SEVERITIES = {"error": 0x800000, "warning": 0x600000, "info": 0x400000}  # epan's PI_ERROR, PI_WARN, PI_NOTE
FLAGS = ("pipelined", "unsolicited", "illegal_reply", "bare_lf", "telnet", "overlong")
DIFFERENCES = pathlib.Path(__file__).with_name("differences.txt")


def values(fields, name):
    return [value for key, value in fields if key == "ftpscope." + name]


def one(fields, name, kind=str):
    found = values(fields, name)
    return kind(found[0]) if found else None


class Said:
    """Everything one of the two says of a capture: facts as (kind, ...) tuples."""

    def __init__(self):
        self.facts = set()

    def add(self, *fact):
        self.facts.add(fact)


def from_program(program, capture):
    run = subprocess.run([program, "read", "--json", str(capture)], capture_output=True, check=False)
    said = Said()
    for line in run.stdout.splitlines():
        record = json.loads(line)
        session, kind = record.get("session"), record["event_type"]
        if kind == "ftp":
            ftp = record["ftp"]
            if "command" in ftp:
                said.add("command", session, ftp["tx"], ftp["frames"]["command"], ftp["command"], ftp.get("command_data"))
                if "latency_ms" in ftp:
                    said.add("latency", session, ftp["tx"], f"{ftp['latency_ms']:.3f}")
            for flag in set(FLAGS) & set(ftp.get("flags", [])):
                said.add("flag", session, ftp.get("tx") or f"reply in {ftp['frames']['replies'][0]}", flag)
            for code, text, frame in zip(ftp.get("completion_code", []), ftp.get("reply", []), ftp["frames"].get("replies", [])):
                said.add("reply", session, ftp.get("tx"), frame, code, text)
        elif kind == "ftp_data" and "tx" in record["ftp_data"]:
            data = record["ftp_data"]
            said.add("transfer", session, data["tx"], data["transfer_id"], data["status"], data.get("bytes"), data.get("path"),
                     data.get("direction"), data.get("expected_bytes"), data.get("expected_from"), data.get("closed_by"),
                     data["frames"].get("first"), data["frames"].get("last"), data.get("setup"))
        elif kind == "ftp_finding":
            finding = record["finding"]
            said.add("finding", session, finding["id"], finding["severity"], finding["confidence"], finding["role"],
                     finding.get("tx"), finding["summary"], tuple(finding["evidence"]))
            said.add("expert", finding["id"], EXPERT_SEVERITIES[finding["severity"]], finding["summary"])
    return said.facts


def take_flags(said, frame, fields):
    about = one(fields, "tx", int) or f"reply in {frame}"
    for flag in FLAGS:
        if one(fields, flag) in ("1", "True"):
            said.add("flag", one(fields, "session", int), about, flag)


def take_command(said, frame, fields):
    session, tx = one(fields, "session", int), one(fields, "tx", int)
    if tx is not None:
        said.add("command", session, tx, frame, one(fields, "command"), one(fields, "argument"))
    if values(fields, "transfer.verdict"):
        said.add("transfer", session, tx, one(fields, "transfer", int), one(fields, "transfer.verdict"),
                 one(fields, "transfer.bytes", int), one(fields, "path"), one(fields, "transfer.direction"),
                 one(fields, "transfer.expected", int), one(fields, "transfer.expected_from"), one(fields, "transfer.closed_by"),
                 one(fields, "transfer.first_frame", int), one(fields, "transfer.last_frame", int), one(fields, "setup"))


def take_reply(said, frame, fields):
    session, tx = one(fields, "session", int), one(fields, "tx", int)
    said.add("reply", session, tx, frame, one(fields, "code") or "000", "\n".join(values(fields, "text")))
    if values(fields, "time"):
        said.add("latency", session, tx, f"{float(one(fields, 'time')) * 1000:.3f}")


def take_finding(said, fields):
    said.add("finding", one(fields, "session", int), one(fields, "finding"), one(fields, "finding.severity"),
             one(fields, "finding.confidence"), one(fields, "finding.role"), one(fields, "finding.tx", int),
             one(fields, "finding.summary"), tuple(int(v) for v in values(fields, "finding.evidence")))
    expert = dict(fields)
    named = [name for name, _ in fields if name == f"ftpscope.expert.{one(fields, 'finding')}"]
    if named:
        said.add("expert", one(fields, "finding"), int(expert["_ws.expert.severity"]), expert["_ws.expert.message"])


def from_plugin(shark, capture):
    said = Said()
    for frame, name, fields in shark.trees(capture, "-2"):
        if name != "ftpscope":
            continue
        if values(fields, "finding"):
            take_finding(said, fields)
        elif values(fields, "request"):
            take_command(said, frame, fields)
            take_flags(said, frame, fields)
        else:
            take_reply(said, frame, fields)
            take_flags(said, frame, fields)
    return said.facts


def known_differences():
    known = {}
    for line in DIFFERENCES.read_text().splitlines():
        if line and not line.startswith("#"):
            capture, kind, reason = line.split(None, 2)
            known[capture, kind] = reason
    return known


def compare(program, shark, capture):
    program_says, plugin_says = from_program(program, capture), from_plugin(shark, capture)
    only = [("program", fact) for fact in program_says - plugin_says] + [("plugin", fact) for fact in plugin_says - program_says]
    return capture.stem, sorted(only, key=lambda entry: (entry[1][0], str(entry[1][1:4]), entry[0]))


def main():
    program, captures, whole = sys.argv[1], chosen(sys.argv[3:]), len(sys.argv) == 4
    shark, known, used, bad = Shark(sys.argv[2]), known_differences(), set(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, only in pool.map(lambda c: compare(program, shark, c), captures):
            unknown = [(who, fact) for who, fact in only if (name, fact[0]) not in known]
            used |= {(name, fact[0]) for _, fact in only}
            bad += bool(unknown)
            for who, fact in unknown[:12]:
                print(f"{name}: only the {who}: {fact}")
    for entry in sorted(set(known) - used if whole else []):
        print(f"{' '.join(entry)}: no difference any more, differences.txt may lose it")
        bad += 1
    print(f"{len(captures) - bad} of {len(captures)} captures equal, {len(known)} differences known")
    return 1 if bad or not captures else 0


sys.exit(main())
