#!/usr/bin/env python3
"""Word to the service manager, heard by one.

usage: notify.py PROGRAM PLAY_OUTPUTS CAPTURE_FOLDER
"""
import os
import socket
import subprocess
import sys
import tempfile

failed = False


def expect(got, want, words):
    global failed
    if got != want:
        print(f"{words}: {got!r}, not {want!r}")
        failed = True


def notify(play, **environment):
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("NOTIFY_", "WATCHDOG_"))}
    return subprocess.run([play, "notify"], env={**plain, **environment}, capture_output=True, check=False, text=True, timeout=60)


def heard(play, address, name, **environment):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(20)
        done = notify(play, NOTIFY_SOCKET=name, **environment)
        expect((done.returncode, done.stderr), (0, ""), name)
        return [manager.recv(4096) for _ in range(4)], done.stdout.strip()


WANT = [b"READY=1\nSTATUS=capturing on eth0", b"STATUS=two lines", b"WATCHDOG=1", b"STOPPING=1"]


def main():
    play = sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "notify")
        expect(heard(play, path, path, WATCHDOG_USEC="30000000"), (WANT, "15000"), "by path")
    name = f"ftpscope-test-{os.getpid()}"
    expect(heard(play, "\0" + name, "@" + name, WATCHDOG_USEC="5000000", WATCHDOG_PID="1"), (WANT, "0"),
           "by an abstract name; the watchdog is another process's")
    done = notify(play)
    expect((done.returncode, done.stdout, done.stderr), (0, "0\n", ""), "nobody asked")
    done = notify(play, NOTIFY_SOCKET="/nowhere/notify")
    expect(done.stderr, "play_outputs: NOTIFY_SOCKET=/nowhere/notify: the service manager cannot be told anything: No such file or "
           "directory\n", "nobody there")
    done = notify(play, NOTIFY_SOCKET="/" + "x" * 200)
    expect(done.returncode, 1, "too long a name")
    return failed


if __name__ == "__main__":
    sys.exit(main())
