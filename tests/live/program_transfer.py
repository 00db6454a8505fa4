#!/usr/bin/env python3
"""A transfer that goes on, as the screen of a live run shows it: usage: program_transfer.py FTPSCOPE

Progress, rate and the course of the rate are there while it runs, and the verdict when it is over. Needs root, for an interface, and tmux.
"""
import os
import re
import socket
import sys
import time

import wire

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tui"))
from screen import Screen  # noqa: E402

SIZE = 4_000_000


class Session:
    """Both ends of a session and its data connection, on loopback."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.client = socket.create_connection(self.listener.getsockname())
        self.server, _ = self.listener.accept()
        self.data_listener = socket.create_server(("127.0.0.1", 0))

    def say(self, side, line):
        side.sendall(line.encode() + b"\r\n")
        (self.client if side is self.server else self.server).recv(1000)

    def begin(self):
        port = self.data_listener.getsockname()[1]
        for reply, command in (("220 hello", "USER lab"), ("331 password", "PASS x"), ("230 welcome", "TYPE I"), ("200 binary", "PASV"),
                               (f"227 Entering Passive Mode (127,0,0,1,{port // 256},{port % 256}).", "RETR /big.bin")):
            self.say(self.server, reply)
            self.say(self.client, command)
        self.sink = socket.create_connection(("127.0.0.1", port))
        self.source, _ = self.data_listener.accept()
        self.say(self.server, f"150 Opening BINARY mode data connection for /big.bin ({SIZE} bytes).")

    def send(self, count):
        for _ in range(count // 50_000):
            self.source.sendall(bytes(50_000))
            left = 50_000
            while left > 0:
                left -= len(self.sink.recv(left))

    def end(self):
        self.source.close()
        self.say(self.server, "226 Transfer complete.")
        for end in (self.sink, self.server, self.client):
            end.close()


def row(screen):
    return screen.line("big.bin")


def goes_on(screen, session):
    """A quarter of the file, a bit each moment: until the rate has a course of some seconds."""
    sent = 0
    while sent < SIZE // 4:
        session.send(SIZE // 80)
        sent += SIZE // 80
        time.sleep(0.25)
    screen.wait_for("a quarter", lambda: re.search(r"big\.bin +█+\S* +25%", row(screen)))


def main():
    wire.enter_namespaces()
    with Screen([os.path.abspath(sys.argv[1]), "live", "-i", "lo"], cols=132, rows=40) as screen:
        screen.wait("no FTP session so far")
        session = Session()
        session.begin()
        screen.wait("lab", "127.0.0.1", "RETR")
        screen.keys("2")
        screen.wait("Transfers 1", "big.bin", "0%")
        goes_on(screen, session)
        text = screen.text()
        assert re.search(r"25% +1\.0M +[\d.]+[kM] .*[▁▂▃▄▅▆▇█].*[▁▂▃▄▅▆▇█].* going on", row(screen)), row(screen)
        print("ok      progress, bytes, rate and its course")
        session.send(SIZE - SIZE // 4)
        session.end()
        screen.wait_for("the verdict", lambda: re.search(r"100% +4\.0M .*complete", row(screen)))
        screen.keys("4")
        screen.wait("downloaded", "4.0 MB", "complete")
        screen.keys("q")
        screen.ends()
        print("ok      the verdict")


main()
