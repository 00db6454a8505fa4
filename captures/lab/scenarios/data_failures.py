"""Data connections that are not made, and transfers that break."""
import os
import re
import signal
import time

import clients
from net import wait_until
from scenarios import scenario
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd

PASSIVE_RANGE = "tcp dport 50000-50019"
NO_EPSV = "--disable-epsv"


def blocked_passive(lab, verdict, *words, wanted="curl: ("):
    """A passive download through a router that treats the passive ports with `verdict`: curl never sends RETR."""
    lab.serve(Vsftpd)
    lab.server_file("pub/report.bin", 4000)
    lab.net.firewall("router", f"{PASSIVE_RANGE} {verdict}")
    lab.record("client")
    client = clients.curl(lab, NO_EPSV, "-o", "report.bin", *words, path="/pub/report.bin")
    lab.expect(client.code != 0, "curl to fail")
    lab.expect_text(client.output, "227 Entering Passive Mode", wanted)
    lab.server_log("PASV", "227 ")


@scenario("passive-timeout", "A router drops what goes to the passive ports. The client sends RETR before it connects; the "
          "server waits, then answers 425.")
def passive_timeout(lab):
    lab.serve(Vsftpd, accept_timeout=6)
    lab.server_file("pub/report.bin", 4000)
    lab.net.firewall("router", f"{PASSIVE_RANGE} drop")
    lab.record("client")
    client = clients.script(lab, "retr_before_connect", clients.SERVER4, "/pub/report.bin", 20)
    lab.expect_text(client.output, "425 Failed to establish connection")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", code=425)
    lab.find("passive-timeout")
    lab.server_log("RETR", "425")


@scenario("passive-timeout-client", "A router drops what goes to the passive ports. The client gives up after some seconds, "
          "before it ever asks for the file.")
def passive_timeout_client(lab):
    blocked_passive(lab, "drop", "--connect-timeout", "6", wanted="curl: (28)")
    lab.find("passive-timeout")


@scenario("passive-refused", "A packet filter on the router answers the connection to the passive port with RST.")
def passive_refused(lab):
    blocked_passive(lab, "reject with tcp reset", wanted="Connection refused")
    lab.find("passive-refused")


@scenario("passive-icmp", "A packet filter on the router answers the connection to the passive port with ICMP 3/13, "
          "administratively prohibited.")
def passive_icmp(lab):
    blocked_passive(lab, "reject with icmp type admin-prohibited")
    lab.find("passive-unreachable")


@scenario("private-address", "The server announces its inside address 10.0.0.5 in 227; the client believes it.")
def private_address(lab):
    lab.serve(Vsftpd, pasv_address="10.0.0.5")
    lab.server_file("pub/report.bin", 4000)
    lab.net.run("router", "ip", "route", "add", "blackhole", "10.0.0.0/8")
    lab.record("client")
    client = clients.curl(lab, NO_EPSV, "--no-ftp-skip-pasv-ip", "--connect-timeout", "6", "-o", "report.bin",
                          path="/pub/report.bin")
    lab.expect_text(client.output, "227 Entering Passive Mode (10,0,0,5,", "curl: (28)")
    lab.find("passive-private-address")
    lab.server_log("PASV", "227 ")


@scenario("private-address-ignored", "The server announces 10.0.0.5 in 227; the client connects to the address of the "
          "control connection instead, and all is well.")
def private_address_ignored(lab):
    lab.serve(Pyftpdlib, masquerade="10.0.0.5")
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    client = clients.curl(lab, NO_EPSV, "-o", got, path="/pub/report.bin")
    lab.expect_text(client.output, "(10,0,0,5,", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered))
    lab.find("passive-private-address")
    lab.server_log("227 ", "RETR")


def blocked_active(lab, verdict, kind=Vsftpd, reply="425", **settings):
    """An active download to a client whose packet filter treats incoming connections with `verdict`."""
    lab.serve(kind, **settings)
    lab.server_file("pub/report.bin", 4000)
    lab.net.firewall("client", f"tcp flags & (syn | ack) == syn {verdict}")
    lab.record("client")
    client = clients.curl(lab, "-P", "-", "--disable-eprt", "-o", "report.bin", path="/pub/report.bin")
    lab.expect_text(client.output, "> PORT", f"< {reply}")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", "active", int(reply))


@scenario("active-blocked", "Active mode: a packet filter at the client drops the server's connection; the server answers 425.")
def active_blocked(lab):
    blocked_active(lab, "drop", connect_timeout=6)
    lab.find("active-timeout")
    lab.server_log("PORT", "RETR", "425")


@scenario("active-refused", "Active mode: a packet filter at the client answers the server's connection with RST; 425.")
def active_refused(lab):
    blocked_active(lab, "reject with tcp reset", kind=ProFtpd)
    lab.find("active-refused")
    lab.server_log("PORT", "RETR")


@scenario("active-refused-once", "425 once, because the client's packet filter refuses the server's connection; the "
          "user asks again and has the file.")
def active_refused_once(lab):
    lab.serve(ProFtpd)
    offered, path = lab.server_file("pub/report.bin", 4000), "/pub/report.bin"
    lab.net.firewall("client", "tcp flags & (syn | ack) == syn numgen inc mod 1000 == 0 reject with tcp reset")
    lab.record("client")
    client = clients.inetutils(lab, ["binary", f"get {path} taken.bin", f"get {path} taken.bin"], words=("-A",))
    lab.expect_text(client.output, "425 ", "226 ")
    lab.transfer("RETR", path, "download", 0, "failed", "active", 425)
    arrived = lab.expect_file(path, os.path.join(lab.client_home, "taken.bin"), offered)
    lab.transfer("RETR", path, "download", arrived, mode="active")
    lab.find("active-refused")
    lab.server_log("RETR")


@scenario("client-aborted", "The client stops a slow download with Telnet IP, Synch and ABOR; the server answers 426 and 226.")
def client_aborted(lab):
    lab.serve(ProFtpd, TransferRate="RETR 20.0")
    lab.server_file("slow.bin", 60000)
    lab.record("client")
    client = clients.script(lab, "abort", clients.SERVER4, "/slow.bin", 20000)
    lab.expect_text(client.output, "426 ", "226 ", "taken: ")
    taken = int(re.search(r"taken: (\d+)", client.output).group(1))
    lab.expect(taken < 60000, "the download to end early")
    lab.transfer("RETR", "/slow.bin", "download", taken, "aborted", code=426)
    lab.find("client-aborted")
    lab.server_log("RETR", "ABOR")


@scenario("client-reset", "The client program dies in mid-download: RST on the data connection; the server answers 426.")
def client_reset(lab):
    lab.serve(ProFtpd, TransferRate="RETR 20.0")
    lab.server_file("slow.bin", 60000)
    lab.record("server")
    client = clients.script(lab, "reset", clients.SERVER4, "/slow.bin", 20000)
    lab.expect_text(client.output, "426 ")
    # Neither end can tell what crossed: the reset found bytes in the kernels of both.
    lab.transfer("RETR", "/slow.bin", "download", None, "aborted", code=426)
    lab.find("client-aborted")
    lab.server_log("RETR")


@scenario("server-aborted", "The server's session process is killed in mid-download: both its connections end without a reply.")
def server_aborted(lab):
    server = lab.serve(PureFtpd, **{"-T": "20:20"})
    lab.server_file("slow.bin", 60000)
    lab.record("client")
    got = os.path.join(lab.client_home, "slow.bin")
    curl = clients.curl(lab, "-N", "-o", got, path="/slow.bin", background=True)
    wait_until(lambda: os.path.exists(got) and os.path.getsize(got) > 10000, "the download to begin", 20)
    for process in server.children():
        lab.signal(process, signal.SIGKILL)
    curl.wait(20)
    size = os.path.getsize(got)
    lab.expect(curl.returncode != 0 and size < 60000, "curl to notice the early end")
    lab.transfer("RETR", "/slow.bin", "download", size, "aborted", code=None)
    lab.find("server-aborted")


@scenario("truncated-download", "The file shrinks on the server while it is sent: 150 and SIZE said 60000 bytes, fewer "
          "arrive, and the server says 226 Transfer complete.")
def truncated_download(lab):
    lab.serve(ProFtpd, TransferRate="RETR 20.0", UseSendfile="off")
    offered = lab.server_file("shrinks.bin", 60000)
    lab.record("client")
    got = os.path.join(lab.client_home, "shrinks.bin")
    curl = clients.curl(lab, "-N", "-o", got, path="/shrinks.bin", background=True)
    wait_until(lambda: os.path.exists(got) and os.path.getsize(got) > 10000, "the download to begin", 20)
    lab.arrange("server: shrinks.bin is cut to 30000 bytes while it is sent")
    os.truncate(offered, 30000)
    curl.wait(20)
    time.sleep(0.3)
    size = os.path.getsize(got)
    lab.expect(curl.returncode != 0 and size < 60000, "curl to notice the missing bytes")
    lab.expect_text(lab.servers[0].log_text(), f"RETR shrinks.bin 226 {size}")
    lab.transfer("RETR", "/shrinks.bin", "download", size, "truncated", code=226)
    lab.find("truncated")
    lab.server_log("SIZE", "RETR")
