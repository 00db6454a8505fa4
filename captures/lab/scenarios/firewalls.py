"""Packet filters and routers that reject, forget, drop single segments, or reset connections."""
import time

import clients
import topologies as nets
from net import SERVER4, SERVER6, wait_until
from scenarios import scenario
from servers import ProFtpd, Vsftpd

NO_EPSV = "--disable-epsv"
BOTH = {"inside": "client", "outside": "server"}
FIRST_SYN_IS_LOST = """table inet lossy {
 set seen { type inet_service . inet_service; flags dynamic; size 1024; }
 chain filter { type filter hook forward priority filter; policy accept;
  %s tcp sport . tcp dport != @seen add @seen { tcp sport . tcp dport } drop
 }
}""" % nets.SYN


def behind_firewall(lab, helper):
    """A client behind a stateful firewall that lets nothing in but answers, and what a helper announces."""
    nets.load(lab, "router", *([nets.HELPER] if helper else []), nets.STATEFUL.format(rule='iifname "to-client"'))


@scenario("active-firewall", "Active mode through a stateful firewall in front of the client: the server's SYNs leave the server, none "
          "arrives at the client, 425. Recorded inside (client) and outside (server).")
def active_firewall(lab):
    behind_firewall(lab, helper=False)
    lab.serve(Vsftpd, connect_timeout=5)
    lab.record_points(**BOTH)
    client = nets.fetch_active(lab, good=False)
    lab.expect_text(client.output, "200 PORT", "< 425 ")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", "active", 425)
    lab.find_at("inside", "active-not-seen")
    lab.find_at("outside", "active-timeout")
    lab.server_log("PORT", "RETR", "425")


@scenario("active-firewall-helper", "Active mode through a stateful firewall in front of the client with the kernel's FTP helper, which "
          "reads PORT and lets the server's connection in.")
def active_firewall_helper(lab):
    behind_firewall(lab, helper=True)
    lab.serve(Vsftpd)
    lab.record("client")
    client = nets.fetch_active(lab)
    lab.expect_text(client.output, "200 PORT", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000, mode="active")
    lab.server_log("PORT", "OK DOWNLOAD")


@scenario("active-unreachable", "Active mode: a packet filter on the router rejects the server's connection with ICMP 3/13, 425; then "
          "it is opened, and the same download works.")
def active_unreachable(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", f'iifname "to-server" {nets.SYN} reject with icmp type admin-prohibited')
    lab.record("server")
    client = nets.fetch_active(lab, good=False)
    lab.expect_text(client.output, "200 PORT", "< 425 ")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", "active", 425)
    lab.net.firewall_off("router")
    client = nets.fetch_active(lab)
    lab.expect_text(client.output, "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000, mode="active")
    lab.find("active-unreachable")
    lab.server_log("RETR", "425", "OK DOWNLOAD")


@scenario("active-unreachable-late", "Active mode: ICMP 3/1 for the server's SYN arrives 0.3 s after its connection was established, and the "
          "download goes on to its end.")
def active_unreachable_late(lab):
    lab.serve(ProFtpd, TransferRate="RETR 10.0")
    late = nets.late_icmp(lab, "to-server", "203.0.113.1")
    lab.record("server")
    client = nets.fetch_active(lab, size=20000)
    lab.expect_text(client.output, "200 PORT", "226 Transfer complete")
    lab.net.stop(late)
    lab.transfer("RETR", "/pub/report.bin", "download", 20000, mode="active")
    lab.stop_recording_and_expect("icmp[0] == 3", exactly=1)
    lab.server_log("PORT", "RETR")


@scenario("first-syn-lost", "The first SYN of every connection is lost, the second one is answered a second later: control, passive "
          "and active data connections come late, and all works.")
def first_syn_lost(lab):
    lab.serve(Vsftpd)
    nets.load(lab, "router", FIRST_SYN_IS_LOST)
    lab.record("client")
    nets.fetch(lab, NO_EPSV)
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    client = nets.fetch_active(lab)
    lab.expect_text(client.output, "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000, mode="active")
    lab.stop_recording_and_expect(f"tcp[tcpflags] == tcp-syn and dst host {SERVER4}", at_least=5)
    lab.server_log("OK DOWNLOAD")


def no_control(lab, wanted, host=SERVER4):
    lab.record("client")
    client = clients.curl(lab, "--connect-timeout", "6", host=host)
    lab.expect(client.code != 0, "curl to fail")
    lab.expect_text(client.output, wanted)
    lab.find("control-unreachable")


@scenario("control-no-route", "The router has no route to the server: ICMP 3/0, network unreachable.")
def control_no_route(lab):
    lab.net.run("router", "ip", "link", "set", "to-server", "down")
    no_control(lab, "Network is unreachable")


@scenario("control-host-gone", "The server's host is off: its router gets no answer to ARP and says ICMP 3/1, host unreachable, after "
          "three seconds.")
def control_host_gone(lab):
    lab.net.run("server", "ip", "link", "set", "eth0", "arp", "off")
    lab.net.run("router", "ip", "neigh", "flush", "all")
    no_control(lab, "curl: (")


@scenario("control-prohibited", "A router's policy forbids the way to the server: ICMP 3/13, administratively prohibited.")
def control_prohibited(lab):
    lab.net.run("router", "ip", "route", "add", "prohibit", f"{SERVER4}/32")
    no_control(lab, "No route to host")


@scenario("control-port-unreachable", "A packet filter rejects port 21 in the way iptables does it by default: ICMP 3/3, port "
          "unreachable, which the client calls a refused connection.")
def control_port_unreachable(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", "tcp dport 21 reject")
    no_control(lab, "Connection refused")


@scenario("control-prohibited-ipv6", "A packet filter rejects the control connection over IPv6: ICMPv6 1/1, administratively "
          "prohibited.")
def control_prohibited_ipv6(lab):
    lab.net.firewall("router", "tcp dport 21 reject with icmpv6 type admin-prohibited")
    no_control(lab, "curl: (", host=SERVER6)


@scenario("icmp-too-late", "ICMP 3/1 for the SYNs of control and data connection arrives 0.3 s after both were established, and changes "
          "nothing: the download goes on to its end.")
def icmp_too_late(lab):
    lab.serve(ProFtpd, TransferRate="RETR 10.0")
    late = nets.late_icmp(lab, "to-client", "198.51.100.1")
    lab.record("client")
    nets.fetch(lab, NO_EPSV, size=20000)
    lab.net.stop(late)
    lab.transfer("RETR", "/pub/report.bin", "download", 20000)
    lab.stop_recording_and_expect("icmp[0] == 3", exactly=2)
    lab.server_log("RETR")


@scenario("setup-segment-lost", "A PORT written in two segments: the kernel's FTP helper on the router drops the first, which it cannot "
          "read to the end, and its repetitions. The client gives up.")
def setup_segment_lost(lab):
    behind_firewall(lab, helper=True)
    lab.serve(Vsftpd)
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    client = nets.script(lab, "port_in_pieces", SERVER4, "/pub/report.bin", 6)
    lab.expect_text(client.output, "failed: timed out")
    lab.expect("PORT" not in lab.servers[0].log_text(), "PORT not to reach the server")
    lab.find("setup-segment-lost")
    lab.server_log("TYPE")


@scenario("setup-segment-mended", "A PORT written in two segments through the kernel's FTP helper, which drops the first; the client's TCP, "
          "without SACK, joins the two when it repeats the first, the helper reads the whole line, and the transfer works.")
def setup_segment_mended(lab):
    behind_firewall(lab, helper=True)
    # With SACK the second segment is known to have arrived, and is not sent again.
    lab.net.run("client", "sysctl", "-qw", "net.ipv4.tcp_sack=0")
    lab.serve(Vsftpd)
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    client = nets.script(lab, "port_in_pieces", SERVER4, "/pub/report.bin", 6)
    lab.expect_text(client.output, "200 PORT", "taken: 4000", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000, mode="active")
    lab.server_log("PORT", "OK DOWNLOAD")


REPLY_227 = 'tcp sport 21 @ih,0,24 0x323237'


@scenario("setup-reply-lost", "An inspecting firewall drops the segment with the 227 and all its repetitions, while all others pass: "
          "recorded at the server, which never sees it acknowledged.")
def setup_reply_lost(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", f"{REPLY_227} drop")
    lab.record("server")
    client = nets.fetch(lab, NO_EPSV, "--max-time", "6", good=False)
    lab.expect_text(client.output, "> PASV", "curl: (28)")
    lab.expect("227 " not in client.output, "the 227 to be lost")
    lab.find("setup-segment-lost")
    lab.server_log("PASV", "227 ")


@scenario("setup-reply-late", "The 227 is lost at first and arrives when the server repeats it: the download works, a second late.")
def setup_reply_late(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", f"{REPLY_227} drop")
    lab.record("server")
    curl = nets.fetch(lab, NO_EPSV, background=True)
    wait_until(lambda: "227 " in lab.servers[0].log_text(), "the server to send 227")
    time.sleep(1.0)
    lab.net.firewall_off("router")
    lab.expect(curl.wait(20) == 0, "curl to succeed")
    lab.expect_file("/pub/report.bin", f"{lab.client_home}/got.bin", f"{lab.home}/pub/report.bin")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.server_log("PASV", "227 ", "OK DOWNLOAD")


def forgetful(lab):
    """A stateful firewall that forgets a connection after 3 s without a packet, and then drops what belongs to it."""
    lab.net.run("router", "sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_established=3",
                "net.netfilter.nf_conntrack_tcp_loose=0")
    nets.load(lab, "router", nets.STATEFUL.format(rule="ct state new"))
    lab.serve(ProFtpd, TransferRate="RETR 10.0")


@scenario("control-dropped", "A stateful firewall forgets the idle control connection during a long download: all data arrive, the 226 "
          "never does. Recorded inside (client) and outside (server).")
def control_dropped(lab):
    forgetful(lab)
    lab.record_points(**BOTH)
    client = nets.fetch(lab, NO_EPSV, "--max-time", "10", size=60000, good=False)
    lab.expect_text(client.output, "< 150 ", "curl: (28)")
    lab.expect("226 " not in client.output, "the 226 to be lost")
    lab.expect_file("/pub/report.bin", f"{lab.client_home}/got.bin", f"{lab.home}/pub/report.bin")
    time.sleep(2)
    lab.transfer("RETR", "/pub/report.bin", "download", 60000, "unknown", code=None, at="inside")
    lab.transfer("RETR", "/pub/report.bin", "download", 60000, at="outside")
    lab.find("control-dropped")
    lab.server_log("RETR")


@scenario("control-kept", "A long download through a stateful firewall that forgets what is idle; the client's TCP sends keepalives on the "
          "control connection, the firewall keeps it, and the 226 arrives.")
def control_kept(lab):
    forgetful(lab)
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV, "--keepalive-time", "1", size=60000)
    lab.expect_text(client.output, "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 60000)
    lab.server_log("RETR")


@scenario("middlebox-reset", "A filter on the router looks at the data connection and resets it in both directions after 20 segments. Both "
          "ends send with a TTL of 128, the filter with 64. Recorded inside (client) and outside (server).")
def middlebox_reset(lab):
    for place in ("client", "server"):
        lab.net.run(place, "sysctl", "-qw", "net.ipv4.ip_default_ttl=128")
    lab.net.run("router", "sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1")
    lab.net.firewall("router", f"tcp sport {nets.PASSIVE} ct reply packets > 20 reject with tcp reset",
                     f"tcp dport {nets.PASSIVE} ct reply packets > 19 reject with tcp reset")
    lab.serve(ProFtpd, TransferRate="RETR 20.0")
    lab.record_points(**BOTH)
    client = nets.fetch(lab, NO_EPSV, size=60000, good=False)
    lab.expect_text(client.output, "< 150 ", "reset by peer")
    wait_until(lambda: " 426 " in lab.servers[0].log_text(), "the server to notice")
    lab.transfer("RETR", "/pub/report.bin", "download", None, "aborted", code=426)
    lab.find("middlebox-reset")
    lab.server_log("RETR", "426")
