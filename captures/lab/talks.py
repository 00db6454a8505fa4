"""Runs talker.py, the scripted client for what no program does, in the client's namespace."""
import os
import sys

import clients
from net import SERVER4

TALKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "talker.py")
NAME = "python socket"


class Background:
    """A talk that goes on while the scenario does something else."""

    def __init__(self, lab, number, command):
        self.log = os.path.join(lab.work, f"talk-{number}.log")
        lab.remember_client(NAME, clients.client_version(NAME))
        self.process = lab.net.start("client", command, self.log, cwd=lab.client_home)

    @property
    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as handle:
            return handle.read()

    def wait(self, seconds=60):
        self.process.wait(seconds)
        return self.output


def talk(lab, *steps, host=SERVER4, port=21, background=0):
    """One talk; with `background` (a number, one for each) it is started and returned."""
    command = [sys.executable, "-u", TALKER, host, str(port), *steps]
    if background:
        return Background(lab, background, command)
    return clients.launch(lab, NAME, command).output
