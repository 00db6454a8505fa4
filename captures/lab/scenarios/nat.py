"""NAT between client and server: with the kernel's FTP helper, without it, and with a helper that TLS blinds."""
import clients
import topologies as nets
from net import SERVER4
from scenarios import scenario
from servers import PureFtpd, Vsftpd

NO_EPSV = "--disable-epsv"
BOTH = {"inside": "client", "outside": "server"}
TLS = {"ssl_enable": "YES", "require_ssl_reuse": "NO", "force_local_logins_ssl": "NO", "force_local_data_ssl": "NO"}


@scenario("nat-active", "A client at 192.168.1.10 behind NAT without a helper asks for active mode: its PORT carries the private "
          "address, the server refuses it. Recorded on both sides of the NAT.")
def nat_active(lab):
    nets.client_behind_nat(lab, helper=False)
    lab.serve(PureFtpd)
    lab.record_points(**BOTH)
    client = nets.fetch_active(lab, good=False)
    lab.expect_text(client.output, "> PORT 192,168,1,10,", f"(only to {nets.OUTSIDE_OF_CLIENT})")
    lab.find("active-private-address")


@scenario("nat-active-lost", "A client at 192.168.1.10 behind NAT without a helper asks for active mode, and the server takes any "
          "address in PORT: it tries to connect to 192.168.1.10, which it cannot reach, and answers 425. Recorded on both sides of the NAT.")
def nat_active_lost(lab):
    nets.client_behind_nat(lab, helper=False)
    lab.serve(Vsftpd, port_promiscuous="YES", connect_timeout=5, connect_from_port_20="NO")
    lab.record_points(**BOTH)
    client = nets.fetch_active(lab, good=False)
    lab.expect_text(client.output, "> PORT 192,168,1,10,", "< 425 ")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", "active", 425)
    lab.find("active-private-address")
    lab.find_at("outside", "active-timeout", "active-odd-port")
    lab.find_at("inside", "active-not-seen")
    lab.server_log("PORT", "RETR", "425")


@scenario("nat-active-helper", "A client at 192.168.1.10 behind NAT with the kernel's FTP helper asks for active mode: the helper writes "
          "the outside address into PORT, and the transfer works. Recorded on both sides of the NAT.")
def nat_active_helper(lab):
    nets.client_behind_nat(lab, helper=True)
    lab.serve(Vsftpd)
    lab.record_points(**BOTH)
    client = nets.fetch_active(lab)
    lab.expect_text(client.output, "> PORT 192,168,1,10,", "226 Transfer complete")
    lab.expect_text(lab.servers[0].log_text(), "PORT 203,0,113,1,")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000, mode="active")
    lab.find_together("address-rewritten")
    lab.server_log("PORT", "OK DOWNLOAD")


@scenario("nat-client-passive", "A client at 192.168.1.10 behind NAT without a helper in passive mode: all is well, and nothing "
          "but the headers changes between the two sides. Recorded on both sides of the NAT.")
def nat_client_passive(lab):
    nets.client_behind_nat(lab, helper=False)
    lab.serve(Vsftpd)
    lab.record_points(**BOTH)
    client = nets.fetch(lab, NO_EPSV)
    lab.expect_text(client.output, "227 Entering Passive Mode (203,0,113,21,", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.server_log("227 ", "OK DOWNLOAD")


@scenario("nat-passive", "A server at 10.0.0.21 behind forwarded ports announces its private address in 227, and no helper changes "
          "it: the client's SYNs to 10.0.0.21 are lost.")
def nat_passive(lab):
    nets.server_behind_nat(lab, helper=False)
    lab.serve(Vsftpd)
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV, "--no-ftp-skip-pasv-ip", "--connect-timeout", "6", good=False)
    lab.expect_text(client.output, "227 Entering Passive Mode (10,0,0,21,", "curl: (28)")
    lab.find("passive-private-address")
    lab.server_log("PASV", "227 ")


@scenario("nat-passive-helper", "A server at 10.0.0.21 behind forwarded ports and a NAT with the kernel's FTP helper, which writes "
          "203.0.113.21 into 227: the transfer works. Recorded on both sides of the NAT.")
def nat_passive_helper(lab):
    nets.server_behind_nat(lab, helper=True)
    lab.serve(Vsftpd)
    lab.record_points(inside="server", outside="client")
    client = nets.fetch(lab, NO_EPSV, "--no-ftp-skip-pasv-ip")
    lab.expect_text(client.output, "227 Entering Passive Mode (203,0,113,21,", "226 Transfer complete")
    lab.expect_text(lab.servers[0].log_text(), "227 Entering Passive Mode (10,0,0,21,")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.find_together("address-rewritten")
    lab.server_log("227 ", "OK DOWNLOAD")


@scenario("private-network", "Client 192.168.1.10 and server 10.0.0.21 in one company's network, no NAT between them: private "
          "addresses in 227 and in PORT, and both transfers work.")
def private_network(lab):
    nets.readdress(lab, "client", nets.PRIVATE_CLIENT, "192.168.1.1")
    nets.readdress(lab, "server", nets.PRIVATE_SERVER, "10.0.0.1")
    lab.serve(Vsftpd)
    lab.record("client")
    first = nets.fetch(lab, NO_EPSV, "--no-ftp-skip-pasv-ip", host=nets.PRIVATE_SERVER)
    lab.expect_text(first.output, "227 Entering Passive Mode (10,0,0,21,", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    second = nets.fetch_active(lab, host=nets.PRIVATE_SERVER)
    lab.expect_text(second.output, "> PORT 192,168,1,10,", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000, mode="active")
    lab.server_log("227 ", "PORT", "OK DOWNLOAD")


def relying_on_helper(lab, *open_ports):
    """A firewall that opens the passive ports only where its FTP helper reads of them; one session in clear, one with TLS."""
    nets.load(lab, "router", nets.HELPER, nets.STATEFUL.format(rule="tcp dport { %s }" % ", ".join(("21", *open_ports))))
    lab.serve(Vsftpd, **TLS)
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV)
    lab.expect_text(client.output, "227 Entering Passive Mode", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.find("control-encrypted")
    lab.server_log("AUTH", "227 ", "OK DOWNLOAD")
    return nets.fetch(lab, NO_EPSV, "--ssl-reqd", "-k", "--connect-timeout", "6", good=bool(open_ports))


@scenario("helper-blind", "A firewall opens passive ports where its FTP helper reads of them in 227. In clear that works; with TLS "
          "the helper reads nothing, and the client's SYNs to the passive port are dropped.")
def helper_blind(lab):
    client = relying_on_helper(lab)
    lab.expect_text(client.output, "234 Proceed with negotiation", "227 Entering Passive Mode (203,0,113,21,", "curl: (28)")
    lab.find("helper-blind", "passive-timeout")


@scenario("helper-not-needed", "A firewall with an FTP helper has the passive ports open: a session in clear works, and so does one with "
          "TLS, in which the helper reads nothing.")
def helper_not_needed(lab):
    client = relying_on_helper(lab, nets.PASSIVE)
    lab.expect_text(client.output, "234 Proceed with negotiation", "227 Entering Passive Mode", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", None, tls=True)


@scenario("helper-blind-nat", "A client at 192.168.1.10 in active mode behind a NAT with the kernel's FTP helper: in clear the helper "
          "mends PORT and it works; with TLS the private address reaches the server, which refuses it. Recorded at the server.")
def helper_blind_nat(lab):
    nets.client_behind_nat(lab, helper=True)
    lab.serve(Vsftpd, **TLS)
    lab.record("server")
    first = nets.fetch_active(lab)
    lab.expect_text(first.output, "> PORT 192,168,1,10,", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000, mode="active")
    offered = f"ftp://{SERVER4}/pub/report.bin"
    second = clients.launch(lab, "curl", ["curl", "-v", "-sS", "-u", f"{clients.USER}:{clients.PASSWORD}", "-P", "-", "--disable-eprt",
                                          "--ssl-reqd", "-k", "-o", "got.bin", offered])
    lab.expect_text(second.output, "234 Proceed with negotiation", "> PORT 192,168,1,10,", "500 Illegal PORT command")
    # No data connection is seen and no word can be read: that the second session failed for its PORT is not in the packets.
    lab.find("control-encrypted")
    lab.server_log("AUTH", "PORT", "500 ", "OK DOWNLOAD")
