"""The private namespaces in which the lab runs, with an /etc, a /dev and a /srv of their own."""
import os
import signal
import subprocess
import sys

import servers
from net import run

MARK = "FTPSCOPE_LAB_INSIDE"
OWN = ("/srv", "/etc", "/dev", "/run/netns")


def is_entered():
    return MARK in os.environ


def is_hidden(folder):
    """Whether the lab has something of its own in the place of this folder, seen by nobody else."""
    return any(os.path.commonpath((folder, own)) == own for own in OWN)


def refusal():
    """Why the kernel does not let this process make a lab; nothing where it does."""
    refused = run("unshare", "--mount", "--net", "--pid", "--fork", "true", check=False).stderr.strip()
    if refused:
        return f"namespaces are not available here ({refused}): the lab needs CAP_SYS_ADMIN"
    wire = ("ip", "link", "add", "lab0", "type", "veth", "peer", "name", "lab1")
    refused = run("unshare", "--net", *wire, check=False).stderr.strip()
    if refused:
        return f"no wire can be made between namespaces here ({refused}): the lab needs CAP_NET_ADMIN and veth"
    return None


def enter(program, words):
    """Starts again inside private mount and process namespaces, which take everything with them when they end."""
    # setpriv: should this process be killed, unshare is too, and everything inside with it.
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private",
               "--pid", "--fork", "--kill-child", "--mount-proc", "--uts",
               sys.executable, program, *words]
    inside = subprocess.Popen(command, env=dict(os.environ, **{MARK: "1"}))
    # Ctrl-C is for the one inside, who tidies up; this one waits for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return inside.wait()


def furnish(uid):
    """A private /etc with the lab's user, and scratch space: nothing of it is seen outside."""
    os.makedirs("/run/netns", exist_ok=True)
    run("mount", "-t", "tmpfs", "lab-netns", "/run/netns")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "lab", "/srv")
    os.mkdir("/srv/empty")
    overlay("/etc")
    furnish_devices()
    digest = run("openssl", "passwd", "-6", "-salt", "ftplab", servers.PASSWORD).stdout.strip()
    append("/etc/passwd", f"{servers.USER}:x:{uid}:{uid}::/srv/home:/bin/sh\n")
    append("/etc/group", f"{servers.USER}:x:{uid}:\n")
    append("/etc/shadow", f"{servers.USER}:{digest}:19000:0:99999:7:::\n")
    overwrite("/etc/pam.d/ftplab", "auth required pam_unix.so\naccount required pam_unix.so\n")
    overwrite("/etc/resolv.conf", "")
    overwrite("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n")
    overwrite("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n198.51.100.10 client.example\n"
              "2001:db8:1::10 client.example\n203.0.113.21 ftp.example\n2001:db8:2::21 ftp.example\n")
    run("hostname", "ftp.example")
    os.environ["TZ"] = "UTC"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=ftp.example",
        "-addext", "subjectAltName=DNS:ftp.example,IP:203.0.113.21", "-keyout", "/srv/key.pem", "-out", "/srv/crt.pem")
    with open("/srv/lab.pem", "w", encoding="utf-8") as handle:
        for part in ("/srv/key.pem", "/srv/crt.pem"):
            with open(part, encoding="utf-8") as source:
                handle.write(source.read())


def overlay(folder):
    """What is written to `folder` from here on is seen in the lab only."""
    changes, work = f"/srv{folder}", f"/srv{folder}-work"
    os.mkdir(changes)
    os.mkdir(work)
    run("mount", "-t", "overlay", "lab", "-o", f"lowerdir={folder},upperdir={changes},workdir={work}", folder)


def furnish_devices():
    """A /dev in which a /dev/log may be made (see systemlog.py); terminals and shared memory stay what they are."""
    kept = ("pts", "shm")
    for name in kept:
        os.mkdir(f"/srv/{name}")
        run("mount", "--bind", f"/dev/{name}", f"/srv/{name}")
    overlay("/dev")
    for name in kept:
        run("mount", "--move", f"/srv/{name}", f"/dev/{name}")


def append(path, text):
    with open(path, "a", encoding="utf-8") as handle:
        handle.write(text)


def overwrite(path, text):
    if os.path.islink(path):
        os.unlink(path)
    with open(path, "w", encoding="utf-8") as handle:
        handle.write(text)
