"""`ftpscope live` as a user runs it: what it writes, what it says, what the kernel says of it, and how it ends."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import wire

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.join(HERE, "..", "..", "captures")
sys.path.append(os.path.join(HERE, ".."))
import ndjson_validate  # noqa: E402

LIMIT = 60  # seconds for anything that is waited for: the machine may be busy, and the program full of sanitizers
VALIDATORS = ndjson_validate.validators(ndjson_validate.SCHEMA)
PROGRAM = FOLDER = ""
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def wait_for(what, condition):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


def wrong_lines(lines):
    return [(line, errors) for line in lines if (errors := ndjson_validate.errors_of(line, *VALIDATORS))]


def parse(lines):
    """The records of NDJSON lines (bytes), all of which must be right."""
    wrong = wrong_lines(lines)
    if wrong:
        raise AssertionError(f"wrong records: {wrong[:3]}")
    return [json.loads(line) for line in lines]


def records_in(path):
    with open(path, "rb") as file:
        return parse(file.readlines())


def of_type(records, event_type):
    return [record for record in records if record["event_type"] == event_type]


class Lines:
    """A pipe's lines, taken by a thread as they come."""

    def __init__(self, pipe):
        self.lines, self.pipe = [], pipe
        self.thread = threading.Thread(target=self.take, daemon=True)
        self.thread.start()

    def take(self):
        with self.pipe:
            for line in iter(self.pipe.readline, b""):
                self.lines.append(line)

    def all(self):
        self.thread.join(LIMIT)
        return self.lines


class Watch:
    """A run of `live`, once it is watching. `out`: where standard output goes instead of into `records`."""

    def __init__(self, *arguments, before=(), stdin=subprocess.DEVNULL, out=None, ready=True, **options):
        command = [*before, PROGRAM, "live", *arguments]
        self.process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE if out is None else out,
                                        stderr=subprocess.PIPE, cwd=FOLDER, **options)
        self.pid = self.process.pid
        self.output = Lines(self.process.stdout) if out is None else None
        self.words = Lines(self.process.stderr)
        if ready:
            wait_for(f"{command} to watch", lambda: self.has_said("ftpscope: watching ") or self.has_ended())

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        if self.process.poll() is None:
            if error is not None:
                print([(t["State"], t["SigBlk"], t["ShdPnd"]) for t in self.threads()], self.said(), file=sys.stderr)
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def has_ended(self):
        return self.process.poll() is not None

    def said(self):
        return b"".join(list(self.words.lines)).decode()

    def has_said(self, words):
        return words in self.said()

    def records(self):
        """So far, as far as whole lines have come."""
        return [json.loads(line) for line in list(self.output.lines) if line.endswith(b"\n")]

    def wait_said(self, words):
        wait_for(f"'{words}' in: {self.said()}", lambda: self.has_said(words))

    def wait_records(self, event_type, count=1):
        """Until so many of this type have come; returns all of the type."""
        wait_for(f"{count} {event_type}", lambda: len(of_type(self.records(), event_type)) >= count)
        return of_type(self.records(), event_type)

    def send(self, number):
        self.process.send_signal(number)

    def counters(self):
        """What SIGUSR1 makes it say."""
        before = self.said().count(" packets, ")
        self.send(signal.SIGUSR1)
        wait_for("counters", lambda: self.said().count(" packets, ") > before)
        return [line for line in self.said().splitlines() if " packets, " in line][-1]

    def packets(self):
        return int(self.counters().split(": ")[2].split()[0])

    def wait_packets(self, count):
        """Until it has seen so many: those that come last wait in the kernel for some milliseconds."""
        wait_for(f"{count} packets", lambda: self.packets() >= count)

    def wait(self):
        """Its exit code, when it ends by itself."""
        code = self.process.wait(LIMIT)
        self.words.all()
        return code

    def end(self, number=signal.SIGINT, code=0):
        """The records of the whole run."""
        self.send(number)
        return self.ended(code)

    def ended(self, code=0):
        got = self.wait()
        if got != code:
            raise AssertionError(f"ends with {got}: {self.said()}")
        return parse(self.output.all()) if self.output is not None and self.output.lines[:1] and \
            self.output.lines[0].startswith(b"{") else []

    def threads(self):
        """What the kernel says of each: /proc/PID/task/*/status."""
        found, tasks = [], f"/proc/{self.pid}/task"
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/status", encoding="utf-8") as file:
                found.append(dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line))
        return found

    def memory_kib(self):
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def prepare(program):
    """A folder of our own, where everybody may write, and the program where everybody may run it."""
    global PROGRAM, FOLDER
    FOLDER = tempfile.mkdtemp(prefix="ftpscope-")
    os.chmod(FOLDER, 0o777)
    PROGRAM = os.path.join(FOLDER, "ftpscope")
    shutil.copy(program, PROGRAM)
    os.chmod(PROGRAM, 0o755)


def place(name):
    return os.path.join(FOLDER, name)


def frames_of(capture):
    """Of one of ours: TCP and ICMP, which the default filter takes."""
    frames = wire.frames_of(os.path.join(CAPTURES, capture + ".pcap"))
    return [frame for frame in frames if (frame[12:14], frame[23]) in ((b"\x08\x00", 1), (b"\x08\x00", 6)) or
            (frame[12:14], frame[20]) in ((b"\x86\xdd", 6), (b"\x86\xdd", 58))]


def run(*arguments, before=(), **options):
    """The program from begin to end: code, standard output, standard error."""
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run([*before, PROGRAM, *arguments], capture_output=True, timeout=LIMIT, check=False, cwd=FOLDER, **options)
    return done.returncode, done.stdout, done.stderr.decode()


def read_records(*paths):
    code, out, err = run("read", "--json", *paths)
    if code != 0:
        raise AssertionError(f"read {paths} ends with {code}: {err}")
    return parse(out.splitlines(keepends=True))


class Test(unittest.TestCase):
    def same(self, got, wanted):
        """Of long lists: unittest's own comparison takes minutes to tell what differs."""
        if got != wanted:
            only_got, only_wanted = ([item for item in one if item not in other] for one, other in ((got, wanted), (wanted, got)))
            self.fail(f"{len(got)}, not {len(wanted)}; too many: {only_got[:2]}; missing: {only_wanted[:2]}")

    def setUp(self):
        self.kept = os.listdir(FOLDER)

    def tearDown(self):
        for name in set(os.listdir(FOLDER)) - set(self.kept):
            if os.path.isdir(place(name)):
                shutil.rmtree(place(name))
            else:  # also a named pipe, which rmtree would open
                os.unlink(place(name))


def main():
    """usage: TEST.py FTPSCOPE [TEST...]"""
    wire.enter_namespaces()
    prepare(sys.argv[1])
    for name in ("SUDO_UID", "SUDO_GID"):
        os.environ.pop(name, None)
    try:
        unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
