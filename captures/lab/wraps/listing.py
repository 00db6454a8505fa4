"""forms.json for the test, README.md for people."""
import json
import os

INTRODUCTION = """# Forms

The same packets as in the captures of the folder above, as other places and other programs store them: other link
layers, tunnels, fragments, file formats, compressed, and in several files. `tests/pcap/forms.py` checks that the records of
each are those of its base. `../lab/forms.py` writes all of this, the same bytes each time, and `../lab/forms.py --verify`
asks the programs named below whether each file holds what its base holds: {tools}. tshark
must find the same TCP and ICMP packets with the same bytes, times, checksums and FTP fields, tcpdump the same lines of FTP
and as many TCP packets. Compressed files are unpacked by gzip, zstd and lz4 for them first, sets put together by mergecap.

Where a link knows no ARP, its place is taken by a ping, on PPP by an LCP echo, on Cisco HDLC by a keepalive: frame numbers
stay the same. Tunnels for IP leave ARP outside. The pieces of a packet in fragments all have its time.

The forms in `real/` were not made but recorded, by the scenarios in `../lab/scenarios/links.py`: NAME.pcap the plain packets,
NAME.outside.pcap the same ones, at the same time, where they are awkward, NAME.truth.json what the server knows.

`forms.json` says for each form its `base` (below the folder of the captures), its `files`, and for each of these which
`frames` of the base its frames are (null: all of them, with the same numbers). `differs` names what cannot be the same.
"""
BASE_HEAD = ["## Bases", "", "| base | made of |", "|---|---|"]
FORM_HEAD = ["", "## The forms", "", "| form | base | what is awkward | confirmed by |", "|---|---|---|---|"]
TOOLS = "tshark 4.0 and tcpdump 4.99 of Debian 12"


def frames(file, count):
    numbers = [packet.base for packet in file.packets]
    return None if numbers == list(range(1, count + 1)) else numbers


def entry(form, files, store):
    count = len(store.packets(form.base))
    return {"name": form.name, "awkward": form.awkward, "base": store.path(form.base), "differs": list(form.differs),
            "confirmed": list(form.tools), "files": [{"file": f.name, "frames": frames(f, count)} for f in files]}


def machine(known, made, store):
    """One form a line."""
    lines = [json.dumps(entry(form, made[name], store), ensure_ascii=False) for name, form in known.items()]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def row(form, files):
    name = files[0].name if len(files) == 1 else f"{form.name}/ ({len(files)} files)"
    tools = ", ".join(form.tools) + (f". {form.note}" if form.note else "")
    return f"| `{name}` | {form.base} | {form.awkward} | {tools} |"


def readme(known, made, store):
    used = dict.fromkeys(form.base for form in known.values() if form.base != form.name)
    rows = [f"| [{name}]({os.path.relpath(store.path(name), 'forms')}) | {store.words(name)} |" for name in used]
    rows += FORM_HEAD + [row(form, made[name]) for name, form in known.items()]
    return INTRODUCTION.format(tools=TOOLS) + "\n".join([""] + BASE_HEAD + rows) + "\n"
