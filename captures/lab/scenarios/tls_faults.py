"""TLS that is refused, fails, is not what was agreed, or does not end as it should."""
import os

import clients
from fakes import FakeServer
from net import SERVER4
from scenarios import scenario
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd
from talks import talk

TLS = {"ssl_enable": "YES", "require_ssl_reuse": "NO", "force_local_logins_ssl": "YES", "force_local_data_ssl": "YES"}


def proftpd_tls(lab, **settings):
    return lab.serve(ProFtpd, LoadModule="mod_tls.c", **{
        "TLSEngine": "on", "TLSRequired": "off", "TLSRSACertificateFile": lab.certificate,
        "TLSRSACertificateKeyFile": lab.certificate, "TLSLog": f"{lab.work}/proftpd.tls", "TLSProtocol": "TLSv1.2 TLSv1.3",
        **settings})


@scenario("tls-refused", "The client insists on TLS; ProFTPD without TLS answers AUTH TLS and AUTH SSL with 500, and the client gives "
          "up.")
def tls_refused(lab):
    lab.serve(ProFtpd)
    lab.record("client")
    output = clients.curl(lab, "--ssl-reqd", "-k").output
    lab.expect_text(output, "> AUTH", "< 500 AUTH not understood", "curl: (64)")
    lab.find("tls-refused")
    lab.server_log("AUTH")


@scenario("tls-refused-vsftpd", "The client insists on TLS; vsftpd without TLS answers AUTH TLS with 530, as it does to all before the "
          "login.")
def tls_refused_vsftpd(lab):
    lab.serve(Vsftpd)
    lab.record("client")
    output = clients.lftp(lab, ["ls"], settings=("ftp:ssl-allow yes", "ftp:ssl-force yes")).output
    lab.expect_text(output, "---> AUTH TLS", "<--- 530 Please login with USER and PASS", "ftp:ssl-force is set")
    lab.find("tls-refused")
    lab.server_log("AUTH", "530")


@scenario("tls-refused-in-clear", "The client would like TLS; the server answers AUTH with 500, and both go on in clear: the download "
          "works.")
def tls_refused_in_clear(lab):
    lab.serve(Pyftpdlib)
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    output = clients.curl(lab, "--ssl", "-o", got, path="/pub/report.bin").output
    lab.expect_text(output, "> AUTH", "< 500 ", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered))
    lab.server_log("AUTH", "RETR")


@scenario("tls-refused-mechanism", "The client tries AUTH GSSAPI first (504), then AUTH TLS (234): one mechanism was refused, TLS was "
          "not.")
def tls_refused_mechanism(lab):
    lab.serve(Vsftpd, **TLS)
    lab.record("client")
    output = talk(lab, "AUTH GSSAPI", "@secure", "@login", "PWD", "QUIT")
    lab.expect_text(output, "504 Unknown AUTH type", "234 ", "handshake done", "257 ")
    lab.find("control-encrypted")
    lab.server_log("AUTH", "504", "234")


def failing_handshake(lab, wanted, *words, server=None):
    server or lab.serve(Vsftpd, **TLS)
    lab.record("client")
    output = clients.curl(lab, "--ssl-reqd", *words).output
    lab.expect_text(output, "234 ", *wanted)
    lab.find("tls-handshake-failed")
    lab.server_log("AUTH", "234", "SSL")


@scenario("tls-handshake-failed", "The client does not know who signed the server's certificate and ends the TLS 1.2 handshake with the "
          "alert unknown_ca.")
def tls_handshake_failed(lab):
    failing_handshake(lab, ("self-signed certificate", "curl: (60)"), "--tls-max", "1.2")


@scenario("tls-handshake-failed-13", "The client does not know who signed the server's certificate. In TLS 1.3 the alert that says so is "
          "encrypted: the client sends one short record after the server's first flight and closes.")
def tls_handshake_failed_13(lab):
    failing_handshake(lab, ("self-signed certificate", "curl: (60)"))


@scenario("tls-handshake-name", "The certificate is for another name than the one the client asked for; the client ends the handshake "
          "with the alert bad_certificate. With the right name it works.")
def tls_handshake_name(lab):
    lab.serve(Vsftpd, **TLS)
    lab.record("client")
    output = talk(lab, "AUTH TLS", "@verify files.example")
    lab.expect_text(output, "handshake failed", "Hostname mismatch")
    lab.expect_text(talk(lab, "AUTH TLS", "@verify ftp.example", "@login", "QUIT"), "handshake done", "230 ", "221 ")
    lab.find("tls-handshake-failed", "control-encrypted")
    lab.server_log("AUTH", "234", "SSL")


@scenario("tls-handshake-version", "The client knows TLS 1.0 only, the server 1.2 and 1.3: the server answers with the alert "
          "protocol_version.")
def tls_handshake_version(lab):
    failing_handshake(lab, ("curl: (35)",), "-k", "--tlsv1.0", "--tls-max", "1.0", "--ciphers", "DEFAULT@SECLEVEL=0",
                      server=proftpd_tls(lab))


@scenario("tls-handshake-ciphers", "Client and server have no cipher suite in common: alert handshake_failure.")
def tls_handshake_ciphers(lab):
    failing_handshake(lab, ("curl: (35)",), "-k", "--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305",
                      server=proftpd_tls(lab))


@scenario("tls-handshake-mixed-up", "The client speaks TLS at once, as with implicit TLS, on port 21, where the server greets in clear.")
def tls_handshake_mixed_up(lab):
    lab.serve(Vsftpd, **TLS)
    lab.record("client")
    output = clients.launch(lab, "curl", ["curl", "-v", "-sS", "-k", f"ftps://{SERVER4}:21/"]).output
    lab.expect_text(output, "curl: (35)", "wrong version number")
    lab.find("tls-handshake-failed")
    lab.server_log("CONNECT", "500", "command")


@scenario("tls-handshake-verified", "The client verifies the certificate and knows who signed it: TLS 1.2 with all its alerts, which are "
          "the close_notify of a healthy end.")
def tls_handshake_verified(lab):
    lab.serve(Vsftpd, **TLS)
    offered = lab.server_file("private/report.bin", 4000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    output = clients.curl(lab, "--ssl-reqd", "--cacert", "/srv/crt.pem", "--tls-max", "1.2", "-o", got,
                          path="/private/report.bin").output
    lab.expect_text(output, "234 ", "226 ")
    lab.expect_file("/private/report.bin", got, offered)
    lab.transfer("RETR", "/private/report.bin", "download", None, tls=True)
    lab.find("control-encrypted")
    lab.server_log("AUTH", "OK LOGIN", "OK DOWNLOAD")


# TLS 1.2: with 1.3 a client that closes early has tickets it did not read, and its kernel sends RST instead of FIN.
PRIVATE = ("@secure 1.2", "@login", "TYPE I", "PBSZ 0", "PROT P", "@clear")


@scenario("protection-mismatch", "PROT P was agreed, and the client sends its upload in clear: ProFTPD refuses it. CCC left the control "
          "connection readable.")
def protection_mismatch(lab):
    proftpd_tls(lab, TLSOptions="NoSessionReuseRequired")
    sent = lab.client_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, *PRIVATE, "@pasv", "@quiet STOR plan.bin", f"@put {sent}", "@finish", "@replies 2", "QUIT")
    lab.expect_text(output, "200 Protection set to Private", "425 Unable to build data connection: Operation not permitted")
    lab.transfer("STOR", "/plan.bin", "upload", 3000, "aborted", code=425)
    lab.find("control-encrypted", "protection-mismatch")
    lab.server_log("PROT", "STOR")


@scenario("protection-mismatch-clear", "No PROT P was sent, and the client begins TLS on the data connection: the server takes the handshake "
          "for the file.")
def protection_mismatch_clear(lab):
    proftpd_tls(lab, TLSOptions="NoSessionReuseRequired")
    lab.record("client")
    output = talk(lab, "@secure", "@login", "TYPE I", "@clear", "@pasv", "STOR plan.bin", "@wrap_late", "@reply", "QUIT")
    lab.expect_text(output, "226 ")
    with open(f"{lab.home}/plan.bin", "rb") as handle:
        stored = handle.read()
    lab.expect(stored[:2] == b"\x16\x03", "the server to have stored a ClientHello")
    lab.transfer("STOR", "/plan.bin", "upload", lab.expect_file("/plan.bin"))
    lab.find("control-encrypted", "protection-mismatch")
    lab.server_log("CCC", "STOR")


@scenario("protection-changed", "One upload with PROT P and TLS, one with PROT C and in clear: what was agreed is what happens.")
def protection_changed(lab):
    proftpd_tls(lab, TLSOptions="NoSessionReuseRequired")
    sent = lab.client_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, *PRIVATE, "@pasv", "STOR one.bin", "@wrap_data", f"@put {sent}", "@finish unwrap", "@reply", "PROT C",
                  "@pasv", "STOR two.bin", f"@put {sent}", "@finish", "@reply", "QUIT")
    lab.expect_text(output, "data handshake done", "200 Protection set to Clear")
    lab.expect(output.count("226 ") == 2, output)
    lab.expect_file("/one.bin", offered=sent)
    lab.transfer("STOR", "/one.bin", "upload", None)  # TLS records: more bytes than the file has
    lab.transfer("STOR", "/two.bin", "upload", lab.expect_file("/two.bin", offered=sent))
    lab.find("control-encrypted")
    lab.server_log("PROT", "STOR")


@scenario("tls-session-reuse", "The server wants data connections to resume the TLS session of the control connection; the client does not, "
          "and is answered 522. CCC left the replies readable.")
def tls_session_reuse(lab):
    lab.serve(FakeServer, behaviours=("reuse-required",))
    lab.server_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, *PRIVATE, "@pasv", "@quiet RETR plan.bin", "@wrap_data", "@take", "@replies 2", "QUIT")
    lab.expect_text(output, "522 TLS session reuse required", "taken: 0")
    lab.transfer("RETR", "/plan.bin", "download", None, "aborted", code=522)
    lab.find("control-encrypted", "tls-session-reuse")
    lab.server_log("PROT", "RETR", "522")


@scenario("tls-session-reuse-hidden", "vsftpd wants the TLS session resumed, the client does not resume it; the reply 522 that says so is "
          "encrypted.")
def tls_session_reuse_hidden(lab):
    lab.serve(Vsftpd, **{**TLS, "require_ssl_reuse": "YES"})
    lab.server_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, "@secure", "@login", "TYPE I", "@protect", "@pasv", "@quiet RETR plan.bin", "@wrap_data", "@take",
                  "@replies 2", "QUIT")
    lab.expect_text(output, "522 SSL connection failed: session reuse required")
    lab.transfer("RETR", "/plan.bin", "download", None, "failed", code=522, tls=True)
    lab.find("control-encrypted", "tls-session-reuse")
    lab.server_log("RETR", "522")


@scenario("tls-session-reused", "The server wants the TLS session resumed, and the client does that: the download works.")
def tls_session_reused(lab):
    lab.serve(FakeServer, behaviours=("reuse-required",))
    offered = lab.server_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, "@secure 1.2", "@login", "TYPE I", "PBSZ 0", "PROT P", "@remember", "@clear", "@pasv",
                  "@quiet RETR plan.bin", "@wrap_data reuse", "@take", "@replies 2", "QUIT")
    lab.expect_text(output, "taken: 3000", "226 ")
    lab.transfer("RETR", "/plan.bin", "download", None)
    lab.expect_file("/plan.bin", offered=offered)
    lab.find("control-encrypted")
    lab.server_log("PROT", "RETR")


@scenario("tls-close-missing", "The client ends the TLS session of its upload with FIN and without close_notify; the server minds and "
          "answers 426.")
def tls_close_missing(lab):
    lab.serve(FakeServer, behaviours=())
    sent = lab.client_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, "@secure 1.2", "@login", "TYPE I", "PBSZ 0", "PROT P", "@clear", "@pasv", "STOR plan.bin", "@wrap_data",
                  f"@put {sent}", "@finish", "@reply", "QUIT")
    lab.expect_text(output, "426 Failure reading network stream")
    lab.transfer("STOR", "/plan.bin", "upload", None, "aborted", code=426)
    lab.find("control-encrypted", "tls-close-missing")
    lab.server_log("426", "150")


@scenario("tls-close-missing-hidden", "The client ends the TLS session of its upload without close_notify; vsftpd (strict_ssl_read_eof) "
          "minds, and its 426 is encrypted.")
def tls_close_missing_hidden(lab):
    lab.serve(Vsftpd, **TLS, strict_ssl_read_eof="YES")
    sent = lab.client_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, "@secure 1.2", "@login", "TYPE I", "@protect", "@pasv", "STOR plan.bin", "@wrap_data", f"@put {sent}",
                  "@finish", "@reply", "QUIT")
    lab.expect_text(output, "426 Failure reading network stream")
    lab.transfer("STOR", "/plan.bin", "upload", None, "aborted", code=426, tls=True)
    lab.find("control-encrypted")
    lab.server_log("STOR", "426")


@scenario("tls-close-forgiven", "The client ends the TLS session of its upload without close_notify, and the server answers 226, as "
          "most do.")
def tls_close_forgiven(lab):
    proftpd_tls(lab, TLSOptions="NoSessionReuseRequired")
    sent = lab.client_file("plan.bin", 3000)
    lab.record("client")
    output = talk(lab, *PRIVATE, "@pasv", "STOR plan.bin", "@wrap_data", f"@put {sent}", "@finish", "@reply", "QUIT")
    lab.expect_text(output, "226 ")
    lab.expect_file("/plan.bin", offered=sent)
    lab.transfer("STOR", "/plan.bin", "upload", None)
    lab.find("control-encrypted")
    lab.server_log("PROT", "STOR")


@scenario("starttls-injection", "A command in clear stands in the same segment behind AUTH TLS, as if somebody had put it there; the "
          "server answers 234.")
def starttls_injection(lab):
    lab.serve(Pyftpdlib, tls="optional")
    lab.record("client")
    output = talk(lab, "@raw AUTH TLS\\r\\nUSER mallory\\r\\n", "@reply", "@handshake", "@close")
    lab.expect_text(output, "234 ", "handshake")
    lab.find("starttls-injection", "control-encrypted")
    lab.server_log("AUTH", "234")


@scenario("starttls-injection-proftpd", "A command in clear behind AUTH TLS; ProFTPD throws it away, and the session goes on with TLS.")
def starttls_injection_proftpd(lab):
    proftpd_tls(lab)
    lab.record("client")
    output = talk(lab, "@raw AUTH TLS\\r\\nNOOP\\r\\n", "@reply", "@handshake", "@login", "QUIT")
    lab.expect_text(output, "234 ", "handshake done", "230 ")
    lab.find("starttls-injection", "control-encrypted")
    lab.server_log("AUTH", "NOOP", "PASS")


@scenario("starttls-injection-reply", "The server's 234 and a second reply in clear come in one segment, before the TLS handshake, as if "
          "somebody had added it.")
def starttls_injection_reply(lab):
    lab.serve(FakeServer, behaviours=("speak-before-tls",))
    lab.record("client")
    output = talk(lab, "@secure", "@close")
    lab.expect_text(output, "234 ", "handshake done")
    lab.find("starttls-injection", "control-encrypted")
    lab.server_log("234", "AUTH")


@scenario("starttls-pipelined", "AUTH TLS and USER in one segment to a server that has no TLS: both are answered, nothing was smuggled in.")
def starttls_pipelined(lab):
    lab.serve(PureFtpd)
    lab.record("client")
    output = talk(lab, "@raw AUTH TLS\\r\\nUSER lab\\r\\n", "@replies 2", "PASS lab-secret", "PWD", "QUIT")
    lab.expect_text(output, "500 This security scheme is not implemented", "331 ", "230 ", "257 ")
