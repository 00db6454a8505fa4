#!/usr/bin/python3
"""Writes captures/forms: the packets of our captures as other places and other programs would have stored them.

    forms.py [FORM...]          write these forms, or all of them (needs the programs zstd and lz4), with the list of them
    forms.py --list             name the forms
    forms.py --verify [FORM...] ask tshark and tcpdump whether the files hold what the bases hold
    --output FOLDER             where they go (default: the folder forms beside the captures)

The same bytes come out each time.
"""
import argparse
import os
import sys

from wraps import bases, forms, listing, oracle

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.dirname(HERE)


def write(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as handle:
        handle.write(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--output", default=os.path.join(CAPTURES, "forms"))
    words = parser.parse_args()
    known = forms.all_forms()
    if words.list:
        print("\n".join(known))
        return 0
    unknown = [name for name in words.form if name not in known]
    if unknown:
        parser.error(f"no such form: {' '.join(unknown)}")
    store = bases.Bases(CAPTURES)
    if words.verify:
        return oracle.verify([known[name] for name in words.form or known], store, words.output)
    made = {name: known[name].build(store.packets(known[name].base)) for name in known}
    for name in words.form or known:
        for file in made[name]:
            write(words.output, file.name, file.data)
    for name in filter(lambda name: not store.is_capture(name), store.used):
        write(words.output, f"plain/{name}.pcap", store.file(name))
    write(words.output, "forms.json", listing.machine(known, made, store).encode())
    write(words.output, "README.md", listing.readme(known, made, store).encode())
    return 0


sys.exit(main())
