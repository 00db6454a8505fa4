"""truth.json: what a capture is known to contain, from the scenario and the server's side; and the README made of it."""
import hashlib
import json
import os


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


def scenario_words(truth, folder):
    size = os.path.getsize(os.path.join(folder, truth["scenario"] + ".pcap"))
    capture, server, client = truth["capture"], truth["server"], truth["client"]
    lines = [f"### {truth['scenario']}", "", truth["shows"], "",
             f"Server {server['name']} {server['version']}".rstrip() + f"; client {client['name']} {client['version']}; recorded "
             f"{truth['recorded']} on {capture['point']}, {capture['linktype']}, {size} bytes.", ""]
    lines += [f"- {transfer_words(entry)}" for entry in truth["transfers"]] or ["- no transfer"]
    findings = ", ".join(f"`{name}`" for name in truth["findings"])
    lines.append(f"- findings: {findings or 'none'}")
    both = truth.get("together", {})
    if both.get("findings"):
        lines.append(f"- read together ({' and '.join(f'`{name}`' for name in both['captures'])}): "
                     f"{', '.join(f'`{name}`' for name in both['findings'])}")
    return lines + [""]


def anchor(scenario):
    """What a heading is called in links: dots are left out."""
    return scenario.replace(".", "")


def write_readme(folder, introduction):
    with open(introduction, encoding="utf-8") as handle:
        text = handle.read().rstrip("\n").split("\n")
    truths = load_all(folder)
    rows = ["", "## The captures", "", "| capture | server | client | findings |", "|---|---|---|---|"]
    for truth in truths:
        findings = ", ".join(f"`{name}`" for name in truth["findings"]) or "none"
        rows.append(f"| [{truth['scenario']}](#{anchor(truth['scenario'])}) | {truth['server']['name']} | "
                    f"{truth['client']['name']} | {findings} |")
    rows.append("")
    for truth in truths:
        rows += scenario_words(truth, folder)
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as handle:
        handle.write("\n".join(text + rows).rstrip("\n") + "\n")
