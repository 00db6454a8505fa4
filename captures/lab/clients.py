"""FTP clients: real programs with the words a user would type, and a scripted one for what no program does.

Every client runs in the place "client" with an empty home folder and returns its whole output, which the scenarios
use to prove that what they were written to show did happen.
"""
import os
import subprocess
import sys

import tools
from net import SERVER4, wait_until
from servers import PASSWORD, USER

CLIENT_PACKAGES = ("lftp", "curl", "tnftp", "ncftp", "inetutils-ftp")


class Client:
    """One run of a client program: its output and exit code."""

    def __init__(self, output, code):
        self.output, self.code = output, code


def launch(lab, name, command, text=None, seconds=60, background=False):
    """Runs a client program; with `background` returns the process, whose output goes to a file of the lab."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": lab.client_home, "LC_ALL": "C", "TERM": "dumb",
                   **lab.client_environment}
    if background:
        log = os.path.join(lab.work, f"client-{name}.log")
        lab.remember_client(name, client_version(name))
        return lab.net.start("client", command, log, env=environment, cwd=lab.client_home)
    done = subprocess.run(lab.net.inside("client", *command), input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, env=environment,
                          cwd=lab.client_home, check=False)
    with open(os.path.join(lab.work, f"client-{name}.log"), "a", encoding="utf-8") as handle:
        handle.write(done.stdout)
    lab.remember_client(name, client_version(name))
    return Client(done.stdout, done.returncode)


def wait_for_bytes(path, size, seconds=20):
    """Waits until a client in the background has written so much of a file."""
    wait_until(lambda: os.path.exists(path) and os.path.getsize(path) >= size, f"{size} bytes of {path}", seconds)


def client_version(name):
    if name in CLIENT_PACKAGES:
        return tools.package_version(name)
    if name == "ssh":
        return tools.package_version("openssh-client")
    return sys.version.split()[0]


def lftp(lab, commands, host=SERVER4, settings=(), user=USER, password=PASSWORD, background=False, port=None,
         scheme="ftp"):
    """lftp with a script of commands; `settings` are lines for `set`. Its debug output shows every reply."""
    always = ("ftp:use-feat yes", "net:max-retries 1", "net:reconnect-interval-base 1", "ftp:ssl-allow no",
              "ftp:sync-mode yes", "cmd:fail-exit no", "dns:order inet")
    lines = [f"set {line}" for line in (*always, *settings)]
    target = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    lines += ["debug -T 5", f"open -u {user},{password} {scheme}://{target}", *commands, "bye"]
    script = os.path.join(lab.work, "lftp.script")
    with open(script, "w", encoding="utf-8") as handle:
        handle.write("\n".join(lines) + "\n")
    return launch(lab, "lftp", ["lftp", "-f", script], background=background)


def curl(lab, *words, path="/", host=SERVER4, user=USER, password=PASSWORD, background=False, scheme="ftp"):
    target = f"[{host}]" if ":" in host else host
    command = ["curl", "-v", "-sS", "-u", f"{user}:{password}", *words, f"{scheme}://{target}{path}"]
    return launch(lab, "curl", command, background=background)


def tnftp(lab, commands, host=SERVER4, words=("-n", "-v"), user=USER, password=PASSWORD):
    text = "\n".join([f"user {user} {password}", *commands, "quit"]) + "\n"
    return launch(lab, "tnftp", ["tnftp", "-d", *words, host], text=text)


def inetutils(lab, commands, host=SERVER4, words=("-p",), user=USER, password=PASSWORD):
    text = "\n".join([f"user {user} {password}", *commands, "quit"]) + "\n"
    return launch(lab, "inetutils-ftp", ["inetutils-ftp", "-d", "-n", "-v", *words, host], text=text)


def ncftp_get(lab, remote, *words, host=SERVER4, user=USER, password=PASSWORD):
    return launch(lab, "ncftp", ["ncftpget", "-d", "stdout", "-u", user, "-p", password, *words, host, ".", remote])


def ncftp_put(lab, local, remote_folder, *words, host=SERVER4, user=USER, password=PASSWORD):
    return launch(lab, "ncftp", ["ncftpput", "-d", "stdout", "-u", user, "-p", password, *words, host, remote_folder,
                                 local])


def script(lab, name, *arguments, background=False, library="ftplib"):
    """A function of scripted.py, run in the client's namespace by this Python."""
    here = os.path.dirname(os.path.abspath(__file__))
    command = [sys.executable, "-u", os.path.join(here, "scripted.py"), name, *map(str, arguments)]
    return launch(lab, f"python {library}", command, background=background)
