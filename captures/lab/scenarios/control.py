"""The control connection: refusals, logins, time-outs."""
import time

import clients
from net import SERVER4
from scenarios import scenario
from servers import Aiosmtpd, Pyftpdlib, Vsftpd


@scenario("control-refused", "Nothing listens on port 21: the server's host answers with RST.")
def control_refused(lab):
    lab.arrange("server: nothing listens")
    lab.record("client")
    client = clients.curl(lab)
    lab.expect_text(client.output, "Connection refused")
    lab.find("control-refused")


@scenario("control-timeout", "A router drops everything for port 21: the client's SYNs stay unanswered until it gives up.")
def control_timeout(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", "tcp dport 21 drop")
    lab.record("client")
    client = clients.curl(lab, "--connect-timeout", "6")
    lab.expect_text(client.output, "curl: (28)")
    lab.find("control-timeout")


@scenario("control-unreachable", "A router answers the control connection with ICMP 3/1, host unreachable.")
def control_unreachable(lab):
    lab.serve(Vsftpd)
    lab.net.firewall("router", "tcp dport 21 reject with icmp type host-unreachable")
    lab.record("client")
    client = clients.curl(lab, "--connect-timeout", "6")
    lab.expect(client.code != 0, "curl to fail")
    lab.find("control-unreachable")


@scenario("login-failed", "A wrong password (530), then the right one on the same connection (230).")
def login_failed(lab):
    lab.serve(Vsftpd)
    lab.record("client")
    client = clients.script(lab, "wrong_then_right", SERVER4)
    lab.expect_text(client.output, "530 Login incorrect", "230 Login successful")
    lab.find("login-failed")
    lab.server_log("LOGIN")


@scenario("greeting-refused", "The server serves one client at a time; a second one is greeted with 421.")
def greeting_refused(lab):
    lab.serve(Vsftpd, max_clients=1)
    lab.record("client")
    first = clients.script(lab, "hold", SERVER4, 2, background=True)
    time.sleep(0.8)
    client = clients.script(lab, "greeting", SERVER4)
    lab.expect_text(client.output, "421 There are too many connected users")
    first.wait(10)
    lab.find("greeting-refused")
    lab.server_log("421", "CONNECT", "LOGIN")


@scenario("idle-timeout", "The client says nothing after its login; the server closes the session with 421 after 6 seconds.")
def idle_timeout(lab):
    lab.serve(Vsftpd, idle_session_timeout=6)
    lab.record("client")
    client = clients.script(lab, "idle", SERVER4, 20)
    lab.expect_text(client.output, "421 ")
    lab.find("idle-timeout")
    lab.server_log("421", "LOGIN")


@scenario("file-unavailable", "SIZE and RETR of a file that is not there: 550; the passive port stays unused.")
def file_unavailable(lab):
    lab.serve(Pyftpdlib)
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    client = clients.tnftp(lab, ["cd pub", "binary", "get missing.bin"])
    lab.expect_text(client.output, "550 ")
    lab.transfer("RETR", "/pub/missing.bin", "download", 0, "failed", code=550)
    lab.find("file-unavailable")
    lab.server_log("550")


@scenario("smtp", "Mail, which greets with 220 too: a message in clear, one after AUTH, one after STARTTLS. No FTP is here.")
def smtp(lab):
    lab.serve(Aiosmtpd, port=25)
    lab.record("client")
    client = clients.script(lab, "mail", SERVER4, "plain", "login", "tls", library="smtplib")
    lab.expect_text(client.output, "220 ", "ehlo", "AUTH ", "STARTTLS", "221 ")
    lab.server_log("message")
