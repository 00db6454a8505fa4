#!/usr/bin/env python3
"""Validates an NDJSON stream of ftpscope against the schema, line by line.

usage: ndjson_validate.py [--schema FILE] [FILE...]     (standard input without FILE)

Prints file, line number and what is wrong, and exits 1 when a line is wrong, when a line is no JSON object of its own, or
when the same key stands twice in an object. Exits 2 on wrong use. At most 20 errors are printed per file.
"""

import argparse
import json
import os
import re
import sys

import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "monitor", "output", "ndjson.schema.json")
SHOWN = 20


def inline(node, defs):
    """Replaces every local $ref by what it names: the library's resolver costs more than all checks together."""
    if isinstance(node, list):
        return [inline(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"]
        if not name.startswith("#/$defs/"):
            raise ValueError("only local references are expected: " + name)
        return inline({**defs[name[len("#/$defs/"):]], **{k: v for k, v in node.items() if k != "$ref"}}, defs)
    return {key: inline(value, defs) for key, value in node.items()}


def same_branch(schema, event_type):
    """The part of the schema that its if/then picks for this event type."""
    for part in schema["allOf"]:
        if part["if"]["properties"]["event_type"]["const"] == event_type:
            return part["then"]
    return None


def validators(path):
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    defs = schema["$defs"]
    whole = kind(inline({k: v for k, v in schema.items() if k != "$defs"}, defs))
    by_type = {}
    for name in schema["properties"]["event_type"]["enum"]:
        branch = same_branch(schema, name)
        if branch is None:
            raise ValueError("the schema has no branch for " + name)
        by_type[name] = kind(inline(branch, defs))
    return whole, by_type


def no_twins(pairs):
    keys = dict(pairs)
    if len(keys) != len(pairs):
        seen = set()
        twins = [key for key, _ in pairs if key in seen or seen.add(key)]
        raise ValueError("key stands twice: " + ", ".join(twins))
    return keys


def no_constant(word):
    raise ValueError(word + " is no JSON")


DECODER = json.JSONDecoder(object_pairs_hook=no_twins, parse_constant=no_constant)
RAW_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def place(error):
    return "/".join(str(part) for part in error.absolute_path) or "the record"


def errors_of(raw, whole, by_type):
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return ["no UTF-8: " + str(error)]
    if not line.endswith("\n"):
        return ["the line has no end"]
    line = line[:-1]
    if RAW_CONTROL.search(line):
        return ["a raw control character"]
    try:
        record = DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        return [str(error)]
    if not isinstance(record, dict):
        return ["no JSON object"]
    event_type = record.get("event_type")
    validator = by_type.get(event_type, whole) if isinstance(event_type, str) else whole
    return ["%s: %s" % (place(error), error.message[:300]) for error in validator.iter_errors(record)]


def check_stream(name, stream, whole, by_type):
    count = wrong = 0
    for count, raw in enumerate(stream, 1):
        found = errors_of(raw, whole, by_type)
        if found and wrong < SHOWN:
            for text in found:
                print("%s:%d: %s" % (name, count, text))
        wrong += bool(found)
    if wrong > SHOWN:
        print("%s: %d further lines are wrong" % (name, wrong - SHOWN))
    return count, wrong


def main():
    parser = argparse.ArgumentParser(description="Validate ftpscope NDJSON.")
    parser.add_argument("--schema", default=SCHEMA)
    parser.add_argument("files", nargs="*", metavar="FILE")
    options = parser.parse_args()
    whole, by_type = validators(options.schema)
    lines = wrong = 0
    for name in options.files or ["-"]:
        if name == "-":
            result = check_stream("stdin", sys.stdin.buffer, whole, by_type)
        else:
            try:
                with open(name, "rb") as stream:
                    result = check_stream(name, stream, whole, by_type)
            except OSError as error:
                print("%s: %s" % (name, error.strerror), file=sys.stderr)
                return 2
        lines += result[0]
        wrong += result[1]
    print("%d lines, %d wrong" % (lines, wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
