"""What a form is, and the list of all of them."""
import importlib

THEMES = ("links", "wireless", "tunnels", "fragments", "files", "pcapng_files", "packed", "sets", "real")
REGISTRY = {}


class File:
    """One file of a form: its name, its bytes, and the packets in it in their order."""

    def __init__(self, name, data, packets):
        self.name, self.data, self.packets = name, data, packets


class Form:
    """`differs` names what cannot be the same as in the base: `times` (all of them), `packets` (how many there are).
    `tools` confirm the form; `hints` are options without which tshark would not take it apart."""

    def __init__(self, name, base, awkward, build, differs=(), tools=("tshark", "tcpdump"), note="",
                 hints=()):
        self.name, self.base, self.awkward, self.build = name, base, awkward, build
        self.differs, self.tools, self.note, self.hints = differs, tools, note, hints


def form(name, base, awkward, **more):
    """Registers a function from packets to the files of a form."""
    def register(function):
        if name in REGISTRY:
            raise ValueError(f"two forms are called {name}")
        REGISTRY[name] = Form(name, base, awkward, function, **more)
        return function
    return register


def all_forms():
    for theme in THEMES:
        importlib.import_module(f"wraps.{theme}")
    return REGISTRY
