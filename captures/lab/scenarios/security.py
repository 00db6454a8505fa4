"""TLS and transfers between servers."""
import os

import clients
import topologies as nets
from scenarios import scenario
from servers import ProFtpd, Vsftpd

TLS = {"ssl_enable": "YES", "require_ssl_reuse": "YES", "force_local_logins_ssl": "YES", "force_local_data_ssl": "YES"}


@scenario("vsftpd-explicit-tls", "AUTH TLS before the login, PROT P: control and data connections are encrypted.")
def explicit_tls(lab):
    lab.serve(Vsftpd, **TLS)
    offered = lab.server_file("private/report.bin", 20000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    client = clients.curl(lab, "--ssl-reqd", "-k", "-o", got, path="/private/report.bin")
    lab.expect_text(client.output, "234 Proceed with negotiation", "> PROT P", "226 Transfer complete")
    lab.expect_file("/private/report.bin", got, offered)
    lab.transfer("RETR", "/private/report.bin", "download", None, tls=True)
    lab.find("control-encrypted")
    lab.advise()
    lab.server_log("AUTH", "OK LOGIN", "OK DOWNLOAD")


@scenario("active-tls", "TLS in active mode: the server connects, the client begins the TLS handshake on the data connection.")
def active_tls(lab):
    lab.serve(Vsftpd, **{**TLS, "require_ssl_reuse": "NO"})
    offered = lab.server_file("private/table.bin", 20000)
    lab.record("client")
    client = clients.lftp(lab, ["get /private/table.bin"],
                          settings=("ftp:ssl-allow yes", "ftp:ssl-force yes", "ftp:ssl-protect-data yes",
                                    "ssl:verify-certificate no", "ftp:passive-mode no"))
    lab.expect_text(client.output, "234 Proceed with negotiation", "200 PORT", "226 Transfer complete")
    lab.expect_file("/private/table.bin", os.path.join(lab.client_home, "table.bin"), offered)
    lab.transfer("RETR", "/private/table.bin", "download", None, tls=True, mode="active")
    lab.find("control-encrypted")
    lab.advise()
    lab.server_log("AUTH", "PORT", "OK DOWNLOAD")


def offer_tls(lab):
    lab.serve(ProFtpd, LoadModule="mod_tls.c", TLSEngine="on", TLSRequired="off", TLSOptions="NoSessionReuseRequired",
              TLSRSACertificateFile=lab.certificate, TLSRSACertificateKeyFile=lab.certificate,
              TLSLog=f"{lab.work}/proftpd.tls")


@scenario("clear-command-channel", "CCC: the control connection is TLS for the login only and clear text again after it.")
def clear_command_channel(lab):
    offer_tls(lab)
    offered = lab.server_file("private/plan.bin", 9000)
    lab.record("client")
    got = os.path.join(lab.client_home, "plan.bin")
    client = clients.curl(lab, "--ssl-reqd", "-k", "--ftp-ssl-ccc", "-o", got, path="/private/plan.bin")
    lab.expect_text(client.output, "> CCC", "> EPSV", "226 Transfer complete")
    lab.expect_file("/private/plan.bin", got, offered)
    # What crosses the wire is TLS records: more bytes than the file has.
    lab.transfer("RETR", "/private/plan.bin", "download", None)
    lab.find("control-encrypted")
    lab.advise()
    lab.server_log("AUTH", "CCC", "RETR")


def log_in_clear(lab, offered):
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    client = clients.lftp(lab, ["get /pub/report.bin"], settings=("ftp:ssl-allow no",))
    lab.expect(("AUTH TLS" in client.output) == offered, f"FEAT {'with' if offered else 'without'} AUTH TLS")
    lab.expect_file("/pub/report.bin", os.path.join(lab.client_home, "report.bin"), f"{lab.home}/pub/report.bin")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.server_log("PASS", "RETR")


@scenario("cleartext-after-tls-offer", "FEAT offers AUTH TLS; the client, told not to use TLS, sends its password in clear.")
def cleartext_after_tls_offer(lab):
    offer_tls(lab)
    log_in_clear(lab, offered=True)
    lab.advise("cleartext-password", "cleartext-after-tls-offer")


@scenario("cleartext-without-offer", "The password crosses in clear, and FEAT of a server without TLS offers nothing that could be used.")
def cleartext_without_offer(lab):
    lab.serve(ProFtpd)
    log_in_clear(lab, offered=False)
    lab.advise("cleartext-password")


@scenario("tls-required", "The server wants TLS before a login; the client logs in without it and is refused with 530.")
def tls_required(lab):
    lab.serve(Vsftpd, **TLS)
    lab.record("client")
    client = clients.curl(lab)
    lab.expect_text(client.output, "530 Non-anonymous sessions must use encryption")
    lab.find("tls-required")
    lab.server_log("USER", "530")


@scenario("fxp", "Server to server: the client asks one server for PASV, the other for PORT to it, and the file goes "
          "between the two. Recorded on all ports of the router: every packet stands there twice.")
def fxp(lab):
    nets.add_other(lab, "server2", nets.SERVER2)
    lab.serve(Vsftpd, pasv_promiscuous="YES", port_promiscuous="YES")
    lab.serve(ProFtpd, place="server2", AllowForeignAddress="on", DefaultRoot=f"{lab.home}/second")
    lab.server_folder("second")
    offered = lab.server_file("pub/moved.bin", 24000)
    lab.record("router")
    client = clients.lftp(lab, [f"get /pub/moved.bin -o ftp://{clients.USER}:{clients.PASSWORD}@192.0.2.22/moved.bin"],
                          settings=("ftp:use-fxp yes", "ftp:fxp-passive-source yes", "ftp:prefer-epsv no",
                                    "ftp:fxp-force yes"))
    lab.expect_text(client.output, "PORT 203,0,113,21", "226 ")
    lab.expect_file("/moved.bin", os.path.join(lab.home, "second", "moved.bin"), offered)
    lab.transfer("RETR", "/pub/moved.bin", "download", 24000)
    lab.transfer("STOR", "/moved.bin", "upload", 24000, mode="active")
    lab.find("fxp")
    lab.server_log("OK DOWNLOAD", "STOR", "PORT")
