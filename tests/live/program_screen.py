#!/usr/bin/env python3
"""The screen of a live run comes to its end while a session is open: usage: program_screen.py FTPSCOPE

However it ends, the program is gone soon, the terminal is as it was, and the file of -w is complete. Needs root, for an interface.
"""
import os
import pty
import resource
import select
import signal
import socket
import sys
import tempfile
import termios
import time

import wire

DEADLINE = 30
TOKEN = b"/where/it/stands"


def open_session():
    """A session on loopback that stays open: the two ends are to be kept."""
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    peer, _ = server.accept()
    for side, line in ((peer, b"220 hello\r\n"), (client, b"USER lab\r\n"), (peer, b"230 welcome\r\n"), (client, b"CWD " + TOKEN + b"\r\n")):
        side.sendall(line)
        (client if side is peer else peer).recv(100)
    return client, peer, server


class Screen:
    def __init__(self, program, folder, *more):
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.shown = b""
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            import fcntl
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for descriptor in (0, 1, 2):
                os.dup2(slave, descriptor)
            os.close(self.master)
            os.chdir(folder)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.execve(program, [program, "live", "-i", "lo", "-w", "x.pcapng", *more], {**os.environ, "TERM": "xterm-256color"})

    def pump(self, until):
        """Reads what is drawn until `until` says yes."""
        end = time.monotonic() + DEADLINE
        while not until():
            assert time.monotonic() < end, "not within %d s; shown: %r" % (DEADLINE, self.shown[-600:])
            if self.master >= 0 and select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self.master, 65536)
                except OSError:
                    pass

    def ended(self):
        pid, self.status = os.waitpid(self.pid, os.WNOHANG)
        return pid != 0


def quit_by_key(screen):
    os.write(screen.master, b"q")


def interrupt_by_key(screen):
    os.write(screen.master, b"\x03")


def terminate(screen):
    os.kill(screen.pid, signal.SIGTERM)


def abandon_by_key(screen):
    os.write(screen.master, b"\x1c")


def crash(screen):
    os.kill(screen.pid, signal.SIGABRT)


def hang_up(screen):
    os.close(screen.slave)
    os.close(screen.master)
    screen.master = screen.slave = -1


def nothing(_):
    """--duration ends it."""


DEADLY = {abandon_by_key: signal.SIGQUIT, crash: signal.SIGABRT}  # these end the program by themselves


def check(program, how, *more):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        screen = Screen(program, folder, *more)
        screen.pump(lambda: b"no FTP session so far" in screen.shown)
        ends = open_session()
        screen.pump(lambda: b"lab" in screen.shown)
        how(screen)
        screen.pump(screen.ended)
        for end in ends:
            end.close()
        files = sorted(os.listdir(folder))
        assert files == (["x.pcapng.part"] if how in DEADLY else ["x.pcapng"]), "%s: files are %s" % (how.__name__, files)
        assert how in DEADLY or os.path.getsize(os.path.join(folder, "x.pcapng")) > 500, how.__name__
        if screen.slave >= 0:
            ended = os.WTERMSIG(screen.status) if how in DEADLY else screen.status
            assert ended == DEADLY.get(how, 0), (how.__name__, screen.status)
            assert termios.tcgetattr(screen.slave)[:4] == screen.before[:4], how.__name__
            assert b"1049l" in screen.shown, how.__name__
    print("ok      " + how.__name__)


def refused(program, sentence, *more):
    """What no screen shows is refused before there is one."""
    with tempfile.TemporaryDirectory() as folder:
        screen = Screen(program, folder, *more)
        screen.pump(screen.ended)
        while select.select([screen.master], [], [], 0.2)[0]:
            screen.shown += os.read(screen.master, 65536)
        assert os.WEXITSTATUS(screen.status) == 2 and sentence in screen.shown, (screen.status, screen.shown)
        assert b"1049h" not in screen.shown and os.listdir(folder) == [], screen.shown
    print("ok      refused " + " ".join(more))


def check_last_words(program):
    """What the screen told is told again when it is gone, but not all that was told in weeks."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        screen = Screen(program, folder)
        screen.pump(lambda: b"no FTP session so far" in screen.shown)
        for _ in range(100):
            os.kill(screen.pid, signal.SIGUSR1)
            time.sleep(0.02)
            screen.pump(lambda: not select.select([screen.master], [], [], 0)[0])
        quit_by_key(screen)
        screen.pump(screen.ended)
        screen.pump(lambda: not select.select([screen.master], [], [], 0.2)[0])
        told = screen.shown.split(b"1049l")[-1].split(b"\n")
        lines = [line for line in told if line.startswith(b"ftpscope: lo: ")]
        assert len(lines) == 21, told  # the last twenty, and the counters of the end
        assert any(b" earlier messages are left out" in line for line in told), told
    print("ok      last words")


def main():
    wire.enter_namespaces()
    program = os.path.abspath(sys.argv[1])
    for how in (quit_by_key, interrupt_by_key, terminate, abandon_by_key, crash, hang_up):
        check(program, how)
    check(program, nothing, "--duration", "4")
    refused(program, b"--quiet is for lines", "-q")
    refused(program, b"--stats-interval is for lines and records", "--stats-interval", "5")
    check_last_words(program)


main()
