#!/usr/bin/env python3
"""The program as its unit runs it: usage: service.py FTPSCOPE FILTERED UNIT

One capability, a user that is not root, and no system call that the unit forbids: it must start, capture and write all the same.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

SKIP = 77
NOBODY = 65534
program, filtered, unit = sys.argv[1:4]


def members(group):
    """The calls of a set such as @privileged, with those of the sets in it."""
    shown = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    words = [word for line in shown.splitlines()[1:] for word in [line.strip()] if word and not word.startswith("#")]
    return {call for word in words for call in (members(word) if word.startswith("@") else {word})}


def forbidden(lines):
    calls = set()
    for value in lines:
        taken = value.lstrip("~").split()
        named = {call for word in taken for call in (members(word) if word.startswith("@") else {word})}
        if value.startswith("~"):
            calls |= named
        else:
            calls -= {word for word in taken if not word.startswith("@")}
    return sorted(calls)


def talk():
    """A login on loopback, where the program listens."""
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    peer, _ = server.accept()
    for side, line in ((peer, b"220 hello\r\n"), (client, b"USER lab\r\n"), (peer, b"230 welcome\r\n"), (client, b"QUIT\r\n"), (peer, b"221 bye\r\n")):
        side.sendall(line)
        (client if side is peer else peer).recv(100)
    for side in (client, peer, server):
        side.close()


def main():
    if os.geteuid() != 0 or not shutil.which("systemd-analyze") or not shutil.which("setpriv"):
        print("skipped: needs root, setpriv and systemd-analyze")
        return SKIP
    with open(unit, encoding="utf-8") as file:
        calls = forbidden(re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.M))
    assert "setresuid" in calls and "capset" not in calls, calls
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        shutil.copy(program, folder)
        logs = os.path.join(folder, "logs")
        os.mkdir(logs)
        os.chown(logs, NOBODY, NOBODY)
        log = os.path.join(logs, "lo.ndjson")
        name = "\0ftpscope-service-%d" % os.getpid()
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(name)
        manager.settimeout(30)
        shutil.copy(filtered, folder)
        run = subprocess.Popen(
            ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--inh-caps=-all,+net_raw",
             "--ambient-caps=-all,+net_raw", "--bounding-set=-all,+net_raw", "--no-new-privs",
             os.path.join(folder, os.path.basename(filtered)), *calls, "--", os.path.join(folder, os.path.basename(program)),
             "live", "-i", "lo", "--json", "--log", log, "--metrics", "0", "-w", os.path.join(logs, "%H.pcapng"), "-G", "3600"],
            stderr=subprocess.PIPE, env={**os.environ, "NOTIFY_SOCKET": "@" + name[1:]})
        stopper = threading.Timer(60, run.kill)
        stopper.start()
        try:
            said = manager.recv(4096)
        except socket.timeout:
            said = b""
        if said.startswith(b"READY=1"):
            talk()
            while os.path.getsize(log) == 0 and run.poll() is None:
                pass
        run.terminate()
        errors = run.communicate()[1].decode()
        stopper.cancel()
        with open(log, encoding="utf-8") as file:
            kinds = [json.loads(line)["event_type"] for line in file]
        files = [entry for entry in os.listdir(logs) if entry.endswith(".pcapng")]
    assert said.startswith(b"READY=1"), "it was never ready: " + errors
    assert run.returncode == 0, (run.returncode, errors)
    assert "no capabilities" in errors and "Landlock" in errors, errors
    assert kinds.count("ftp") >= 3 and kinds[-1] == "stats", kinds
    assert len(files) == 1, files
    print("ok")
    return 0


sys.exit(main())
