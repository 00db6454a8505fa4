"""Servers of other protocols on port 21. Their connections are control connections of which not-ftp is to be said: speaks_ftp
stays true."""
import sys

import tools
from net import run
from servers import Server


class Dropbear(Server):
    """An SSH server."""

    package, name = "dropbear-bin", "Dropbear"

    def command(self):
        key = f"{self.work}/dropbear.key"
        run(tools.server_program("usr/bin/dropbearkey"), "-t", "ecdsa", "-s", "256", "-f", key)
        return [tools.server_program("usr/sbin/dropbear"), "-F", "-E", "-p", str(self.port), "-r", key,
                "-P", f"{self.work}/dropbear.pid"]


class HttpServer(Server):
    """The web server of Python's library."""

    package, name = "python3", "python http.server"

    def command(self):
        return [sys.executable, "-u", "-m", "http.server", str(self.port), "--directory", self.home]
