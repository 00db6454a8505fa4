"""What looks like a fault for a moment and is none: slow answers, lost first packets, late replies, late endings."""
import os
import re
import time

import clients
from net import SERVER4
from scenarios import scenario
from scenarios.modes import PACED, session, taken
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd

SYN = "tcp flags & (syn | ack) == syn"
PASSIVE_SYN = f"tcp dport 50000-50019 {SYN}"
FIRST = "numgen inc mod 1000 == 0"
FIRST_TWO = "numgen inc mod 1000 < 2"
PATH = "/pub/report.bin"
SIZE = 4000


def fetched(lab, name="taken.bin", mode="passive", record=True):
    """A copy of PATH arrived whole."""
    size = lab.expect_file(PATH, taken(lab, name), os.path.join(lab.home, PATH.lstrip("/")))
    del lab.files[1:]
    if record:
        lab.transfer("RETR", PATH, "download", size, mode=mode)


def prepare(lab, kind, size=SIZE, **settings):
    lab.serve(kind, **settings)
    lab.server_file(PATH.lstrip("/"), size)


@scenario("passive-slow-answer", "The first SYNs to the passive port are lost; the one after two seconds is answered.")
def passive_slow_answer(lab):
    prepare(lab, Vsftpd)
    lab.net.firewall("router", f"{PASSIVE_SYN} {FIRST_TWO} drop")
    lab.record("client")
    begin = time.monotonic()
    client = clients.curl(lab, "-o", taken(lab, "taken.bin"), path=PATH)
    lab.expect_text(client.output, "226 ")
    lab.expect(time.monotonic() - begin > 1.8, "the connection to wait for the third SYN")
    fetched(lab)
    lab.server_log("OK DOWNLOAD")


@scenario("active-slow-answer", "Active mode: the first SYN of the server is lost, the second is answered a second "
          "later.")
def active_slow_answer(lab):
    prepare(lab, Vsftpd)
    lab.net.firewall("client", f"{SYN} {FIRST} drop")
    lab.record("client")
    begin = time.monotonic()
    client = clients.curl(lab, "-P", "-", "-o", taken(lab, "taken.bin"), path=PATH)
    lab.expect_text(client.output, "> EPRT", "226 ")
    lab.expect(time.monotonic() - begin > 0.9, "the connection to wait for the second SYN")
    fetched(lab, mode="active")
    lab.server_log("EPRT", "OK DOWNLOAD")


@scenario("passive-refused-once", "RST answers the first SYN to the passive port; the client repeats it, as Windows "
          "does, and is accepted.")
def passive_refused_once(lab):
    prepare(lab, Vsftpd)
    lab.net.firewall("router", f"{PASSIVE_SYN} {FIRST} reject with tcp reset")
    lab.record("client")
    client = session(lab, "connect_again", SERVER4, PATH)
    lab.expect(client.output.count("refused") == 1, f"one refusal in:\n{client.output}")
    lab.expect_text(client.output, "226 ")
    fetched(lab)
    lab.server_log("OK DOWNLOAD")


@scenario("control-slow-answer", "The first SYN of the control connection is lost, the second is answered a second "
          "later.")
def control_slow_answer(lab):
    prepare(lab, PureFtpd)
    lab.net.firewall("router", f"tcp dport 21 {SYN} {FIRST} drop")
    lab.record("client")
    client = clients.curl(lab, "-o", taken(lab, "taken.bin"), path=PATH)
    lab.expect_text(client.output, "226")
    fetched(lab)


@scenario("greeting-late", "A busy server greets after 8 seconds; from then on all is quick.")
def greeting_late(lab):
    prepare(lab, Pyftpdlib, greeting_delay=8)
    lab.record("client")
    client = clients.tnftp(lab, ["binary", f"get {PATH} taken.bin"])
    lab.expect_text(client.output, "226 ")
    fetched(lab)
    lab.find("slow-greeting")
    lab.server_log("RETR")


@scenario("final-reply-late", "The server looks after a file for 10 seconds before it says 226: download and upload, "
          "complete long before.")
def final_reply_late(lab):
    prepare(lab, Pyftpdlib, final_delay=10)
    sent = lab.client_file("order.bin", 2500)
    lab.record("client")
    begin = time.monotonic()
    get = clients.curl(lab, "-o", taken(lab, "taken.bin"), path=PATH)
    put = clients.curl(lab, "-T", sent, path="/pub/order.bin")
    lab.expect_text(get.output, "226 ")
    lab.expect_text(put.output, "226 ")
    lab.expect(time.monotonic() - begin > 19, "two late replies")
    fetched(lab)
    lab.transfer("STOR", "/pub/order.bin", "upload", lab.expect_file("/pub/order.bin", offered=sent))
    lab.server_log("completed=1")


@scenario("reset-after-end", "The client has the whole file and the server's FIN, then resets the data connection, "
          "and after 221 the control connection.")
def reset_after_end(lab):
    prepare(lab, Vsftpd)
    lab.record("client")
    client = session(lab, "reset_after_end", SERVER4, PATH)
    lab.expect_text(client.output, "226 ", "221 ")
    fetched(lab)
    resets = lab.net.run("client", "tcpdump", "-n", "-r", lab.recorder.path, "tcp[tcpflags] & tcp-rst != 0").stdout
    lab.expect(resets.count("Flags [R") >= 1, "a reset in the capture")
    lab.server_log("OK DOWNLOAD")


@scenario("abort-after-end", "ABOR after 226: there is nothing left to break off, and the session goes on.")
def abort_after_end(lab):
    prepare(lab, ProFtpd)
    lab.record("client")
    client = session(lab, "abort_after_end", SERVER4, PATH)
    lab.expect_text(client.output, "226 Transfer complete", "after ABOR: 226 ")
    for name in ("first.bin", "second.bin"):
        fetched(lab, name)
    lab.server_log("RETR", "ABOR")


@scenario("keep-alive", "The user pauses longer than the server's idle timeout of 4 seconds; the client says NOOP "
          "meanwhile, so nothing is closed.")
def keep_alive(lab):
    prepare(lab, Vsftpd, idle_session_timeout=4)
    lab.record("client")
    client = session(lab, "keep_alive", SERVER4, PATH, 3, 2.5)
    lab.expect(client.output.count("200 NOOP ok") >= 3 and "421" not in client.output, "an open session")
    for name in ("first.bin", "second.bin"):
        fetched(lab, name)
    lab.server_log("NOOP", "OK DOWNLOAD")


def noop_in_transfer(lab, kind, size, **settings):
    prepare(lab, kind, size, **settings)
    lab.record("client")
    client = session(lab, "noop_in_transfer", SERVER4, PATH, 2)
    replies = [code for code in re.findall(r"(?m)^(\d\d\d) ", client.output) if code in ("200", "226")]
    fetched(lab)
    return replies


@scenario("noop-in-transfer", "NOOP twice during a download; the server reads them when the file is sent, and answers "
          "after 226.")
def noop_after(lab):
    replies = noop_in_transfer(lab, Vsftpd, 20000, **PACED)
    lab.expect(replies == ["226", "200", "200"], f"226 first, not {replies}")
    lab.server_log("NOOP", "OK DOWNLOAD")


@scenario("noop-answered-in-transfer", "NOOP twice during a download; the server answers them at once, before 226.")
def noop_before(lab):
    replies = noop_in_transfer(lab, Pyftpdlib, 12000, rate=4000)
    lab.expect(replies == ["200", "200", "226"], f"226 last, not {replies}")
    lab.server_log("NOOP", "completed=1")


@scenario("range-and-abort", "The user wants the first bytes of a slow download only: the client closes its end of "
          "the data connection and the server says 426. A second session then fetches the whole file.")
def range_and_abort(lab):
    prepare(lab, Vsftpd, 24000, **PACED)
    lab.record("server")
    got = taken(lab, "taken.bin")
    client = clients.curl(lab, "-r", "0-4999", "-o", taken(lab, "head.bin"), path=PATH)
    lab.expect(os.path.getsize(taken(lab, "head.bin")) == 5000, "the first bytes")
    lab.expect_text(client.output, "RETR")
    whole = clients.curl(lab, "-o", got, path=PATH)
    lab.expect_text(whole.output, "226 ")
    sent = re.search(r"FAIL DOWNLOAD:.* (\d+) bytes", lab.servers[0].log_text())
    lab.transfer("RETR", PATH, "download", int(sent.group(1)), "aborted", code=426)
    fetched(lab)
    lab.find("client-aborted")
    lab.server_log("OK DOWNLOAD", "FAIL DOWNLOAD")


@scenario("file-grows", "The file grows while it is sent: more bytes arrive than SIZE announced.")
def file_grows(lab):
    prepare(lab, Pyftpdlib, 12000, rate=4000)
    lab.record("client")
    got = taken(lab, "taken.bin")
    client = session(lab, "size_and_fetch", SERVER4, PATH, background=True)
    clients.wait_for_bytes(got, 8000)
    lab.arrange("server: 3000 bytes are added to report.bin while it is sent")
    with open(os.path.join(lab.home, PATH.lstrip("/")), "ab") as handle:
        handle.write(lab.content("more", 3000))
    lab.expect(client.wait(20) == 0, "the download to end well")
    fetched(lab)
    lab.expect(lab.files[0]["size"] == 15000, "more than was announced")
    lab.server_log("SIZE", "213 ", "completed=1")
