"""Data connections with a third host: announced, from another address of the client, or stolen."""
import os

import topologies as nets
from fakes import FakeServer
from net import SERVER4, wait_until
from scenarios import scenario
from servers import PureFtpd, Pyftpdlib, Vsftpd

NO_EPSV = "--disable-epsv"
POOL = "203.0.113.2"
TWO_ADDRESSES = f"""table ip nat {{
 chain out {{ type nat hook postrouting priority srcnat;
  oifname "to-server" tcp dport 21 snat to {nets.OUTSIDE_OF_CLIENT}
  oifname "to-server" snat to {POOL}
 }}
}}"""


def nat_with_a_pool(lab):
    """A NAT that gives the client's control connection one outside address and its data connections another."""
    nets.private_client(lab)
    lab.net.run("router", "ip", "address", "add", f"{POOL}/24", "dev", "to-server")
    nets.load(lab, "router", TWO_ADDRESSES)


@scenario("data-peer-mismatch", "A NAT with two outside addresses gives the data connection another one than the control connection: the server "
          "takes it for a stranger's and answers 425. Recorded at the server.")
def data_peer_mismatch(lab):
    nat_with_a_pool(lab)
    lab.serve(Vsftpd)
    lab.record("server")
    client = nets.fetch(lab, NO_EPSV, good=False)
    lab.expect_text(client.output, "< 425 Security: Bad IP connecting.")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", code=425)
    lab.find("data-peer-mismatch")
    lab.server_log("PASV", "RETR", "425")


@scenario("data-peer-mismatch-pyftpdlib", "A NAT with two outside addresses gives the data connection another one than the control connection. "
          "pyftpdlib says 150 before the client connects, rejects the stranger's address with 425, and goes on to wait for the client's "
          "own. Recorded at the server.")
def data_peer_mismatch_pyftpdlib(lab):
    nat_with_a_pool(lab)
    lab.serve(Pyftpdlib)
    lab.server_file("pub/report.bin", 4000)
    lab.record("server")
    # curl connects before RETR: whether 425 comes before or after the reply to its next command is a matter of chance.
    client = nets.script(lab, "connect_last", SERVER4, "/pub/report.bin")
    lab.expect_text(client.output, "150 ", "425 Rejected data connection from foreign address")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", code=425)
    lab.find("data-peer-mismatch")
    lab.server_log("foreign", "RETR", "227 ", "425")


@scenario("data-peer-allowed", "A NAT with two outside addresses gives the data connection another one than the control connection; the server "
          "lets data connections come from other addresses, and the download works. Recorded at the server.")
def data_peer_allowed(lab):
    nat_with_a_pool(lab)
    lab.serve(Vsftpd, pasv_promiscuous="YES")
    lab.record("server")
    client = nets.fetch(lab, NO_EPSV)
    lab.expect_text(client.output, "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.server_log("PASV", "OK DOWNLOAD")


def race(lab, kind, **settings):
    """A third host connects to the announced port before the client does. Recorded at the server; the client's output."""
    nets.add_other(lab)
    lab.serve(kind, **settings)
    lab.server_file("pub/report.bin", 4000)
    lab.record("server")
    note, go = (os.path.join(lab.work, name) for name in ("note", "go"))
    log = os.path.join(lab.work, "stranger.log")
    lab.arrange("other: connects to the announced port before the client does (scripted_paths.py)")
    stranger = nets.python(lab, "other", "scripted_paths.py", "early_bird", SERVER4, note, go, log=log)
    client = nets.script(lab, "late_to_the_port", SERVER4, "/pub/report.bin", note, go)
    wait_until(lambda: stranger.poll() is not None, "the third host to end")
    with open(log, encoding="utf-8") as handle:
        return client.output, handle.read()


@scenario("data-connection-stolen", "A third host connects to the announced passive port before the client, and the server, told to take any "
          "address, sends the file there; the client is refused.")
def data_connection_stolen(lab):
    output, stolen = race(lab, Vsftpd, pasv_promiscuous="YES")
    lab.expect_text(stolen, "stolen: 4000")
    lab.expect_text(output, "Connection refused", "taken: 0", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.find("data-connection-stolen")
    lab.server_log("PASV", "RETR", "OK DOWNLOAD", "226 ")


@scenario("port-taken", "A third host connects to the announced passive port before the client; the server sees that its address is not the "
          "client's, drops it and answers 425. Nothing is stolen, but the client gets nothing either.")
def port_taken(lab):
    output, stolen = race(lab, Vsftpd)
    lab.expect_text(stolen, "stolen: 0")
    lab.expect_text(output, "425 Security: Bad IP connecting.")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", code=425)
    lab.find("data-peer-mismatch")
    lab.server_log("PASV", "RETR", "425")


@scenario("stranger-turned-away", "A third host connects to the announced passive port before the client; the server closes that connection "
          "and waits for the client's, and the download works.")
def stranger_turned_away(lab):
    output, stolen = race(lab, PureFtpd)
    lab.expect_text(stolen, "stolen: 0")
    lab.expect_text(output, "taken: 4000", "226-")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.server_log("report.bin")


CLUSTER = "203.0.113.99"


@scenario("passive-other-host", "227 names another address than that of the control connection, as a cluster does; the router leads it to "
          "the same server, and the download works.")
def passive_other_host(lab):
    nets.load(lab, "router", "table ip nat { chain in { type nat hook prerouting priority dstnat;\n"
              f"ip daddr {CLUSTER} dnat to {SERVER4}\n}}\n}}")
    lab.serve(Vsftpd, pasv_address=CLUSTER)
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV, "--no-ftp-skip-pasv-ip")
    lab.expect_text(client.output, "227 Entering Passive Mode (203,0,113,99,", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.find("passive-other-host")
    lab.server_log("227 ", "OK DOWNLOAD")


@scenario("passive-other-host-refused", "227 names a third host, which has no such port open: its RST answers the client.")
def passive_other_host_refused(lab):
    nets.add_other(lab)
    lab.serve(Vsftpd, pasv_address=nets.OTHER)
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV, "--no-ftp-skip-pasv-ip", good=False)
    lab.expect_text(client.output, "227 Entering Passive Mode (192,0,2,66,", "Connection refused")
    lab.find("passive-other-host", "passive-refused")
    lab.server_log("PASV", "227 ")


@scenario("passive-other-host-ignored", "227 names a third host; the client connects to the address of its control connection instead, and the "
          "download works.")
def passive_other_host_ignored(lab):
    nets.add_other(lab)
    lab.serve(Vsftpd, pasv_address=nets.OTHER)
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV)
    lab.expect_text(client.output, "227 Entering Passive Mode (192,0,2,66,", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.find("passive-other-host")
    lab.server_log("227 ", "OK DOWNLOAD")


@scenario("passive-own-host-padded", "227 names the server's own address with leading zeros and an equals sign, as "
          "=203,000,113,021: it is no other host, and the download works.")
def passive_own_host_padded(lab):
    lab.serve(FakeServer, behaviours=("padded-passive",))
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV, "--no-ftp-skip-pasv-ip", path="/report.bin")
    lab.expect_text(client.output, "227 Entering passive mode =203,000,113,021,", "226 Transfer complete")
    lab.transfer("RETR", "/report.bin", "download", 4000)
    lab.server_log("227 ", "226 ")
