"""Network namespaces of the lab: client -- router -- server, and what sits on the wires.

Three namespaces joined by two veth pairs. Segmentation offload is off on every port, so a capture shows the
packets a real wire would carry, with valid checksums. Everything lives inside the private mount and process
namespaces that lab.py enters first: when the lab ends, the kernel removes it all.
"""
import contextlib
import os
import re
import signal
import subprocess
import time

CLIENT4, CLIENT6 = "198.51.100.10", "2001:db8:1::10"
SERVER4, SERVER6 = "203.0.113.21", "2001:db8:2::21"
ROUTER4 = {"client": "198.51.100.1", "server": "203.0.113.1"}
ROUTER6 = {"client": "2001:db8:1::1", "server": "2001:db8:2::1"}
# The device to record on at each place. "any" on the router sees every packet twice (LINUX_SLL2).
CAPTURE_DEVICES = {"client": "eth0", "server": "eth0", "router": "any"}
SNAP_LENGTH = 2000
# Programs that change the net of a scenario: what they are told stands in the truth.
CHANGES = ("nft", "tc", "ip", "sysctl", "conntrack")


class LabError(Exception):
    """A scenario did not do what it was written to show."""


def run(*command, check=True, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return done


def wait_until(condition, what, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise LabError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)


class Net:
    """The namespaces of one scenario, the firewalls in them, and every process started there."""

    def __init__(self):
        self.places = []
        self.processes = []
        self.arranged = None  # what the scenario changes, once the usual net stands

    def inside(self, place, *command):
        return ("nsenter", f"--net=/run/netns/{place}", "--") + command

    def run(self, place, *command, **options):
        if command[0] in CHANGES:
            self.note(f"{place}: " + " ".join(command) + "".join(f" {word}" for word in options.get("input", "").split()))
        return run(*self.inside(place, *command), **options)

    def note(self, change):
        if self.arranged is not None:
            self.arranged.append(change)

    @contextlib.contextmanager
    def unsaid(self):
        """What is done in here does not stand in the truth line by line: whoever does it says it in words."""
        kept, self.arranged = self.arranged, None
        try:
            yield
        finally:
            self.arranged = kept

    def add_place(self, place):
        run("ip", "netns", "add", place)
        self.places.append(place)
        self.run(place, "ip", "link", "set", "lo", "up")

    def add_wire(self, place, router_port, addresses, router_addresses):
        """Joins `place` (its eth0) to the router (`router_port`) and gives both ends addresses and routes."""
        run("ip", "link", "add", "eth0", "netns", place, "type", "veth",
            "peer", "name", router_port, "netns", "router")
        ends = ((place, "eth0", (*addresses, "fe80::10/64")),
                ("router", router_port, (*router_addresses, "fe80::1/64")))
        for where, device, own in ends:
            self.quieten(where, device)
            self.run(where, "ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off", "tx", "off", "rx", "off")
            for address in own:
                extra = ("nodad",) if ":" in address else ()
                self.run(where, "ip", "address", "add", address, "dev", device, *extra)
            self.run(where, "ip", "link", "set", device, "up")
        for gateway in router_addresses:
            family = "-6" if ":" in gateway else "-4"
            self.run(place, "ip", family, "route", "add", "default", "via", gateway.split("/")[0])

    def quieten(self, place, device):
        """What IPv6 says about a fresh link belongs to no scenario: it is kept short, and said before the recording."""
        self.run(place, "ip", "link", "set", device, "addrgenmode", "none")
        prefix = f"net.ipv6.conf.{device}"
        self.run(place, "sysctl", "-qw", f"{prefix}.router_solicitations=0",
                 f"{prefix}.mldv1_unsolicited_report_interval=1", f"{prefix}.mldv2_unsolicited_report_interval=1")

    def build(self):
        for place in ("router", "client", "server"):
            self.add_place(place)
        self.run("router", "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        self.add_wire("client", "to-client", (f"{CLIENT4}/24", f"{CLIENT6}/64"),
                      (f"{ROUTER4['client']}/24", f"{ROUTER6['client']}/64"))
        self.add_wire("server", "to-server", (f"{SERVER4}/24", f"{SERVER6}/64"),
                      (f"{ROUTER4['server']}/24", f"{ROUTER6['server']}/64"))
        time.sleep(0.3)
        self.arranged = []

    def firewall(self, place, *rules):
        """Loads nft rules into a forward (router) or input (elsewhere) chain."""
        hook = "forward" if place == "router" else "input"
        body = "\n".join(rules)
        text = f"table inet lab {{ chain filter {{ type filter hook {hook} priority 0; policy accept;\n{body}\n}}\n}}\n"
        self.run(place, "nft", "-f", "-", input=text)

    def firewall_off(self, place):
        self.run(place, "nft", "flush", "ruleset")

    def throttle(self, place, device, rate, burst="6000"):
        self.run(place, "tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate, "burst", burst,
                 "latency", "400ms")

    def start(self, place, command, log, **options):
        """Starts a process of the lab; its output goes to the file `log`."""
        with open(log, "ab") as output:
            process = subprocess.Popen(self.inside(place, *command), stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def stop(self, process, how=signal.SIGTERM):
        """Ends a process the lab started, with the children in its process group."""
        if process.poll() is None:
            try:
                os.killpg(process.pid, how)
                process.wait(3)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(3)
            except ProcessLookupError:
                process.wait(3)
        if process in self.processes:
            self.processes.remove(process)

    def listening(self, place, port):
        """Whether a TCP port is in state LISTEN there, seen without sending it a packet."""
        tables = self.run(place, "cat", "/proc/net/tcp", "/proc/net/tcp6").stdout
        return re.search(rf":{port:04X} [0-9A-F]+:0000 0A ", tables) is not None

    def tear_down(self):
        self.arranged = None
        for process in list(self.processes):
            self.stop(process)
        for place in self.places:
            run("ip", "netns", "delete", place, check=False)
        self.places = []


class Recorder:
    """One tcpdump at one place. A capture that lost a packet is an error, not a capture."""

    def __init__(self, net, place, path, log, snap_length=SNAP_LENGTH, expression=(), device=None):
        self.net, self.place, self.path, self.log = net, place, path, log
        self.device, self.snap_length = device or CAPTURE_DEVICES[place], snap_length
        command = ["tcpdump", "-Z", "root", "-n", "-i", self.device, "-s", str(snap_length), "-B", "65536",
                   "--immediate-mode", "-U", "-w", path, *expression]
        self.process = net.start(place, command, log)
        wait_until(lambda: "listening on" in self.text(), "tcpdump to start")

    def text(self):
        with open(self.log, encoding="utf-8") as handle:
            return handle.read()

    def settle(self):
        """Waits for the last FINs and their acknowledgements: until nothing has come for a while. What comes at the very moment in
        which tcpdump is stopped would stay in its buffer."""
        deadline, size, since = time.monotonic() + 5, -1, time.monotonic()
        while time.monotonic() - since < 0.4 and time.monotonic() < deadline:
            now = os.path.getsize(self.path)
            if now != size:
                size, since = now, time.monotonic()
            time.sleep(0.02)

    def stop(self):
        self.settle()
        self.net.stop(self.process, signal.SIGINT)
        text = self.text()
        dropped = re.findall(r"(\d+) packets? dropped", text)
        counts = [re.search(rf"(\d+) packets? {word}", text) for word in ("captured", "received by filter")]
        if not dropped or any(int(number) for number in dropped) or None in counts:
            raise LabError(f"tcpdump lost packets or did not say: {text.strip()}")
        # Nothing had come for a while: one or two packets that arrive while tcpdump stops belong to no scenario.
        captured, received = (int(count.group(1)) for count in counts)
        if captured == 0 or received - captured > 2:
            raise LabError(f"tcpdump left packets in its buffer: {text.strip()}")
        return {"point": f"{self.place} ({self.device})", "linktype": self.link_type(), "snaplen": self.snap_length}

    def link_type(self):
        return re.search(r"link-type (\S+)", self.text()).group(1)
