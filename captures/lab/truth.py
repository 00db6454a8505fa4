"""truth.json: what a capture is known to contain, from the scenario and the server's side; and the README made of it."""
import hashlib
import json
import os
import re


def describe_file(path, local):
    with open(local, "rb") as handle:
        content = handle.read()
    return {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def transfer(command, path, direction, size, status="complete", mode="passive", code=226, tls=False):
    """One entry of `transfers`. `size` is None where TLS hides it or nothing but the packets could tell."""
    entry = {"command": command, "path": path, "direction": direction, "bytes": size, "status": status, "mode": mode,
             "completion_code": code}
    return dict(entry, tls=True) if tls else entry


def save(path, truth):
    with open(path, "w", encoding="utf-8") as handle:
        json.dump(truth, handle, indent=1, ensure_ascii=False)
        handle.write("\n")


def load_all(folder):
    truths = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".truth.json"):
            with open(os.path.join(folder, name), encoding="utf-8") as handle:
                truths.append(json.load(handle))
    return truths


def transfer_words(entry):
    size = "size not stated" if entry["bytes"] is None else f"{entry['bytes']} bytes"
    size += ", TLS" if entry.get("tls") else ""
    code = "no final reply" if entry["completion_code"] is None else entry["completion_code"]
    return f"{entry['command']} `{entry['path']}` ({entry['direction']}, {entry['mode']}): {entry['status']}, {size}, {code}"


# What every set of nft rules says around its rules, and what only belongs to another line beside it.
AROUND_RULES = (r"nft -f - ", r"table \S+ \S+ \{ ", r"chain \S+ \{ ", r"type \w+ hook \w+ priority \S+; ", r"policy accept; ")
BESIDE = re.compile(r"address flush dev|ip route replace default via \S+$|^near: |^far: ")
ARRANGED_LONG = 200


def arranged_words(change):
    """One change, short enough for people."""
    words = " ".join(change.split())
    for around in AROUND_RULES:
        words = re.sub(around, "", words)
    while words.endswith(" }") and words.count("{") < words.count("}"):
        words = words[:-2]
    words = re.sub(r"(, )?\b(TLSRSACertificate(Key)?File|TLSLog|QuotaLog)=[^ ,]+", "", words)
    words = words.replace("sysctl -qw ", "").replace("nft flush ruleset", "these rules are taken away")
    words = re.sub(r"behaviours=\((.*?),?\)$", r"\1", words)
    return words if len(words) <= ARRANGED_LONG else words[:ARRANGED_LONG] + " ..."


def arranged_line(truth):
    changes = [arranged_words(change) for change in truth["arranged"] if not BESIDE.search(change)]
    counts = {change: changes.count(change) for change in changes}
    return "; ".join(f"`{change}`" + (f" ({count} times)" if count > 1 else "") for change, count in counts.items())


def ids(names):
    return ", ".join(f"`{name}`" for name in names)


def scenario_words(truth, folder):
    size = os.path.getsize(os.path.join(folder, truth["scenario"] + ".pcap"))
    capture, server, client = truth["capture"], truth["server"], truth["client"]
    lines = [f"### {truth['scenario']}", "", truth["shows"], "",
             f"Server {server['name']} {server['version']}".rstrip() + f"; client {client['name']} {client['version']}; recorded "
             f"{truth['recorded']} on {capture['point']}, {capture['linktype']}, {size} bytes.", ""]
    lines += [f"- {transfer_words(entry)}" for entry in truth["transfers"]] or ["- no transfer"]
    if truth["arranged"]:
        lines.append(f"- arranged: {arranged_line(truth)}")
    if truth.get("removed"):
        lines.append(f"- taken out afterwards: packets {', '.join(map(str, truth['removed']))}")
    lines.append(f"- findings: {ids(truth['findings']) or 'none'}")
    if "advice" in truth:
        lines.append(f"- advice: {ids(truth['advice']) or 'none'}")
    both = truth.get("together", {})
    if both.get("findings"):
        lines.append(f"- read together ({' and '.join(f'`{name}`' for name in both['captures'])}): {ids(both['findings'])}")
    return lines + [""]


def anchor(scenario):
    """What a heading is called in links: dots are left out."""
    return scenario.replace(".", "")


def index_row(truth):
    findings = ids(truth["findings"]) or "none"
    advice = f"; advice: {ids(truth['advice'])}" if truth.get("advice") else ""
    return (f"| [{truth['scenario']}](#{anchor(truth['scenario'])}) | {truth['server']['name']} | {truth['client']['name']} | "
            f"{findings}{advice} |")


def readme(folder, introduction):
    """The text of captures/README.md."""
    with open(introduction, encoding="utf-8") as handle:
        text = handle.read().rstrip("\n").split("\n")
    truths = load_all(folder)
    rows = ["", "## The captures", "", "| capture | server | client | findings |", "|---|---|---|---|"]
    rows += [index_row(truth) for truth in truths] + [""]
    for truth in truths:
        rows += scenario_words(truth, folder)
    return "\n".join(text + rows).rstrip("\n") + "\n"


def write_readme(folder, introduction):
    text = readme(folder, introduction)
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as handle:
        handle.write(text)
