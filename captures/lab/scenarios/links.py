"""The same transfer recorded twice at once: plain at the client, and where it is awkward (NAME.outside.pcap)."""
import os

import clients
import switches
from scenarios import scenario
from servers import Vsftpd

FOLDER = "forms/real"
PASV = "--disable-epsv"
SIZE = 4000


def twice(lab, place, device):
    """A passive download, recorded at the client and on `device` of `place`."""
    lab.serve(Vsftpd)
    offered = lab.server_file("pub/report.bin", SIZE)
    lab.record("client")
    lab.record_outside(place, device)
    got = os.path.join(lab.client_home, "report.bin")
    client = clients.curl(lab, PASV, "-o", got, path="/pub/report.bin")
    lab.expect_text(client.output, "227 Entering Passive Mode", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered))
    lab.server_log("OK DOWNLOAD", "OK LOGIN")


def tunnelled(name, shows, kind, *options):
    @scenario(name, shows, FOLDER)
    def record(lab):
        switches.insert(lab.net)
        switches.tunnel(lab, kind, *options)
        twice(lab, switches.NEAR, switches.UNDER)
    return record


@scenario("real-vxlan", "A VXLAN tunnel of the Linux kernel between two switches.", FOLDER)
def vxlan(lab):
    switches.insert(lab.net)
    switches.kernel_vxlan(lab.net)
    twice(lab, switches.NEAR, switches.UNDER)


tunnelled("real-geneve", "A GENEVE tunnel of Open vSwitch.", "geneve", "options:key=7")
tunnelled("real-gre", "A GRE tunnel of Open vSwitch: Ethernet inside, with a key.", "gre", "options:key=7")
tunnelled("real-erspan-2", "An ERSPAN tunnel of Open vSwitch, type II.", "erspan", "options:key=7", "options:erspan_ver=1",
          "options:erspan_idx=3")
tunnelled("real-erspan-3", "An ERSPAN tunnel of Open vSwitch, type III.", "erspan", "options:key=7", "options:erspan_ver=2",
          "options:erspan_dir=1", "options:erspan_hwid=4")


def rewritten(name, shows, *flows):
    @scenario(name, shows, FOLDER)
    def record(lab):
        switches.insert(lab.net)
        switches.rewriting(lab, *flows)
        twice(lab, switches.NEAR, switches.UNDER)
    return record


rewritten("real-vlan", "Open vSwitch adds a VLAN tag.",
          "priority=10,in_port=1,actions=push_vlan:0x8100,set_field:4138->vlan_vid,output:2",
          "priority=10,in_port=2,vlan_vid=0x1000/0x1000,actions=pop_vlan,output:1")
rewritten("real-qinq", "Open vSwitch adds two VLAN tags, 802.1ad outside.",
          "priority=10,in_port=1,actions=push_vlan:0x8100,set_field:4138->vlan_vid,push_vlan:0x88a8,"
          "set_field:4196->vlan_vid,output:2",
          "priority=10,in_port=2,vlan_vid=0x1000/0x1000,actions=pop_vlan,goto_table:1",
          "table=1,vlan_vid=0x1000/0x1000,actions=pop_vlan,output:1")
rewritten("real-mpls", "Open vSwitch adds an MPLS label to IP.",
          "priority=10,in_port=1,ip,actions=push_mpls:0x8847,set_field:16001->mpls_label,output:2",
          "priority=10,in_port=2,mpls,actions=pop_mpls:0x0800,output:1",
          "priority=5,in_port=1,actions=output:2", "priority=5,in_port=2,actions=output:1")


@scenario("real-nflog", "The router's packet filter logs what it forwards (nflog group 5).", FOLDER)
def nflog(lab):
    # Unless told not to, the kernel logs many packets at once, and libpcap loses those that its buffer does not hold.
    lab.net.firewall("router", "tcp dport != 0 log prefix \"seen: \" group 5 queue-threshold 1")
    twice(lab, "router", "nflog:5")


@scenario("real-fragments", "The router's link to the client has an MTU of 576, and the server lets its packets be cut.", FOLDER)
def fragments(lab):
    lab.net.run("server", "sysctl", "-qw", "net.ipv4.ip_no_pmtu_disc=1")
    lab.net.run("router", "ip", "link", "set", "to-client", "mtu", "576")
    lab.serve(Vsftpd)
    offered = lab.server_file("pub/report.bin", SIZE)
    lab.record("server")
    lab.record_outside("client", "eth0")
    got = os.path.join(lab.client_home, "report.bin")
    client = clients.curl(lab, PASV, "-o", got, path="/pub/report.bin")
    lab.expect_text(client.output, "227 Entering Passive Mode", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered))
