#!/usr/bin/env python3
"""Writes the table of fields in README.md from fields.def: fields.py [--check]."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
TYPES = {"T_FLAG": "boolean", "T_TEXT": "text", "T_BYTES": "bytes", "T_NUMBER": "number", "T_NUMBER64": "number",
         "T_SECONDS": "seconds", "T_PERCENT": "per cent", "T_FRAME": "frame", "T_FRAME_REQUEST": "frame", "T_FRAME_RESPONSE": "frame"}
BEGIN, END = "<!-- fields -->\n", "<!-- end of fields -->\n"


def table():
    rows = re.findall(r'FIELD\(\s*(\w+),\s*"([^"]+)",\s*"([^"]+)",\s*(T_\w+),\s*"([^"]+)"\)', (HERE / "fields.def").read_text())
    return "| field | type | what it is |\n|---|---|---|\n" + "".join(f"| `{n}` | {TYPES[t]} | {what} |\n" for _, n, _, t, what in rows)


def main():
    readme = HERE / "README.md"
    text = readme.read_text()
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    wanted = text[:start] + table() + text[end:]
    if sys.argv[1:] == ["--check"]:
        return 0 if wanted == text else "plugin/README.md is older than fields.def: python3 plugin/fields.py"
    readme.write_text(wanted)
    return 0


sys.exit(main())
