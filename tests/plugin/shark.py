"""tshark with the plugin of the build tree, as a user without rights would run it."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree

NOBODY = 65534


class Shark:
    """A home folder with the plugin in it (or without: plugin None), and the program."""

    def __init__(self, plugin, program="tshark"):
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="ftpscope-")
        self.home = pathlib.Path(self.folder.name)
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
        self.version = tuple(int(part) for part in version.rstrip(".").split(".")[:2])
        if plugin:
            place = self.home / ".local/lib/wireshark/plugins" / "{}.{}".format(*self.version) / "epan"
            place.mkdir(parents=True)
            shutil.copy(plugin, place)
        os.chmod(self.home, 0o755)

    def rights(self):
        """tshark and Wireshark load no personal plugins for root."""
        return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"] if os.geteuid() == 0 else []

    def environment(self, sanitized):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if sanitized and "FTPSCOPE_PRELOAD" in os.environ:  # the sanitizers of a plugin must be there before the program is
            environment |= {"LD_PRELOAD": os.environ["FTPSCOPE_PRELOAD"], "ASAN_OPTIONS": "detect_leaks=0",
                            "UBSAN_OPTIONS": "print_stacktrace=1",
                            "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple"}  # what is used after its pool was emptied shows
        return environment

    def run(self, *words, check=True, program=None):
        done = subprocess.run([*self.rights(), program or self.program, *map(str, words)], capture_output=True,
                              env=self.environment(program is None), check=False)
        if check and done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
        return done

    def columns(self, text):
        """From 4.4 on columns are fields, and tshark writes a backslash in a field twice."""
        return text.replace("\\\\", "\\") if self.version >= (4, 4) else text

    def trees(self, capture, *words, protocols=("ftpscope", "ftpscope_data")):
        """(frame number, protocol, [(field name, value)]) of every tree of these protocols."""
        done = self.run("-r", capture, *words, "-T", "pdml", "-J", " ".join(protocols))
        # tshark writes control characters as they are, which XML does not have.
        text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", done.stdout.decode("utf-8", "replace"))
        for packet in xml.etree.ElementTree.fromstring(text).iter("packet"):
            frame = None
            for proto in packet.iter("proto"):
                if proto.get("name") == "geninfo":
                    frame = next(int(f.get("show")) for f in proto.iter("field") if f.get("name") == "num")
                elif proto.get("name") in protocols:
                    yield frame, proto.get("name"), [(f.get("name"), f.get("show")) for f in proto.iter("field")]


def readable(folder):
    """A copy of the captures that a user without rights may read, wherever the tree stands."""
    copy = tempfile.TemporaryDirectory(prefix="ftpscope-captures-")
    for file in [f for end in ("pcap", "truth.json", "keylog") for f in folder.glob(f"*.{end}")]:
        shutil.copy(file, copy.name)
        os.chmod(pathlib.Path(copy.name, file.name), 0o644)
    os.chmod(copy.name, 0o755)
    return copy


def chosen(words):
    """The captures that FOLDER [--every N] [NAME...] names; they stay until the program ends."""
    folder, names, every = pathlib.Path(words[0]).resolve(), words[1:], 1
    if names[:1] == ["--every"]:
        every, names = int(names[1]), names[2:]
    if os.geteuid() == 0:
        chosen.copy = readable(folder)
        folder = pathlib.Path(chosen.copy.name)
    return [c for c in sorted(folder.glob("*.pcap")) if not names or c.stem in names][::every]
