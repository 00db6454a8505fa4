"""Servers that are slow to greet or to log in, and sessions that end because nobody says anything."""
import contextlib
import time

from scenarios import scenario
from servers import ProFtpd, PureFtpd, Vsftpd
from talks import talk

RESOLVER = "192.0.2.53"  # behind the router, where nobody has this address


@contextlib.contextmanager
def dead_resolver(lab, options):
    """The server's host asks a name server that never answers, with these options of the resolver."""
    kept = {}
    changes = {"/etc/resolv.conf": f"nameserver {RESOLVER}\noptions {options}\n",
               "/etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: dns\n"}
    for path, text in changes.items():
        with open(path, encoding="utf-8") as handle:
            kept[path] = handle.read()
        with open(path, "w", encoding="utf-8") as handle:
            handle.write(text)
    lab.arrange(f"server: looks names up at {RESOLVER} (resolv.conf), options {options}")
    lab.net.run("router", "ip", "route", "add", "blackhole", RESOLVER)
    try:
        yield
    finally:
        for path, text in kept.items():
            with open(path, "w", encoding="utf-8") as handle:
                handle.write(text)


def timed_talk(lab, *steps):
    before = time.monotonic()
    return talk(lab, *steps), time.monotonic() - before


def ident(lab, verdict):
    """ProFTPD asks the client's host, on port 113, who the user is, before it greets."""
    lab.serve(ProFtpd, LoadModule="mod_ident.c", IdentLookups="on")
    if verdict:
        lab.net.firewall("client", f"tcp dport 113 {verdict}")
    lab.record("client")
    output, seconds = timed_talk(lab, "@login", "QUIT")
    lab.expect_text(output, "220 ", "230 ", "221 ")
    lab.server_log("USER", "PASS")
    return seconds


@scenario("slow-greeting-ident", "Before it greets, the server asks the client's host for the user's name (ident, port 113); a "
          "packet filter drops that, and the greeting comes 5 seconds late.")
def slow_greeting_ident(lab):
    seconds = ident(lab, "drop")
    lab.expect(seconds > 4.5, f"a slow greeting, not {seconds} s")
    lab.find("slow-greeting")


@scenario("ident-refused", "The server asks for ident before it greets; the client's host refuses at once, and the greeting is "
          "not late.")
def ident_refused(lab):
    seconds = ident(lab, "reject with tcp reset")
    lab.expect(seconds < 3, f"a quick greeting, not {seconds} s")


@scenario("slow-greeting-dns", "Before it greets, the server looks up the client's name; the name server does not answer, and "
          "the greeting comes 6 seconds late. Recorded at the server, with the questions.")
def slow_greeting_dns(lab):
    with dead_resolver(lab, "timeout:3 attempts:2"):
        lab.serve(PureFtpd, **{"-H": None})
        lab.record("server")
        output, seconds = timed_talk(lab, "@login", "QUIT")
    lab.expect_text(output, "220 ", "230 ")
    lab.expect(seconds > 5.5, f"a slow greeting, not {seconds} s")
    lab.find("slow-greeting")


@scenario("slow-greeting-short", "The name server does not answer, but the server's host gives up after a second: the greeting is "
          "late and nobody minds.")
def slow_greeting_short(lab):
    with dead_resolver(lab, "timeout:1 attempts:1"):
        lab.serve(PureFtpd, **{"-H": None})
        lab.record("server")
        output, seconds = timed_talk(lab, "@login", "QUIT")
    lab.expect_text(output, "220 ", "230 ")
    lab.expect(0.8 < seconds < 4, f"a greeting after about one second, not {seconds} s")


@scenario("slow-login", "Who may log in is asked of a directory service (PAM), which takes 6 seconds to say so: 230 is late.")
def slow_login(lab):
    wait = "account required pam_exec.so /bin/sleep 6"
    lab.arrange(f"server: {wait} (pam.d/ftplab-slow)")
    with open("/etc/pam.d/ftplab-slow", "w", encoding="utf-8") as handle:
        handle.write(f"auth required pam_unix.so\n{wait}\naccount required pam_unix.so\n")
    lab.serve(ProFtpd, AuthOrder="mod_auth_pam.c* mod_auth_unix.c", AuthPAM="on", AuthPAMConfig="ftplab-slow")
    lab.record("client")
    output, seconds = timed_talk(lab, "@login", "QUIT")
    lab.expect_text(output, "220 ", "230 ")
    lab.expect(seconds > 5.5, f"a slow login, not {seconds} s")
    lab.find("slow-login")
    lab.server_log("USER", "PASS")


@scenario("slow-login-penalty", "The server lets whoever gave a wrong password wait 6 seconds for the 530; the right one is answered at "
          "once.")
def slow_login_penalty(lab):
    lab.serve(Vsftpd, delay_failed_login=6)
    lab.record("client")
    output, seconds = timed_talk(lab, "@login lab not-it", "@login", "QUIT")
    lab.expect_text(output, "530 ", "230 ")
    lab.expect(5.5 < seconds < 9, f"six seconds, not {seconds} s")
    lab.find("login-failed", "slow-login")
    lab.server_log("LOGIN")


@scenario("login-delay", "A wrong password costs one second at vsftpd before 530 comes; the right one is answered at once.")
def login_delay(lab):
    lab.serve(Vsftpd, delay_failed_login=1)
    lab.record("client")
    output, seconds = timed_talk(lab, "@login lab not-it", "@login", "QUIT")
    lab.expect_text(output, "530 ", "230 ")
    lab.expect(0.9 < seconds < 4, f"one second, not {seconds} s")
    lab.find("login-failed")
    lab.server_log("LOGIN")


@scenario("idle-timeout-login", "The client says nothing after the greeting; ProFTPD closes after 5 seconds: Login timeout.")
def idle_timeout_login(lab):
    lab.serve(ProFtpd, TimeoutLogin="5")
    lab.record("client")
    lab.expect_text(talk(lab, "@until_closed"), "421 Login timeout")
    lab.find("idle-timeout")
    lab.server_log("timed out", "timeout")


@scenario("idle-timeout-proftpd", "The client says nothing after a download; ProFTPD closes after 5 seconds: Idle timeout.")
def idle_timeout_proftpd(lab):
    lab.serve(ProFtpd, TimeoutIdle="5")
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv", "RETR /pub/report.bin", "@take", "@reply", "@until_closed")
    lab.expect_text(output, "226 ", "421 Idle timeout (5 seconds)")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.find("idle-timeout")
    lab.server_log("RETR", "timeout")


@scenario("idle-timeout-no-transfer", "The client keeps the session alive with NOOP but transfers nothing; ProFTPD closes it "
          "after 5 seconds: No transfer timeout.")
def idle_timeout_no_transfer(lab):
    lab.serve(ProFtpd, TimeoutNoTransfer="5")
    lab.record("client")
    output = talk(lab, "@login", "@sleep 2", "NOOP", "@sleep 2", "NOOP", "@until_closed")
    lab.expect_text(output, "421 No transfer timeout (5 seconds)")
    lab.find("idle-timeout")
    lab.server_log("NOOP", "timeout")


@scenario("data-timeout", "The client takes no more of a download, without closing anything; vsftpd, whose timeout is 5 seconds, "
          "gives up after 10 to 15: 421 Data timeout.")
def data_timeout(lab):
    lab.serve(Vsftpd, data_connection_timeout=5)
    lab.server_file("big.bin", 9000000)
    # A small receive buffer, so that the capture is small too.
    lab.net.run("client", "sysctl", "-qw", "net.ipv4.tcp_rmem=4096 16384 16384")
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv", "RETR /big.bin", "@take 10000", "@until_closed")
    lab.expect_text(output, "421 Data timeout")
    # How much of it the kernels had passed on, neither end counts.
    lab.transfer("RETR", "/big.bin", "download", None, "aborted", code=421)
    lab.find("server-aborted", "receiver-stalled")
    lab.server_log("RETR", "421", "426")
