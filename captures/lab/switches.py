"""Two switches between the router and the server: what passes between them is tagged, labelled or in a tunnel."""
import os

from net import ROUTER4, ROUTER6, run, wait_until

NEAR, FAR = "near", "far"
UNDER = "under"  # the wire between the two
ENDS = {NEAR: "192.0.2.1", FAR: "192.0.2.2"}
SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
FEATURES = ("tso", "gso", "gro", "tx", "rx")


def other(place):
    return FAR if place == NEAR else NEAR


def plain_device(net, place, device, mtu=1500):
    net.quieten(place, device)
    net.run(place, "ethtool", "-K", device, *(word for feature in FEATURES for word in (feature, "off")))
    net.run(place, "ip", "link", "set", device, "mtu", str(mtu), "up")


def insert(net):
    """Cuts the server's wire in two. Each switch has a `port` to its side, and `under`, which takes longer frames."""
    net.note(f"{NEAR}, {FAR}: two switches between the router and the server")
    with net.unsaid():
        cut(net)


def cut(net):
    for place in (NEAR, FAR):
        net.add_place(place)
    net.run("router", "ip", "link", "set", "to-server", "netns", FAR, "name", "port")
    run("ip", "link", "add", "to-server", "netns", "router", "type", "veth", "peer", "name", "port", "netns", NEAR)
    run("ip", "link", "add", UNDER, "netns", NEAR, "type", "veth", "peer", "name", UNDER, "netns", FAR)
    for place in (NEAR, FAR):
        plain_device(net, place, "port")
        plain_device(net, place, UNDER, 1600)
    plain_device(net, "router", "to-server")
    net.run("router", "ip", "address", "add", f"{ROUTER4['server']}/24", "dev", "to-server")
    net.run("router", "ip", "address", "add", f"{ROUTER6['server']}/64", "dev", "to-server", "nodad")


def kernel_vxlan(net):
    """The kernel's own VXLAN device, bridged to the port."""
    net.note(f"{NEAR}, {FAR}: a VXLAN tunnel of the kernel, id 7, port 4789")
    with net.unsaid():
        bridge_vxlan(net)


def bridge_vxlan(net):
    for place in (NEAR, FAR):
        net.run(place, "ip", "address", "add", f"{ENDS[place]}/24", "dev", UNDER)
        net.run(place, "ip", "link", "add", "overlay", "type", "vxlan", "id", "7", "local", ENDS[place],
                "remote", ENDS[other(place)], "dstport", "4789", "dev", UNDER)
        net.run(place, "ip", "link", "add", "bridge", "type", "bridge", "mcast_snooping", "0")
        for device in ("overlay", "port"):
            net.run(place, "ip", "link", "set", device, "master", "bridge")
        plain_device(net, place, "overlay")
        plain_device(net, place, "bridge")


class OpenVSwitch:
    """Open vSwitch without its kernel module; one for each place, its files in a folder of its own."""

    def __init__(self, lab, place):
        self.net, self.place, self.folder = lab.net, place, os.path.join(lab.work, place)
        os.makedirs(self.folder)
        self.socket = f"unix:{self.folder}/db.sock"
        run("ovsdb-tool", "create", f"{self.folder}/conf.db", SCHEMA)
        self.start("ovsdb-server", f"{self.folder}/conf.db", f"--remote=p{self.socket}")
        wait_until(lambda: os.path.exists(f"{self.folder}/db.sock"), "ovsdb-server")
        self.configure("init", "--", "set", "Open_vSwitch", ".", "other_config:vlan-limit=2", wait=False)
        self.start("ovs-vswitchd", self.socket, "--disable-system")

    def start(self, program, *words):
        path = f"{self.folder}/{program}"
        self.net.start(self.place, (program, *words, f"--unixctl={path}.ctl"), f"{path}.log",
                       env=dict(os.environ, OVS_RUNDIR=self.folder, OVS_LOGDIR=self.folder))

    def configure(self, *words, wait=True):
        self.net.run(self.place, "ovs-vsctl", f"--db={self.socket}", *(() if wait else ("--no-wait",)), *words)

    def bridge(self, name, *ports):
        self.configure("add-br", name, "--", "set", "bridge", name, "datapath_type=netdev",
                       "protocols=OpenFlow13")
        for port in ports:
            self.configure("add-port", name, *port.split())

    def flows(self, name, *rules):
        for rule in rules:
            self.net.run(self.place, "ovs-ofctl", "-O", "OpenFlow13", "add-flow", f"unix:{self.folder}/{name}.mgmt", rule)


def tunnel(lab, kind, *options):
    """A tunnel between two bridges; the addresses of its ends are those of bridges that hold the wire."""
    lab.arrange(f"{NEAR}, {FAR}: a tunnel of Open vSwitch, {' '.join((f'type={kind}', *options))}")
    with lab.net.unsaid():
        bridge_tunnel(lab, kind, *options)


def bridge_tunnel(lab, kind, *options):
    for place in (NEAR, FAR):
        switch = OpenVSwitch(lab, place)
        switch.bridge("outer", UNDER)
        switch.bridge("inner", "port")
        lab.net.run(place, "ip", "address", "add", f"{ENDS[place]}/24", "dev", "outer")
        for device in ("outer", "inner"):
            lab.net.quieten(place, device)
        lab.net.run(place, "ip", "link", "set", "outer", "mtu", "1600", "up")
        remote = f"options:remote_ip={ENDS[other(place)]}"
        switch.configure("add-port", "inner", "tunnel", "--", "set", "interface", "tunnel", f"type={kind}", remote, *options)


def rewriting(lab, *rules):
    """One bridge on each side whose rules (of ovs-ofctl) rewrite what passes; `port` is 1 in them, `under` 2."""
    for rule in rules:
        lab.arrange(f"{NEAR}, {FAR}: ovs-ofctl add-flow {rule}")
    for place in (NEAR, FAR):
        switch = OpenVSwitch(lab, place)
        switch.bridge("inner", *(f"{port} -- set interface {port} ofport_request={number}"
                                 for number, port in enumerate(("port", UNDER), 1)))
        switch.flows("inner", *rules)
