#!/usr/bin/env python3
"""Captures, truths and scenarios belong to each other: each scenario of the lab has its captures, and nothing else lies there; what a
truth says of its file is so; every finding is expected somewhere; keys fit; the README is the one made of these truths.

usage: truths.py SOURCE_FOLDER
"""
import collections
import json
import pathlib
import re
import sys

SOURCE = pathlib.Path(sys.argv[1]).resolve()
CAPTURES, LAB = SOURCE / "captures", SOURCE / "captures" / "lab"
sys.path.insert(0, str(LAB))
import recording  # noqa: E402: the lab's own look into its recordings
import truth as truths  # noqa: E402
from scenarios import all_scenarios  # noqa: E402

LINK_TYPES = {1: "EN10MB", 113: "LINUX_SLL", 276: "LINUX_SLL2"}
FIELDS = {"scenario", "shows", "arranged", "recorded", "server", "client", "capture", "control_ports", "transfers", "files",
          "findings", "server_log"}
# Findings that no capture of the lab expects, and why.
NOT_HERE = {}
# The secrets of a TLS session: how many hexadecimal digits each has.
SECRET = {"CLIENT_RANDOM": (96,), "": (64, 96)}
CLIENT_HELLO = re.compile(rb"\x16\x03[\x00-\x03]..\x01\x00..\x03\x03(.{32})", re.DOTALL)


def load():
    """{folder below captures: {name: truth}}"""
    folders = sorted({s.folder for s in all_scenarios().values()})
    return {f: {p.name.removesuffix(".truth.json"): json.loads(p.read_text()) for p in sorted((CAPTURES / f).glob("*.truth.json"))}
            for f in folders}


def scenario_of(name):
    """The scenario of a truth, whose name may end in that of a point."""
    known = all_scenarios()
    return known.get(name) or known.get(name.rpartition(".")[0])


def misplaced(folder, names):
    """What lies beside the truths and belongs to none, and what is not there."""
    there = {p.name for kind in ("*.pcap", "*.keylog", "*.truth.json") for p in (CAPTURES / folder).glob(kind)}
    ours = {f"{n}{end}" for n in names for end in (".pcap", ".truth.json")}
    ours |= {f"{n}.outside.pcap" for n in names if f"{n}.outside" not in names and folder}
    ours |= {f"{n}.keylog" for n in names}
    yield from (f"{name}: belongs to no truth" for name in sorted(there - ours))
    yield from (f"{name}.pcap: is absent" for name in names if f"{name}.pcap" not in there)


def completeness(loaded):
    for folder, named in loaded.items():
        yield from misplaced(folder, named)
        recorded = {s.name for s in map(scenario_of, named) if s}
        for scenario in all_scenarios().values():
            if scenario.folder == folder and scenario.name not in recorded:
                yield f"{scenario.name}: was never recorded"
        for name in named:
            if scenario_of(name) is None or scenario_of(name).folder != folder:
                yield f"{name}: no scenario makes it"


def body(folder, name, truth):
    """What is wrong with one truth."""
    scenario = scenario_of(name)
    if truth["scenario"] != name:
        yield f"is the truth of {truth['scenario']}"
    if scenario and truth["shows"] != scenario.shows:
        yield f"shows {truth['shows']!r}, the scenario {scenario.shows!r}"
    capture = CAPTURES / folder / f"{name}.pcap"
    if not capture.exists():
        return
    header = capture.read_bytes()[:24]
    link, snap = (int.from_bytes(header[at:at + 4], "little") for at in (20, 16))
    if LINK_TYPES.get(link) != truth["capture"]["linktype"]:
        yield f"link type {truth['capture']['linktype']}, in the file {link}"
    if snap != truth["capture"]["snaplen"]:
        yield f"snap length {truth['capture']['snaplen']}, in the file {snap}"


def together(named, name, truth):
    """Several points of one session name each other, and all lie there."""
    points = scenario_of(name) and scenario_of(name).name != name
    both = truth.get("together")
    if not both:
        return ["has no `together`"] if points else []
    wanted = sorted(f"{n}.pcap" for n in named if n.rpartition(".")[0] == name.rpartition(".")[0])
    if not points or sorted(both["captures"]) != wanted or len(wanted) < 2:
        return [f"together with {both['captures']}, there are {wanted}"]
    return []


def key_problems(folder, name, truth):
    """A key log has whole secrets, for the sessions of its capture and no others."""
    path = CAPTURES / folder / f"{name}.keylog"
    if path.exists() != ("keylog" in truth):
        return [f"keylog is {truth.get('keylog')}, and the file is {'' if path.exists() else 'not '}there"]
    if not path.exists():
        return []
    lines = [line.split(" ") for line in path.read_text().splitlines() if not line.startswith("#")]
    bad = [" ".join(words) for words in lines
           if len(words) != 3 or len(words[1]) != 64 or len(words[2]) not in SECRET.get(words[0], SECRET[""])]
    if bad:
        return [f"{path.name}: is no secret: {bad[0]}"]
    if not (CAPTURES / folder / f"{name}.pcap").exists():
        return []
    hellos = {found.hex() for d in recording.directions(CAPTURES / folder / f"{name}.pcap") for found in
              CLIENT_HELLO.findall(d.content())}
    if not hellos or hellos != {words[1] for words in lines}:
        return [f"{path.name}: the secrets of {len(hellos)} ClientHellos, not these"]
    return []


def unexpected_findings(loaded):
    expected = collections.Counter()
    for truth in (t for named in loaded.values() for t in named.values()):
        expected.update(truth["findings"] + truth.get("advice", []) + truth.get("together", {}).get("findings", []))
    known = set(re.findall(r'FSC_FINDING(?:_PLANNED)?\([A-Z0-9_]+, "([a-z0-9-]+)"', (SOURCE / "core/findings.def").read_text()))
    yield from (f"{i}: no capture expects it" for i in sorted(known - set(expected) - set(NOT_HERE)))
    yield from (f"{i}: is expected now: it may be taken out of NOT_HERE" for i in sorted(set(NOT_HERE) & set(expected)))
    yield from (f"{i}: is no finding" for i in sorted((set(expected) | set(NOT_HERE)) - known))


def all_problems(loaded):
    yield from completeness(loaded)
    for folder, named in loaded.items():
        for name, truth in named.items():
            for problem in [*body(folder, name, truth), *together(named, name, truth), *key_problems(folder, name, truth)]:
                yield f"{name}: {problem}"
    yield from unexpected_findings(loaded)


def main():
    loaded = load()
    lacking = [f"{name}: lacks {', '.join(sorted(FIELDS - truth.keys()))}" for named in loaded.values()
               for name, truth in named.items() if FIELDS - truth.keys()]
    found = lacking or list(all_problems(loaded))
    # Only whole truths make a README.
    if not found and (CAPTURES / "README.md").read_text() != truths.readme(CAPTURES, LAB / "README.in.md"):
        found.append("captures/README.md: is not what ./run lab --readme writes")
    print("\n".join(found + [f"{sum(map(len, loaded.values()))} truths, {len(found)} problems"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
