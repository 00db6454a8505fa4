"""Real FTP servers from Debian packages, each started from a configuration the scenario can change.

The server packages conflict with each other, so they are unpacked side by side in the lab's cache (see tools.py)
and started from there with a configuration written for one scenario.
"""
import os
import signal
import subprocess
import sys

import systemlog
import tools
from net import LabError, wait_until

USER, PASSWORD = "lab", "lab-secret"  # invented for the lab
PASSIVE_PORTS = (50000, 50019)


class Server:
    """A running server, the folder it serves, and where it writes its log."""

    package = ""
    name = ""
    speaks_ftp = True

    def __init__(self, lab, place="server", port=21, **settings):
        self.lab, self.place, self.port, self.settings = lab, place, port, settings
        self.home = lab.home
        self.work = lab.work
        self.log = os.path.join(lab.work, f"{self.name}-{place}.log")
        self.process = None

    def identity(self):
        return {"name": self.name, "version": tools.package_version(self.package)}

    def command(self):
        raise NotImplementedError

    def environment(self):
        return None

    def start(self):
        command = self.command()
        self.process = self.lab.net.start(self.place, command, self.log, env=self.environment(), cwd=self.home)
        wait_until(lambda: self.lab.net.listening(self.place, self.port) or self.process.poll() is not None,
                   f"{self.name} to listen on port {self.port}")
        if self.process.poll() is not None:
            raise LabError(f"{self.name} ended at once:\n{self.log_text()}")
        return self

    def stop(self, how=signal.SIGTERM):
        self.lab.arrange(f"{how.name} to {self.name}")
        self.lab.net.stop(self.process, how)

    def log_text(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as handle:
            return handle.read()

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8") as handle:
            handle.write(text)
        os.chmod(path, mode)
        return path

    def children(self):
        """Processes of the server's group: what serves the sessions, the listener excluded."""
        listed = subprocess.run(["ps", "-o", "pid=", "-g", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in listed.stdout.split() if int(pid) != self.process.pid]


class Vsftpd(Server):
    package, name = "vsftpd", "vsftpd"
    defaults = {
        "listen": "YES", "listen_ipv6": "NO", "background": "NO", "anonymous_enable": "NO", "local_enable": "YES",
        "write_enable": "YES", "chroot_local_user": "YES", "allow_writeable_chroot": "YES",
        "connect_from_port_20": "YES", "pam_service_name": "ftplab", "pasv_min_port": PASSIVE_PORTS[0],
        "pasv_max_port": PASSIVE_PORTS[1], "log_ftp_protocol": "YES", "xferlog_enable": "YES",
        "xferlog_std_format": "NO", "use_localtime": "NO", "secure_chroot_dir": "/srv/empty",
    }

    def command(self):
        settings = dict(self.defaults, listen_port=self.port, vsftpd_log_file=self.log, **self.settings)
        if settings.get("ssl_enable") == "YES":
            settings.update(rsa_cert_file=self.lab.certificate, rsa_private_key_file=self.lab.certificate)
        text = "".join(f"{key}={value}\n" for key, value in settings.items())
        return [tools.server_program("usr/sbin/vsftpd"), self.write("vsftpd.conf", text)]


class ProFtpd(Server):
    package, name = "proftpd-core", "ProFTPD"

    def command(self):
        digest = subprocess.run(["openssl", "passwd", "-6", "-salt", "ftplab", PASSWORD], capture_output=True,
                                text=True, check=True).stdout.strip()
        users = self.write("proftpd.users", f"{USER}:{digest}:{self.lab.uid}:{self.lab.uid}::{self.home}:/bin/sh\n")
        settings = {
            "ServerName": '"FTP lab"', "ServerType": "standalone", "Port": self.port, "UseIPv6": "off",
            "UseReverseDNS": "off", "User": USER, "Group": USER, "AuthOrder": "mod_auth_file.c", "AuthUserFile": users,
            "RequireValidShell": "off", "DefaultRoot": "~", "PassivePorts": "%d %d" % PASSIVE_PORTS,
            "PidFile": f"{self.work}/proftpd.pid", "ScoreboardFile": f"{self.work}/proftpd.score",
            "DelayTable": f"{self.work}/proftpd.delay", "SystemLog": self.log, "WtmpLog": "off",
            "TransferLog": "none", "AllowOverwrite": "on", "AllowStoreRestart": "on",
            "LogFormat": 'lab "%r %s %b"', "ExtendedLog": f"{self.log}.commands ALL lab",
            "DelayEngine": "off",
            # Without this a session gives up root for good and cannot connect from port 20.
            "RootRevoke": "off",
        }
        settings.update(self.settings)
        lines = [f"ModulePath {tools.server_program('usr/lib/proftpd')}\n"]
        lines += [f"{key} {value}\n" for key, value in settings.items() if value is not None]
        return [tools.server_program("usr/sbin/proftpd"), "-n", "-c", self.write("proftpd.conf", "".join(lines))]

    def log_text(self):
        text = super().log_text()
        for path in (f"{self.log}.commands", self.settings.get("TLSLog", "")):
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as handle:
                    text += handle.read()
        return text


class PureFtpd(Server):
    package, name = "pure-ftpd", "Pure-FTPd"

    def start(self):
        systemlog.receive(self.log)
        return super().start()

    def command(self):
        options = {"-S": f",{self.port}", "-p": "%d:%d" % PASSIVE_PORTS, "-l": "unix", "-A": "", "-E": "", "-H": "",
                   "-d": "", "-f": "ftp", "-u": "100"}
        options.update(self.settings)
        command = [tools.server_program("usr/sbin/pure-ftpd")]
        for key, value in options.items():
            if value is not None:
                command += [key, str(value)] if value != "" else [key]
        return command


class Aiosmtpd(Server):
    """A mail server, made of a library like Pyftpdlib: nothing it says is FTP, although its greeting looks the same."""

    package, name = "python3-aiosmtpd", "aiosmtpd"
    speaks_ftp = False

    def command(self):
        here = os.path.dirname(os.path.abspath(__file__))
        return [sys.executable, "-u", os.path.join(here, "mailserver.py"), str(self.port), USER, PASSWORD,
                self.lab.certificate]


class Pyftpdlib(Server):
    """pyftpdlib is a library: pyserver.py, beside this file, is the program that serves with it."""

    package, name = "python3-pyftpdlib", "pyftpdlib"

    def command(self):
        here = os.path.dirname(os.path.abspath(__file__))
        settings = {"home": self.home, "user": USER, "password": PASSWORD, "port": self.port,
                    "passive_first": PASSIVE_PORTS[0], "passive_last": PASSIVE_PORTS[1],
                    "certificate": self.lab.certificate, **self.settings}
        words = [f"{key}={value}" for key, value in settings.items()]
        return [sys.executable, "-u", os.path.join(here, "pyserver.py"), *words]
