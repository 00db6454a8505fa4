"""usage: lost.py FTPSCOPE CAPTURES: what becomes of `ftpscope view` when its terminal goes away, stops, or is silent."""

import fcntl
import os
import pty
import resource
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PROGRAM, CAPTURES = map(os.path.abspath, sys.argv[1:3])
CAPTURE = os.path.join(CAPTURES, "passive-timeout.pcap")
SANITIZED = "sanitizers" in PROGRAM
TICK = os.sysconf("SC_CLK_TCK")


class Terminal:
    def __init__(self, hears_hangup=True):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave

        def own_terminal():
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            if not hears_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.process = subprocess.Popen([PROGRAM, "view", CAPTURE], stdin=slave, stdout=slave, stderr=subprocess.PIPE,
                                        preexec_fn=own_terminal, env=dict(os.environ, TERM="xterm", LC_ALL="C.UTF-8"))
        self.seen = b""

    def wait(self, text, limit=20):
        end = time.monotonic() + limit
        while text not in self.seen:
            left = min(end - time.monotonic(), 1)
            over = self.process.poll() is not None and text != b"\x1b[?1049l"
            assert left > 0 and not over, (text, self.seen)
            if select.select([self.master], [], [], left)[0]:
                self.seen += os.read(self.master, 65536)

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                self.seen += os.read(self.master, 65536)

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def ends(self, limit):
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            spent = self.cpu()
            self.process.kill()
            raise AssertionError(f"still there after {limit} s, {spent} s of CPU") from None
        return self.process.returncode

    def close(self, slave=True):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for fd in {self.master, self.slave} - {-1}:
            os.close(fd)


def terminal_lost(hears_hangup):
    t = Terminal(hears_hangup)
    t.wait(b"passive-timeout: ")
    os.close(t.slave)
    os.close(t.master)
    t.slave = t.master = -1
    t.ends(10 if SANITIZED else 2)
    t.close()


def hangup():
    terminal_lost(True)


def hangup_without_signal():
    terminal_lost(False)


def idle():
    t = Terminal()
    t.wait(b"passive-timeout: ")
    t.drain(1)
    before = t.cpu()
    t.drain(3)
    spent = t.cpu() - before
    assert spent <= (0.3 if SANITIZED else 0.04), f"{spent} s of CPU in 3 s"
    t.close()


def stopped():
    """Ctrl-S: nothing more is written, and the program ends all the same; the terminal gets back what it had."""
    t = Terminal()
    t.wait(b"passive-timeout: ")
    os.write(t.master, b"\x13")
    t.drain(0.5)
    t.seen = b""
    os.write(t.master, b"2345")
    t.drain(0.5)
    assert t.seen == b"", t.seen
    before = t.cpu()
    t.drain(1)
    assert t.cpu() - before <= (0.3 if SANITIZED else 0.05), "it spins"
    t.process.send_signal(signal.SIGTERM)
    t.wait(b"\x1b[?1049l")
    assert t.ends(10) == 0
    assert termios.tcgetattr(t.slave) == t.before
    t.close()


def nobody_reads():
    """A terminal whose other end takes nothing: a full pipe. The program still ends soon."""
    t = Terminal()
    t.wait(b"passive-timeout: ")
    for _ in range(200):
        os.write(t.master, b"\x0c2\x0c3")  # draw everything again
        time.sleep(0.01)
    t.process.send_signal(signal.SIGTERM)
    t.ends(10)
    t.close()


def goes_on_after_stop():
    t = Terminal()
    t.wait(b"passive-timeout: ")
    os.write(t.master, b"\x13")
    t.drain(0.3)
    os.write(t.master, b"4")
    t.drain(0.3)
    t.seen = b""
    os.write(t.master, b"\x11")
    t.wait(b"Time to the first reply")
    os.write(t.master, b"q")
    assert t.ends(10) == 0
    t.close()


def suspended():
    """Ctrl-Z gives the terminal back, and everything is drawn again behind it."""
    t = Terminal()
    t.wait(b"passive-timeout: ")
    os.kill(t.process.pid, signal.SIGTSTP)
    t.wait(b"\x1b[?1049l")
    end = time.monotonic() + 20
    while open(f"/proc/{t.process.pid}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()[0] != "T":
        assert time.monotonic() < end, "it does not stop"
        time.sleep(0.02)
    assert termios.tcgetattr(t.slave) == t.before
    t.seen = b""
    os.kill(t.process.pid, signal.SIGCONT)
    t.wait(b"\x1b[?1049h")
    t.wait(b"passive-timeout: ")
    os.write(t.master, b"q")
    t.wait(b"\x1b[?1049l")
    assert t.ends(10) == 0
    assert termios.tcgetattr(t.slave) == t.before
    t.close()


def ended_by_signals():
    """Whatever ends the program, the terminal is given back, and the end is that of the signal."""
    ending = [signal.SIGQUIT, signal.SIGALRM, signal.SIGXCPU, signal.SIGXFSZ, signal.SIGVTALRM, signal.SIGPROF, signal.SIGUSR1,
              signal.SIGUSR2, signal.SIGPIPE, signal.SIGIO, signal.SIGPWR, signal.SIGRTMIN + 1, signal.SIGABRT]
    for number in ending:
        t = Terminal()
        t.wait(b"passive-timeout: ")
        if number == signal.SIGQUIT:
            os.write(t.master, b"\x1c")  # Ctrl-\\
        else:
            t.process.send_signal(number)
        assert t.ends(20) == -number, (number, t.process.returncode)
        t.drain(0.1)
        assert b"\x1b[?1049l" in t.seen, number
        assert termios.tcgetattr(t.slave) == t.before, number
        t.close()


CASES = [ended_by_signals, hangup, hangup_without_signal, idle, stopped, nobody_reads, goes_on_after_stop, suspended]


def main():
    failed = 0
    for case in CASES:
        if sys.argv[3:] and case.__name__ not in sys.argv[3:]:
            continue
        try:
            case()
            print(f"ok      {case.__name__}", flush=True)
        except AssertionError as error:
            failed += 1
            print(f"FAILED  {case.__name__}: {error}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
