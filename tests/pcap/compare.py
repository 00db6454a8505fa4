#!/usr/bin/env python3
"""Compares what the program says of the captures with the truth known from the servers' side.

usage: compare.py PROGRAM CAPTURE_FOLDER [NAME...]

For every NAME.truth.json: each transfer, in whatever order they ended (command, path, direction, bytes, status, mode, final
code); as many transfers behind TLS as took place; every finding expected, and no other as a cause, whatever its severity,
but the advice of LINT, which only some truths list. Findings that this version explains but has no rule for are listed as
pending, what it gets wrong as wrong. There are sessions on all of the control ports, and on no other.
"""
import functools
import json
import os
import pathlib
import subprocess
import sys


def records(program, *captures):
    run = subprocess.run([program, "read", "--json", *map(str, captures)], capture_output=True, check=False)
    if run.returncode not in (0, 3):
        raise SystemExit(f"{captures}: exit code {run.returncode}: {run.stderr.decode()}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def plain(transfer):
    return not transfer.get("inferred") and transfer.get("command")


def describe(t):
    return " ".join(str(t.get(k, "-")) for k in ("command", "path", "direction", "bytes", "status", "mode", "completion_code"))


def same(want, have):
    for key in ("command", "path", "direction", "bytes", "status", "mode", "completion_code"):
        if want.get(key) is None:
            continue
        got = have.get(key)
        if key == "path" and got is not None and got.startswith("?") and want[key].endswith(got[1:].rstrip("/")):
            continue  # no PWD in the session: where it starts cannot be known from the packets
        if str(want[key]) != str(got):
            return False
    return True


def contradictions(got):
    """What the records of one capture say about each other."""
    users = {r["session"]: {r["ftp_session"].get("user")} for r in got if r["event_type"] == "ftp_session"}
    for r in got:
        if r.get("ftp", {}).get("command") == "USER":
            users[r["session"]].add(r["ftp"].get("command_data"))
    transfers = {(r["session"], r["ftp_data"]["transfer_id"]): r["ftp_data"] for r in got if r["event_type"] == "ftp_data"}
    for r in got:
        if r["event_type"] == "ftp" and "user" in r["ftp"] and r["ftp"]["user"] not in users[r["session"]]:
            yield f"  user {r['ftp']['user']!r} in a session of {users[r['session']]!r}"
        if r["event_type"] == "ftp_finding" and "transfer_id" in r["finding"]:
            transfer = transfers.get((r["session"], r["finding"]["transfer_id"]))
            if transfer is None or transfer["tx"] != r["finding"]["tx"]:
                yield f"  finding {r['finding']['n']} speaks of transfer {r['finding']['transfer_id']}, which is another"


@functools.cache
def is_pending(program, finding):
    """No rule reports it yet, says the program itself."""
    run = subprocess.run([program, "explain", finding], capture_output=True, check=False, env={**os.environ, "COLUMNS": "1000"})
    return b"does not find it in captures yet" in run.stdout


# Advice, which is right in nearly every session: only some truths list it.
LINT = {"cleartext-password", "anonymous-login", "cleartext-after-tls-offer"}

# PROT C: behind an encrypted control connection, what does not begin with TLS is not taken for a transfer.
CLEAR_DATA = {"tls-control-only", "tls-control-only-curl"}

# What the program gets wrong, and why: to be taken out when it is mended, as the comparison then says.
WRONG = {
    ("helper-blind", "passive-timeout"): "behind TLS no announcement is known, and connections that nobody answers are tied to none",
    ("active-port-again", "active-port-in-use"): "that the address was in use a moment before is not looked at",
    ("active-port-again", "active-not-seen"): "the same",
    ("bounce-scan", "active-refused"): "who listens at a third host's port is not looked at before there is a rule for bounce-attempt",
    ("client-killed-upload", "client-aborted"): "the server says 226, and the end of the control connection came before",
    ("no-data-setup-proftpd", "no-data-setup"): "a refused default port looks like any refused connection",
    ("starttls-injection-reply", "control-encrypted"): "a second reply in clear hides where TLS begins",
    ("storage-full", "storage-full"): "451 and a failure to write do not say why",
    ("storage-full", "server-aborted"): "the same",
    ("storage-full-pureftpd", "storage-full"): "the same",
    ("storage-full-pureftpd", "server-aborted"): "the same",
    ("tls-session-reuse", "server-aborted"): "522 explains it, for which there is no rule yet",
    ("middlebox-reset.inside.pcap and middlebox-reset.outside.pcap", "client-aborted"): "who sent a reset is not looked at before there is a rule for middlebox-reset",
    ("middlebox-reset.outside", "client-aborted"): "the same",
    ("mtu-black-hole", "client-aborted"): "the client gave up, for a reason that has no rule yet",
    ("middlebox-reset.inside", "server-aborted"): "who sent a reset is not looked at before there is a rule for middlebox-reset",
}


def finding_problems(program, scenario, wanted, findings, pending):
    ids = {f["id"] for f in findings}
    absent = [i for i in wanted if i not in ids]
    surplus = [f for f in findings if f["role"] == "cause" and f["id"] not in wanted and f["id"] not in LINT]
    found = [f"  finding not reported: {i}" for i in absent if not is_pending(program, i) and (scenario, i) not in WRONG]
    found += [f"  finding not expected: {f['id']}: {f['summary']}" for f in surplus if (scenario, f["id"]) not in WRONG]
    for known, finding in WRONG:
        if known == scenario and finding not in absent and finding not in {f["id"] for f in surplus}:
            found.append(f"  {finding} is right now: it may be taken out of WRONG")
    for i in absent:
        if is_pending(program, i):
            pending.setdefault(i, []).append(scenario)
    return found


def advice_problems(program, truth, ids, pending):
    if "advice" not in truth:
        return []
    wanted = set(truth["advice"])
    for i in wanted - ids:
        if is_pending(program, i):
            pending.setdefault(i, []).append(truth["scenario"])
    return ([f"  advice not given: {i}" for i in sorted(wanted - ids) if not is_pending(program, i)] +
            [f"  advice not deserved: {i}" for i in sorted(ids & LINT - wanted)])


def together_problems(program, folder, truth, pending):
    """Two recordings of one session, read as one capture: what only both show, and nothing that neither shows."""
    both = truth.get("together")
    if not both or both["captures"][0] != truth["scenario"] + ".pcap":
        return []
    paths = [folder / name for name in both["captures"]]
    single = [json.loads((folder / name.replace(".pcap", ".truth.json")).read_text())["findings"] for name in both["captures"]]
    got = [r["finding"] for r in records(program, *paths) if r["event_type"] == "ftp_finding"]
    wanted = both["findings"] + [i for findings in single for i in findings if i in {f["id"] for f in got}]
    return finding_problems(program, " and ".join(both["captures"]), wanted, got, pending)


def problems(program, truth_file, pending):
    truth = json.loads(truth_file.read_text())
    got = records(program, truth_file.with_name(truth["scenario"] + ".pcap"))
    wanted = [t for t in truth["transfers"] if not t.get("tls")]
    seen = sorted((r for r in got if r["event_type"] == "ftp_data" and plain(r["ftp_data"])),
                  key=lambda r: (r["ftp_data"]["frames"]["command"]))
    seen = [r["ftp_data"] for r in seen]
    found = []
    rest = list(seen)
    for want in wanted:
        hit = next((h for h in rest if same(want, h)), None)
        if hit is None:
            found.append(f"  missing: {describe(want)}")
        else:
            rest.remove(hit)
    found += [f"  surplus: {describe(h)}" for h in rest]
    hidden = sum(bool(t.get("tls")) for t in truth["transfers"]) if truth["scenario"] not in CLEAR_DATA else 0
    inferred = sum(r["event_type"] == "ftp_data" and not plain(r["ftp_data"]) for r in got)
    if inferred != hidden:
        found.append(f"  {inferred} transfers behind TLS are told, {hidden} took place")
    found += contradictions(got)
    ports = {r["dest_port"] for r in got if r["event_type"] == "ftp_session"}
    if ports != set(truth["control_ports"]):
        found.append(f"  sessions on ports {sorted(ports)}, not {truth['control_ports']}")
    findings = [r["finding"] for r in got if r["event_type"] == "ftp_finding"]
    ids = {f["id"] for f in findings}
    found += advice_problems(program, truth, ids, pending)
    return found + finding_problems(program, truth["scenario"], truth["findings"], findings, pending)


def main():
    program, folder, names = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    files = sorted(folder.glob("*.truth.json"))
    if names:
        files = [f for f in files if f.name.removesuffix(".truth.json") in names or f.name.split(".")[0] in names]
    bad, pending = 0, {}
    for f in files:
        found = problems(program, f, pending) + together_problems(program, folder, json.loads(f.read_text()), pending)
        bad += bool(found)
        print(("FAIL " if found else "ok   ") + f.name.removesuffix(".truth.json"))
        print("\n".join(found)) if found else None
    for finding, scenarios in sorted(pending.items()):
        print(f"pending {finding}: {', '.join(scenarios)}")
    # A session of several points is in WRONG by the names of its captures too.
    own = {f.name.removesuffix(".truth.json") for f in files}
    for (scenario, finding), why in sorted(WRONG.items()):
        if own & {name.removesuffix(".pcap") for name in scenario.split(" and ")}:
            print(f"wrong {scenario}, {finding}: {why}")
    print(f"{len(files) - bad} passed, {bad} failed")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
