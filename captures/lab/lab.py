#!/usr/bin/python3
"""Records the sample captures: real servers and real clients in network namespaces, tcpdump between them.

    lab.py --prepare            fetch the Debian packages (once, as root, needs the network)
    lab.py [SCENARIO...]        record these scenarios, or all of them (as root, needs no network)
    lab.py --list               name the scenarios
    lab.py --verify PROGRAM     record them afresh, elsewhere, and compare what PROGRAM says of them with their truth
    lab.py --readme             write captures/README.md from the truth files
    --output FOLDER             where the captures go (default: the folder above this one)
    --keep FOLDER               keep configurations and logs of every scenario there
"""
import argparse
import datetime
import os
import random
import shutil
import signal
import subprocess
import sys
import traceback

import holes
import private
import recording
import tools
import truth
import verify
from net import LabError, Net, Recorder, run

HERE = os.path.dirname(os.path.abspath(__file__))
LAB_UID = 2121


class Lab:
    """One scenario while it is being recorded: the net, the server's files, the recorder and the growing truth."""

    def __init__(self, scenario, folder):
        self.scenario, self.work, self.uid = scenario, folder, LAB_UID
        self.home = os.path.join(folder, "home")
        self.client_home = os.path.join(folder, "client")
        self.certificate = "/srv/lab.pem"
        self.net = Net()
        self.servers, self.client, self.recorder, self.outside, self.capture = [], None, None, None, None
        self.transfers, self.files, self.findings, self.log_lines = [], [], [], None
        self.advice = None
        self.points, self.at, self.together, self.removed = {}, {}, [], None
        self.client_environment, self.key_log = {}, None
        for path in (folder, self.home, self.client_home):
            os.makedirs(path, exist_ok=True)
            os.chmod(path, 0o755)
        os.chown(self.home, LAB_UID, LAB_UID)

    # What a scenario prepares

    def serve(self, kind, **settings):
        if settings:
            self.net.note(f"{kind.name}: " + ", ".join(f"{key}={value}" for key, value in settings.items()))
        server = kind(self, **settings).start()
        self.servers.append(server)
        return server

    def content(self, name, size):
        """Bytes that look like a compressed file and are the same in every run."""
        return random.Random(f"{self.scenario.name}/{name}").randbytes(size)

    def server_file(self, path, size, content=None):
        """A file the server offers as /path."""
        local = os.path.join(self.home, path)
        os.makedirs(os.path.dirname(local), exist_ok=True)
        with open(local, "wb") as handle:
            handle.write(self.content(path, size) if content is None else content)
        run("chown", "-R", f"{LAB_UID}:{LAB_UID}", self.home)
        return local

    def server_folder(self, path):
        os.makedirs(os.path.join(self.home, path), exist_ok=True)
        run("chown", "-R", f"{LAB_UID}:{LAB_UID}", self.home)

    def client_file(self, name, size, content=None):
        local = os.path.join(self.client_home, name)
        with open(local, "wb") as handle:
            handle.write(self.content(name, size) if content is None else content)
        return local

    def record(self, place="client", **options):
        path = os.path.join(self.work, "capture.pcap")
        if "expression" in options:
            self.arrange(f"recorded with the filter: {' '.join(options['expression'])}")
        self.recorder = Recorder(self.net, place, path, os.path.join(self.work, "tcpdump.log"), **options)

    def record_outside(self, place, device):
        """A second recording of the same packets, as they pass there."""
        path = os.path.join(self.work, "outside.pcap")
        self.outside = Recorder(self.net, place, path, os.path.join(self.work, "outside.log"), device=device)

    def record_points(self, **places):
        """The same session at several places at once: inside="client" makes NAME.inside.pcap, with a truth of its own."""
        for point, place in places.items():
            path, log = (os.path.join(self.work, f"{point}.{end}") for end in ("pcap", "log"))
            self.points[point] = Recorder(self.net, place, path, log)
            self.at[point] = {"transfers": [], "findings": []}

    def arrange(self, words):
        """What the scenario changed by other ways than those that say it of themselves (settings, firewalls, links)."""
        self.net.note(words)

    def chmod(self, path, mode):
        """Who may do what with a file of the server; the empty path is the folder that it offers."""
        self.arrange(f"server: mode {mode:03o} for {path or 'the folder that it offers'}")
        os.chmod(os.path.join(self.home, path), mode)

    def lose(self, choose):
        """Takes packets out of the finished recording, as a capture that lost them: those `choose` names (see holes.py)."""
        self.removed = choose

    def keep_keys(self):
        """The client programs write the keys of their TLS sessions; they are kept as NAME.keylog."""
        self.key_log = os.path.join(self.work, "keylog")
        self.client_environment["SSLKEYLOGFILE"] = self.key_log

    # What a scenario says is true

    def remember_client(self, name, version):
        self.client = self.client or {"name": name, "version": version}

    def transfer(self, *arguments, at=None, **options):
        """A transfer, as it looks everywhere or, with `at`, at one of several points."""
        transfers = self.at[at]["transfers"] if at else self.transfers
        transfers.append(truth.transfer(*arguments, **options))

    def expect(self, condition, what):
        if not condition:
            raise LabError(f"expected {what}")

    def expect_text(self, text, *wanted):
        for part in wanted:
            self.expect(part in text, f"{part!r} in:\n{text}")

    def expect_file(self, path, local=None, offered=None):
        """A file that arrived whole: `path` as the server names it, the copy that arrived, what was offered."""
        arrived = local or os.path.join(self.home, path.lstrip("/"))
        entry = truth.describe_file(path, arrived)
        if offered:
            self.expect(entry == truth.describe_file(path, offered), f"{arrived} to equal {offered}")
        self.files.append(entry)
        return entry["size"]

    def find(self, *ids):
        self.findings += ids

    def advise(self, *ids):
        """All the advice that this session deserves; without this call the truth says nothing of advice."""
        self.advice = list(ids)

    def find_at(self, point, *ids):
        """What the packets of one of several points show."""
        self.at[point]["findings"] += ids

    def find_together(self, *ids):
        """What only the captures of all points show, read together."""
        self.together += ids

    def server_log(self, *parts):
        """Which lines of the server's log stand in the truth file: those with one of these parts."""
        self.log_lines = parts

    # Running it

    def chosen_log(self):
        lines = [line.strip() for server in self.servers for line in server.log_text().splitlines() if line.strip()]
        if self.log_lines:
            lines = [line for line in lines if any(part.lower() in line.lower() for part in self.log_lines)]
        return [line.replace(self.work, "/srv/lab")[:300] for line in lines[-6:]]

    def control_ports(self):
        if not self.servers:
            return [21]
        return sorted({server.port for server in self.servers if server.speaks_ftp})

    def truth(self):
        server = self.servers[0].identity() if self.servers else {"name": "none", "version": ""}
        removed = {"removed": self.removed} if self.removed else {}
        keys = {"keylog": self.scenario.name + ".keylog"} if self.key_log else {}
        advice = {} if self.advice is None else {"advice": self.advice}
        return {"scenario": self.scenario.name, "shows": self.scenario.shows, "arranged": self.arranged(), **removed,
                "recorded": datetime.date.today().isoformat(), "server": server, "client": self.client,
                "capture": self.capture, "control_ports": self.control_ports(),
                "transfers": self.transfers, "files": self.files, "findings": self.findings,
                **advice, "server_log": self.chosen_log(), **keys}

    def arranged(self):
        return [change.replace(self.work, "/srv/lab") for change in self.net.arranged]

    def signal(self, process, how):
        """Sends a signal to one process of a server, which is part of what the scenario arranges."""
        self.net.note(f"{how.name} to a process of the server")
        os.kill(process, how)

    def truth_at(self, point):
        """The truth of one of several points: what holds at all of them, and what only it shows."""
        whole = self.truth()
        own = {"scenario": f"{self.scenario.name}.{point}", "capture": self.capture[point]}
        for key, entries in self.at[point].items():
            own[key] = whole[key] + entries
        captures = [f"{self.scenario.name}.{name}.pcap" for name in self.points]
        return dict(whole, **own, together={"captures": captures, "findings": self.together})

    def stop_recording_and_expect(self, expression, at_least=1, exactly=None):
        """Ends the only recording and counts packets in it with a filter of tcpdump: proof from outside the decoder."""
        self.capture = self.recorder.stop()
        lines = run("tcpdump", "-n", "-r", self.recorder.path, expression).stdout.splitlines()
        enough = len(lines) == exactly if exactly is not None else len(lines) >= at_least
        self.expect(enough, f"{exactly or at_least} packets of {expression}, not {len(lines)}")

    def expect_bytes(self, recorder, transfers):
        lost = recording.missing(recorder.path, transfers)
        self.expect(not lost, f"the bytes of these transfers in the recording: {lost}")
        unseen = recording.unseen_bytes(recorder.path)
        self.expect(unseen == 0, f"every acknowledged byte in the recording: {unseen} are not")

    def stop_recording(self):
        if self.points:
            self.capture = {point: recorder.stop() for point, recorder in self.points.items()}
            for point, recorder in self.points.items():
                self.expect_bytes(recorder, self.transfers + self.at[point]["transfers"])
            return
        self.capture = self.capture or self.recorder.stop()
        self.expect_bytes(self.recorder, self.transfers)
        if self.outside:
            self.outside.stop()
            self.expect_bytes(self.outside, [])
            absent = recording.absent_from(self.recorder.path, self.outside.path)
            self.expect(absent == 0, f"every packet in the recording outside: {absent} are not")
        if self.removed:
            self.removed = holes.remove(self.recorder.path, self.removed)

    def perform(self, output):
        try:
            self.net.build()
            self.scenario.function(self)
            self.stop_recording()
            truths = {point: self.truth_at(point) for point in self.points} or {None: self.truth()}
        finally:
            self.net.tear_down()
        output = os.path.join(output, self.scenario.folder)
        os.makedirs(output, exist_ok=True)
        for point, recorder in self.points.items():
            shutil.copyfile(recorder.path, os.path.join(output, f"{self.scenario.name}.{point}.pcap"))
            truth.save(os.path.join(output, f"{self.scenario.name}.{point}.truth.json"), truths[point])
        if self.points:
            return
        if self.outside:
            shutil.copyfile(self.outside.path, os.path.join(output, self.scenario.name + ".outside.pcap"))
        shutil.copyfile(self.recorder.path, os.path.join(output, self.scenario.name + ".pcap"))
        if self.key_log:
            shutil.copyfile(self.key_log, os.path.join(output, self.scenario.name + ".keylog"))
        truth.save(os.path.join(output, self.scenario.name + ".truth.json"), truths[None])


def record(chosen, output, keep):
    failed = []
    for number, scenario in enumerate(chosen):
        folder = f"/srv/{number}-{scenario.name}"
        # The lab's user has the home folder of the scenario being recorded.
        run("ln", "-sfn", f"{folder}/home", "/srv/home")
        lab = Lab(scenario, folder)
        try:
            lab.perform(output)
            print(f"{scenario.name}: recorded")
        except Exception:  # whatever goes wrong with one scenario, the others are recorded
            failed.append(scenario.name)
            print(f"{scenario.name}: FAILED\n{traceback.format_exc()}")
        if keep:
            shutil.copytree(folder, os.path.join(keep, scenario.name), dirs_exist_ok=True, symlinks=True)
    if failed:
        print(f"not recorded: {' '.join(failed)}")
    return 1 if failed else 0


def main():
    from scenarios import all_scenarios
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*")
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--verify", metavar="PROGRAM")
    parser.add_argument("--output", default=os.path.dirname(HERE))
    parser.add_argument("--keep")
    words = parser.parse_args()
    known = all_scenarios()
    if words.list:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # lab.py --list | head
        print("\n".join(known))
        return 0
    if words.readme:
        truth.write_readme(words.output, os.path.join(HERE, "README.in.md"))
        return 0
    check_words(parser, words, known)
    if words.prepare:
        fetch([])
        return 0
    if not private.is_entered():
        absent = tools.missing()
        if absent:
            fetch(absent)
        refused = private.refusal()
        if refused:
            stop(refused)
        return private.enter(os.path.abspath(__file__), sys.argv[1:])
    try:
        private.furnish(LAB_UID)
    except (LabError, OSError) as failure:
        stop(f"the lab's private folders cannot be made here: {failure}")
    chosen = [known[name] for name in words.scenario or known]
    if words.verify:
        return verify.verify(chosen, os.path.abspath(words.verify), lambda output: record(chosen, output, words.keep))
    return record(chosen, os.path.abspath(words.output), words.keep)


def stop(sentence):
    """Ends where the machine, not what was asked, stands in the way."""
    sys.exit(f"lab.py: {sentence}")


def check_words(parser, words, known):
    """Ends with a sentence where these words cannot be done."""
    unknown = [name for name in words.scenario if name not in known]
    if unknown:
        parser.error(f"no such scenario: {' '.join(unknown)}")
    if words.verify and not (os.path.isfile(words.verify) and os.access(words.verify, os.X_OK)):
        parser.error(f"--verify takes the program ftpscope, not {words.verify}")
    if os.geteuid() != 0:
        stop("packages, namespaces and servers on port 21 need root")
    for folder in (words.output, words.keep or "/"):
        if private.is_hidden(os.path.abspath(folder)):
            parser.error(f"{folder} would be lost: the lab has a folder of its own there")


def fetch(absent):
    """Installs and unpacks the packages; `absent` are those that made it necessary."""
    if absent:
        print(f"fetching what is missing: {' '.join(absent)}", flush=True)
    try:
        tools.prepare()
    except (LabError, OSError, subprocess.SubprocessError) as failure:
        what = " ".join(absent) or "the packages of the lab"
        stop(f"cannot be fetched into the system and {tools.CACHE}: {what} ({failure})")


try:
    sys.exit(main())
except KeyboardInterrupt:
    sys.exit("lab.py: interrupted; what was recorded before is whole")
