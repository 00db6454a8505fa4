"""The expectations that hold for the captures that ship must hold for new recordings of the same scenarios."""
import os
import subprocess
import sys
import tempfile

from wraps import bases, forms, listing, real

TESTS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "tests", "pcap")


def test(name, *words):
    print(f"-- {name}", flush=True)
    return subprocess.run([sys.executable, os.path.join(TESTS, name), *words], check=False).returncode


def list_forms(output, names):
    """The forms.json of recordings that were made twice at once; returns the names of the forms."""
    known, store = forms.all_forms(), bases.Bases(output)
    chosen = {name: known[name] for name in names if os.path.exists(os.path.join(output, real.outside(name)))}
    made = {name: [real.read(name, store.packets(name), output)] for name in chosen}
    with open(os.path.join(output, "forms", "forms.json"), "w", encoding="utf-8") as handle:
        handle.write(listing.machine(chosen, made, store))
    return list(chosen)


def verify(chosen, program, record):
    """`record` makes the recordings in a folder and returns what is to be returned to the caller if it fails."""
    with tempfile.TemporaryDirectory() as output:
        failed = record(output)
        folders = sorted({os.path.join(output, scenario.folder) for scenario in chosen})
        for folder in filter(os.path.isdir, folders):
            failed += test("compare.py", program, folder)
            failed += test("contents.py", folder)
        twice = list_forms(output, [s.name for s in chosen if s.name in bases.RECORDED])
        if twice:
            failed += test("forms.py", program, output, *twice)
    return 1 if failed else 0
