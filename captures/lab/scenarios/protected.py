"""Healthy TLS: explicit and implicit, on both connections or the control connection only, with its keys."""
import os

import clients
from net import SERVER4
from scenarios import scenario
from scenarios.modes import session, taken
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd

LFTP_TLS = ("ftp:ssl-allow yes", "ftp:ssl-force yes", "ssl:verify-certificate no")


def proftpd_tls(lab, **settings):
    return lab.serve(ProFtpd, LoadModule="mod_tls.c", TLSEngine="on", TLSRequired="off", TLSLog=f"{lab.work}/proftpd.tls",
                     TLSRSACertificateFile=lab.certificate, TLSRSACertificateKeyFile=lab.certificate, **settings)


def down_and_up(lab, clear_data=False):
    """Prepares a file to fetch and one to send; afterwards call the result: both arrived whole, by TLS."""
    offered, sent = lab.server_file("private/report.bin", 6000), lab.client_file("order.bin", 4000)
    lab.keep_keys()
    lab.record("client")

    def done(*wanted):
        lab.expect(os.path.getsize(lab.key_log) > 0, "the client to write its keys")
        for command, path, local, origin in (("RETR", "/private/report.bin", taken(lab, "report.bin"), offered),
                                             ("STOR", "/private/order.bin", None, sent)):
            if command in wanted:
                size = lab.expect_file(path, local, origin)
                direction = "download" if command == "RETR" else "upload"
                lab.transfer(command, path, direction, size if clear_data else None, tls=True)
        lab.find("control-encrypted")
    return done


def keys(lab, *labels):
    with open(lab.key_log, encoding="ascii") as handle:
        text = handle.read()
    lab.expect_text(text, *labels)


@scenario("tls13-explicit", "Explicit TLS 1.3 on both connections, the data session resumed as the server demands; a "
          "download and an upload. The keys are in tls13-explicit.keylog.")
def tls13_explicit(lab):
    proftpd_tls(lab, TLSProtocol="TLSv1.3")
    done = down_and_up(lab)
    get = clients.curl(lab, "--ssl-reqd", "-k", "-o", taken(lab, "report.bin"), path="/private/report.bin")
    put = clients.curl(lab, "--ssl-reqd", "-k", "-T", taken(lab, "order.bin"), path="/private/order.bin")
    for client in (get, put):
        lab.expect_text(client.output, "TLSv1.3", "> AUTH SSL", "> PROT P", "226 ")
    keys(lab, "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0")
    done("RETR", "STOR")
    lab.server_log("AUTH", "PROT", "RETR", "STOR")


@scenario("tls12-explicit", "Explicit TLS 1.2 on both connections: certificate and names are visible in the "
          "handshake. The keys are in tls12-explicit.keylog.")
def tls12_explicit(lab):
    lab.serve(Vsftpd, ssl_enable="YES", require_ssl_reuse="YES", force_local_logins_ssl="YES",
              force_local_data_ssl="YES")
    done = down_and_up(lab)
    client = clients.curl(lab, "--ssl-reqd", "--tls-max", "1.2", "-k", "-o", taken(lab, "report.bin"),
                          path="/private/report.bin")
    lab.expect_text(client.output, "TLSv1.2", "> PROT P", "226 ")
    keys(lab, "CLIENT_RANDOM")
    done("RETR")
    lab.server_log("AUTH", "OK LOGIN", "OK DOWNLOAD")


@scenario("tls-implicit", "Implicit TLS on port 990: no AUTH, the handshake comes first. The keys are in "
          "tls-implicit.keylog.")
def tls_implicit(lab):
    lab.serve(Vsftpd, port=990, ssl_enable="YES", implicit_ssl="YES", require_ssl_reuse="NO")
    done = down_and_up(lab)
    client = clients.lftp(lab, ["cd private", "get report.bin", "put order.bin"], scheme="ftps", port=990,
                          settings=LFTP_TLS)
    lab.expect_text(client.output, "RETR report.bin", "STOR order.bin", "226 ")
    done("RETR", "STOR")
    lab.server_log("OK LOGIN", "OK DOWNLOAD", "OK UPLOAD")


@scenario("tls-control-only", "TLS on the control connection only (PROT C): the data connections are in clear, and "
          "nobody sees which command they belong to. The keys are in tls-control-only.keylog.")
def tls_control_only(lab):
    lab.serve(Pyftpdlib, tls="optional")
    done = down_and_up(lab, clear_data=True)
    client = clients.lftp(lab, ["cd private", "get report.bin", "put order.bin"],
                          settings=(*LFTP_TLS, "ftp:ssl-protect-data no"))
    lab.expect_text(client.output, "PROT C", "RETR report.bin", "STOR order.bin", "226 ")
    done("RETR", "STOR")
    lab.server_log("RETR", "STOR", "logged in")


@scenario("tls-control-only-curl", "PROT C by curl and Pure-FTPd, TLS 1.3, a listing and an upload. The keys are in "
          "tls-control-only-curl.keylog.")
def tls_control_only_curl(lab):
    os.makedirs("/etc/ssl/private", exist_ok=True)
    with open(lab.certificate, "rb") as source, open("/etc/ssl/private/pure-ftpd.pem", "wb") as target:
        target.write(source.read())
    lab.serve(PureFtpd, **{"-Y": "1"})
    done = down_and_up(lab, clear_data=True)
    listed = clients.curl(lab, "--ftp-ssl-control", "-k", path="/private/")
    lab.expect_text(listed.output, "> AUTH", "> LIST", "report.bin", "226")
    lab.transfer("LIST", "/private", "download", None, tls=True)
    put = clients.curl(lab, "--ftp-ssl-control", "-k", "-T", taken(lab, "order.bin"), path="/private/order.bin")
    lab.expect_text(put.output, "> PROT C", "> STOR", "226")
    done("STOR")


@scenario("tls-no-close-notify", "An upload whose TLS data connection ends with FIN and without close_notify; the "
          "server does not mind and says 226. The keys are in tls-no-close-notify.keylog.")
def tls_no_close_notify(lab):
    proftpd_tls(lab, TLSOptions="NoSessionReuseRequired")
    done = down_and_up(lab)
    client = session(lab, "no_close_notify", SERVER4, taken(lab, "order.bin"), "/private/order.bin")
    lab.expect_text(client.output, "PROT P", "STOR /private/order.bin", "226 ")
    done("STOR")
    lab.server_log("AUTH", "STOR")
