"""Paths that lose, swallow or stall, and ends that vanish, pause or stop reading."""
import os
import signal
import time

import topologies as nets
from net import SERVER4, wait_until
from scenarios import scenario
from servers import ProFtpd, Pyftpdlib, Vsftpd

NO_EPSV = "--disable-epsv"
DATA = f"tcp sport {nets.PASSIVE}"
EVERYTHING = "ip protocol tcp"


def half_done(lab, wanted):
    """Waits until a download in the background has brought `wanted` bytes: more than the first 16 KB, which come at once."""
    got = os.path.join(lab.client_home, "got.bin")
    wait_until(lambda: os.path.exists(got) and os.path.getsize(got) >= wanted, "the download to go on", 20)


@scenario("dead-peer", "The line is cut in mid-download, without a word to either end. Recorded at the server, whose last segments are "
          "never acknowledged.")
def dead_peer(lab):
    lab.serve(ProFtpd, TransferRate="RETR 20.0")
    lab.record("server")
    nets.fetch(lab, "-N", NO_EPSV, size=60000, background=True)
    half_done(lab, 20000)
    lab.net.firewall("router", f"{EVERYTHING} drop")
    time.sleep(7)
    lab.transfer("RETR", "/pub/report.bin", "download", None, "unknown", code=None)
    lab.find("dead-peer")


@scenario("line-cut-briefly", "The line is cut in mid-download for a second; what was lost is sent again, and the file arrives.")
def line_cut_briefly(lab):
    lab.serve(ProFtpd, TransferRate="RETR 20.0")
    lab.record("server")
    curl = nets.fetch(lab, "-N", NO_EPSV, size=40000, background=True)
    half_done(lab, 20000)
    lab.net.firewall("router", f"{EVERYTHING} drop")
    time.sleep(1)
    lab.net.firewall_off("router")
    lab.expect(curl.wait(20) == 0, "curl to succeed")
    lab.expect_file("/pub/report.bin", f"{lab.client_home}/got.bin", f"{lab.home}/pub/report.bin")
    lab.transfer("RETR", "/pub/report.bin", "download", 40000)
    lab.server_log("RETR")


@scenario("half-open", "The server's SYN/ACKs do not reach the client: recorded inside (client), where nobody answers, and outside "
          "(server), where SYN/ACK is repeated and never acknowledged.")
def half_open(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", "tcp sport 21 drop")
    lab.record_points(inside="client", outside="server")
    client = nets.fetch(lab, "--connect-timeout", "5", good=False)
    lab.expect_text(client.output, "curl: (28)")
    lab.find_at("inside", "control-timeout")
    lab.find_at("outside", "half-open")


@scenario("half-open-mended", "The first SYN/ACK is lost and repeated; the client acknowledges the second one. Recorded at the server.")
def half_open_mended(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", "tcp sport 21 drop")
    lab.record("server")
    curl = nets.fetch(lab, NO_EPSV, background=True)
    time.sleep(0.5)
    lab.net.firewall_off("router")
    lab.expect(curl.wait(20) == 0, "curl to succeed")
    lab.expect_file("/pub/report.bin", f"{lab.client_home}/got.bin", f"{lab.home}/pub/report.bin")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.stop_recording_and_expect("tcp[tcpflags] == (tcp-syn | tcp-ack) and src port 21", at_least=2)
    lab.server_log("OK DOWNLOAD")


@scenario("half-open-return", "A client crashes without a word and connects again from the same port: the server, which still has the old "
          "connection, answers the SYN with a bare ACK, the client resets that, and its next SYN is answered.")
def half_open_return(lab):
    lab.serve(Vsftpd)
    lab.record("client")
    crash, back = (os.path.join(lab.work, name) for name in ("crash", "back"))
    client = nets.script(lab, "crash_and_return", SERVER4, 40000, crash, back, background=True)
    wait_until(lambda: "logged in" in nets.script_output(lab), "the first login")
    nets.load(lab, "client", "table inet crash { chain out { type filter hook output priority filter; policy accept;\n"
              "tcp flags & rst == rst drop\n}\n}")
    open(crash, "w", encoding="utf-8").close()
    wait_until(lambda: "crashed" in nets.script_output(lab), "the crash")
    lab.net.firewall_off("client")
    open(back, "w", encoding="utf-8").close()
    lab.expect(client.wait(20) == 0, "the second session to work")
    lab.expect_text(nets.script_output(lab), "221 ")
    lab.find("half-open")
    lab.server_log("OK LOGIN")


@scenario("server-rebooted", "The server's host is started anew while a session is idle: it knows nothing of the connection and answers the "
          "next command with RST.")
def server_rebooted(lab):
    server = lab.serve(Pyftpdlib)
    lab.record("client")
    go = os.path.join(lab.work, "go")
    client = nets.script(lab, "command_after", SERVER4, go, background=True)
    wait_until(lambda: "logged in" in nets.script_output(lab), "the login")
    lab.net.firewall("router", f"{EVERYTHING} drop")
    # Nothing of the old server reaches the client, and no FIN of it is left to be sent again.
    lab.net.run("server", "sysctl", "-qw", "net.ipv4.tcp_orphan_retries=1")
    server.stop(signal.SIGKILL)
    wait_until(lambda: ":0015 " not in lab.net.run("server", "cat", "/proc/net/tcp").stdout, "the connection to be forgotten", 20)
    lab.arrange(f"{server.name} is started again")
    server.start()
    lab.net.firewall_off("router")
    open(go, "w", encoding="utf-8").close()
    client.wait(20)
    lab.expect_text(nets.script_output(lab), "Connection reset by peer")
    # What RFC 793 calls half-open: one end lost the connection without the other's knowledge. No packet says why it did.
    lab.find("half-open")
    lab.server_log("logged in")


def stalling(lab, pause):
    lab.serve(Vsftpd)
    lab.server_file("pub/report.bin", 60000)
    lab.record("client")
    client = nets.script(lab, "stalled_reader", SERVER4, "/pub/report.bin", 10000, pause)
    lab.expect_text(client.output, "taken: 60000", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", 60000)
    lab.server_log("OK DOWNLOAD")


@scenario("receiver-stalled", "The client stops reading for 8 seconds in mid-download: its window is zero, the server probes it; then the "
          "rest goes over.")
def receiver_stalled(lab):
    stalling(lab, 8)
    lab.find("receiver-stalled")


@scenario("receiver-pauses", "The client stops reading for a third of a second: its window is zero for a moment, which is no stall.")
def receiver_pauses(lab):
    stalling(lab, 0.35)


def lossy(lab, every):
    """Every n-th data segment is lost between the two ends, those sent again counted too."""
    for place, device in (("client", "eth0"), ("router", "to-client")):
        lab.net.run(place, "ip", "link", "set", device, "mtu", "576")
    lab.net.firewall("router", f"{DATA} meta length > 200 numgen inc mod {every} {every // 2} drop")
    lab.serve(Vsftpd)
    lab.record_points(inside="client", outside="server")
    nets.fetch(lab, NO_EPSV, size=60000)
    lab.transfer("RETR", "/pub/report.bin", "download", 60000)
    lab.server_log("OK DOWNLOAD")


@scenario("lossy-path", "One of twelve data segments is lost on the router. Recorded inside (client), behind the loss, and outside (server), "
          "before it.")
def lossy_path(lab):
    lossy(lab, 12)
    lab.find("lossy-path")


@scenario("one-segment-lost", "One of more than a hundred data segments is lost and sent again: that is no lossy path.")
def one_segment_lost(lab):
    lossy(lab, 140)


def small_mtu(lab, device, *rules):
    """A router whose link towards `device` takes 1000 bytes; with `rules` against the ICMP that says so."""
    lab.net.run("router", "ip", "link", "set", device, "mtu", "1000")
    if rules:
        nets.load(lab, "router", "table inet silent { chain out { type filter hook output priority filter; policy accept;\n"
                  + "\n".join(rules) + "\n}\n}")


NO_ICMP = "icmp type destination-unreachable drop"


@scenario("mtu-black-hole", "The router's link to the client takes packets of 1000 bytes and its ICMP 3/4 is blocked: small files pass, a "
          "large one hangs. The server repeats its full segments for ever. Recorded at the server.")
def mtu_black_hole(lab):
    small_mtu(lab, "to-client", NO_ICMP)
    lab.serve(Vsftpd)
    lab.record("server")
    nets.fetch(lab, NO_EPSV, path="/pub/small.bin", size=600)
    lab.transfer("RETR", "/pub/small.bin", "download", 600)
    nets.fetch(lab, NO_EPSV, "--max-time", "6", size=400000, good=False)
    lab.transfer("RETR", "/pub/report.bin", "download", None, "aborted", code=None)
    lab.find("mtu-black-hole")
    lab.server_log("DOWNLOAD", "LOGIN")


@scenario("mtu-black-hole-upload", "The router's link to the server takes packets of 1000 bytes and its ICMP 3/4 is blocked: full segments of an "
          "upload are lost, its short last one arrives and is acknowledged by SACK. Recorded at the client.")
def mtu_black_hole_upload(lab):
    small_mtu(lab, "to-server", NO_ICMP)
    lab.serve(Vsftpd)
    lab.server_folder("pub")
    sent = lab.client_file("upload.bin", 3000)
    lab.record("client")
    client = nets.clients.curl(lab, NO_EPSV, "--max-time", "6", "-T", sent, path="/pub/upload.bin")
    lab.expect(client.code == 28, f"curl to give up:\n{client.output}")
    lab.expect(os.path.getsize(os.path.join(lab.home, "pub/upload.bin")) == 0, "no byte of the file to arrive")
    lab.transfer("STOR", "/pub/upload.bin", "upload", None, "unknown", code=None)
    lab.find("mtu-black-hole")
    lab.server_log("UPLOAD", "LOGIN")


@scenario("mtu-discovered", "The router's link to the client takes packets of 1000 bytes and its ICMP 3/4 says so: the server sends smaller "
          "segments, and the file arrives. Recorded at the server.")
def mtu_discovered(lab):
    small_mtu(lab, "to-client")
    lab.serve(Vsftpd)
    lab.record("server")
    nets.fetch(lab, NO_EPSV, size=20000)
    lab.transfer("RETR", "/pub/report.bin", "download", 20000)
    lab.stop_recording_and_expect("icmp[0] == 3 and icmp[1] == 4")
    lab.server_log("OK DOWNLOAD")


def pausing(lab, pause):
    """A download whose server process stands still for some seconds."""
    server = lab.serve(ProFtpd, TransferRate="RETR 20.0")
    lab.record("client")
    curl = nets.fetch(lab, "-N", NO_EPSV, size=40000, background=True)
    half_done(lab, 20000)
    for process in server.children():
        lab.signal(process, signal.SIGSTOP)
    time.sleep(pause)
    for process in server.children():
        lab.signal(process, signal.SIGCONT)
    lab.expect(curl.wait(20) == 0, "curl to succeed")
    lab.expect_file("/pub/report.bin", f"{lab.client_home}/got.bin", f"{lab.home}/pub/report.bin")
    lab.transfer("RETR", "/pub/report.bin", "download", 40000)
    lab.server_log("RETR")


@scenario("sender-idle", "The server's process stands still for 9 seconds in mid-download: nothing is lost, the client's window is open, "
          "and no data come.")
def sender_idle(lab):
    pausing(lab, 9)
    lab.find("sender-idle")


@scenario("sender-limited", "A server that sends no more than 20 KB/s and once pauses for a second: slow by intent, not idle.")
def sender_limited(lab):
    pausing(lab, 1)
