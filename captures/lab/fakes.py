"""Serves with fakeserver.py, the scripted server for what no real one does on request."""
import os
import sys

from servers import Server


class FakeServer(Server):
    name = "scripted server"

    def identity(self):
        return {"name": "python socket", "version": sys.version.split()[0]}

    def command(self):
        here = os.path.dirname(os.path.abspath(__file__))
        return [sys.executable, "-u", os.path.join(here, "fakeserver.py"), str(self.port), self.home, self.lab.certificate,
                *self.settings["behaviours"]]
