"""Nets that differ from net.py's: private addresses behind NAT, more hosts, and the rules of packet filters and NAT."""
import os
import sys

import clients
from net import wait_until

PRIVATE_CLIENT, PRIVATE_SERVER = "192.168.1.10", "10.0.0.21"
OUTSIDE_OF_CLIENT = "203.0.113.1"  # what a server sees of a client behind the router's masquerade
OTHER = "192.0.2.66"
SERVER2 = "192.0.2.22"
PASSIVE = "50000-50019"
SYN = "tcp flags & (syn | ack) == syn"

HELPER = """table inet helper {
 ct helper ftp { type "ftp" protocol tcp; }
 chain assign { type filter hook prerouting priority mangle; tcp dport 21 ct helper set "ftp"
 }
}"""
# Priority raw is before conntrack: what comes back to a masqueraded connection still has its outside address there.
PRIVATE_IS_LOST = """table inet internet {{
 chain raw {{ type filter hook prerouting priority raw; iifname "{device}" ip daddr {network} drop
 }}
}}"""
MASQUERADE = """table ip nat {
 chain out { type nat hook postrouting priority srcnat; oifname "to-server" masquerade
 }
}"""
FORWARD_PORTS = """table ip nat {
 chain in { type nat hook prerouting priority dstnat;
  iifname "to-client" ip daddr 203.0.113.21 tcp dport { 21, %s } dnat to 10.0.0.21
 }
}""" % PASSIVE
STATEFUL = """table inet stateful {{
 chain pass {{ type filter hook forward priority filter; policy drop;
  ct state established,related accept
  {rule} accept
 }}
}}"""


def load(lab, place, *texts):
    for text in texts:
        lab.net.run(place, "nft", "-f", "-", input=text)


def readdress(lab, place, address, gateway):
    """Gives a place and the router's port to it other IPv4 addresses."""
    port = f"to-{place}"
    for where, device, own in ((place, "eth0", address), ("router", port, gateway)):
        lab.net.run(where, "ip", "-4", "address", "flush", "dev", device)
        lab.net.run(where, "ip", "address", "add", f"{own}/24", "dev", device)
    lab.net.run(place, "ip", "route", "replace", "default", "via", gateway)


def private_client(lab):
    """The client in 192.168.1.0/24; what comes from outside for that network is lost."""
    readdress(lab, "client", PRIVATE_CLIENT, "192.168.1.1")
    load(lab, "router", PRIVATE_IS_LOST.format(device="to-server", network="192.168.0.0/16"))


def client_behind_nat(lab, helper):
    private_client(lab)
    load(lab, "router", *([HELPER] if helper else []), MASQUERADE)


def server_behind_nat(lab, helper):
    """The server in 10.0.0.0/24; its control port and its passive ports are forwarded from 203.0.113.21."""
    readdress(lab, "server", PRIVATE_SERVER, "10.0.0.1")
    load(lab, "router", PRIVATE_IS_LOST.format(device="to-client", network="10.0.0.0/8"),
         *([HELPER] if helper else []), FORWARD_PORTS)


def add_other(lab, name="other", address=OTHER, gateway="192.0.2.1"):
    """One more host behind the router."""
    lab.arrange(f"{name}: one more host behind the router, {address}")
    with lab.net.unsaid():
        lab.net.add_place(name)
        lab.net.add_wire(name, f"to-{name}", (f"{address}/24",), (f"{gateway}/24",))


def python(lab, place, program, *words, log=None):
    """Starts one of the lab's Python programs in a place; its output goes to the scenario's folder."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), program)
    command = [sys.executable, "-u", path, *map(str, words)]
    return lab.net.start(place, command, log or os.path.join(lab.work, f"{place}-{program}.log"))


def late_icmp(lab, device, address, seconds=0.3):
    """From here on, whoever sends a SYN through the router's `device` is told too late, from `address`, that the host is unreachable."""
    lab.arrange(f"router: {seconds} s after each SYN that came in on {device}, ICMP host unreachable from {address} (late_icmp.py)")
    process = python(lab, "router", "late_icmp.py", device, address, seconds)
    log = f"{lab.work}/router-late_icmp.py.log"
    wait_until(lambda: "ready" in open(log, encoding="utf-8").read(), "late_icmp.py to be ready")
    return process


def script(lab, name, *arguments, background=False):
    """A function of scripted_paths.py, run in the client's namespace."""
    here = os.path.dirname(os.path.abspath(__file__))
    command = [sys.executable, "-u", os.path.join(here, "scripted_paths.py"), name, *map(str, arguments)]
    return clients.launch(lab, "python ftplib", command, background=background)


def script_output(lab):
    """What a scripted client in the background has printed so far."""
    with open(os.path.join(lab.work, "client-python ftplib.log"), encoding="utf-8") as handle:
        return handle.read()


def fetch(lab, *words, path="/pub/report.bin", size=4000, good=True, background=False, **options):
    """One run of curl for a file; `good`: it must arrive whole."""
    offered = os.path.join(lab.home, path.lstrip("/"))
    if not os.path.exists(offered):
        lab.server_file(path.lstrip("/"), size)
    got = os.path.join(lab.client_home, "got.bin")
    client = clients.curl(lab, *words, "-o", got, path=path, background=background, **options)
    if not background:
        lab.expect((client.code == 0) == good, f"curl to {'succeed' if good else 'fail'}:\n{client.output}")
    if good and not background:
        lab.expect_file(path, got, offered)
    return client


def fetch_active(lab, *words, **options):
    return fetch(lab, "-P", "-", "--disable-eprt", *words, **options)
