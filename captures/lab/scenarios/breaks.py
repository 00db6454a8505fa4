"""Sessions that break off, servers that do not keep to the protocol, and clients that attack."""
import os
import signal
import time

import clients
from fakes import FakeServer
from net import wait_until
from scenarios import scenario
from servers import ProFtpd, Vsftpd
from talks import talk


def kill_curl(lab, *words, path, ready):
    """curl is killed (SIGKILL) when `ready`: its kernel closes both connections."""
    curl = clients.curl(lab, "-N", *words, path=path, background=True)
    wait_until(ready, "the transfer to begin", 20)
    time.sleep(0.3)
    lab.arrange("SIGKILL to curl")
    lab.net.stop(curl, signal.SIGKILL)
    time.sleep(0.5)


@scenario("client-killed", "The client program is killed in mid-download: its kernel answers what still comes with RST.")
def client_killed(lab):
    lab.serve(Vsftpd, local_max_rate=20000)
    lab.server_file("slow.bin", 400000)
    lab.record("client")
    got = os.path.join(lab.client_home, "slow.bin")
    kill_curl(lab, "-o", got, path="/slow.bin", ready=lambda: os.path.exists(got) and os.path.getsize(got) > 10000)
    lab.expect(os.path.getsize(got) < 400000, "curl to be killed before the end")
    # How much the kernel had taken when it closed, nobody counts.
    lab.transfer("RETR", "/slow.bin", "download", None, "aborted", code=None)
    lab.find("client-aborted")
    lab.server_log("RETR", "DOWNLOAD")


@scenario("client-killed-upload", "The client program is killed in mid-upload: FIN on the data connection looks like the end of the file, and "
          "on the control connection there is nobody to read the 226.")
def client_killed_upload(lab):
    lab.serve(ProFtpd)
    sent = lab.client_file("slow.bin", 90000)
    lab.record("client")
    arrived = os.path.join(lab.home, "slow.bin")
    kill_curl(lab, "--limit-rate", "20000", "-T", sent, path="/slow.bin",
              ready=lambda: os.path.exists(arrived) and os.path.getsize(arrived) > 10000)
    lab.expect(os.path.getsize(arrived) < 90000, "a part of the file only")
    # For the server the upload is complete, for the client it is not: no status that both ends would give.
    lab.transfer("STOR", "/slow.bin", "upload", os.path.getsize(arrived), None, code=226)
    lab.find("client-aborted")
    lab.server_log("STOR")


@scenario("server-killed-upload", "All processes of the server are killed in mid-upload: both connections end without a reply.")
def server_killed_upload(lab):
    server = lab.serve(ProFtpd)
    sent = lab.client_file("slow.bin", 90000)
    lab.record("client")
    arrived = os.path.join(lab.home, "slow.bin")
    curl = clients.curl(lab, "--limit-rate", "20000", "-T", sent, path="/slow.bin", background=True)
    wait_until(lambda: os.path.exists(arrived) and os.path.getsize(arrived) > 10000, "the upload to begin", 20)
    for process in server.children():
        lab.signal(process, signal.SIGKILL)
    curl.wait(20)
    lab.expect(curl.returncode != 0, "curl to notice")
    lab.transfer("STOR", "/slow.bin", "upload", None, "aborted", code=None)
    lab.find("server-aborted")
    # ProFTPD writes of a command when it is done with it: of STOR there is nothing.
    lab.server_log("PASS", "EPSV", "TYPE", "STOR")


@scenario("server-killed-idle", "The server's processes are killed while a session does nothing: FIN without a 421. No transfer was "
          "broken.")
def server_killed_idle(lab):
    server = lab.serve(ProFtpd)
    lab.record("client")
    session = talk(lab, "@login", "PWD", f"@touch {lab.work}/in", "@until_closed", background=1)
    wait_until(lambda: os.path.exists(f"{lab.work}/in"), "the client to log in", 20)
    for process in server.children():
        lab.signal(process, signal.SIGKILL)
    lab.expect_text(session.wait(), "closed")


@scenario("server-shutdown", "The server says 421 and closes in the middle of a session that was not idle: it is being shut down.")
def server_shutdown(lab):
    lab.serve(FakeServer, behaviours=("NOOP=421 The server is being shut down for repairs.\\r\\n",))
    lab.record("client")
    output = talk(lab, "@login", "PWD", "@quiet NOOP", "@until_closed")
    lab.expect_text(output, "421 The server is being shut down", "closed")
    lab.server_log("421", "NOOP")


@scenario("server-stopped-transfer", "The server is shut down during a download: both connections end, ProFTPD says nothing.")
def server_stopped_transfer(lab):
    server = lab.serve(ProFtpd, TransferRate="RETR 20.0")
    lab.server_file("slow.bin", 60000)
    lab.record("client")
    got = os.path.join(lab.client_home, "slow.bin")
    curl = clients.curl(lab, "-N", "-o", got, path="/slow.bin", background=True)
    wait_until(lambda: os.path.exists(got) and os.path.getsize(got) > 10000, "the download to begin", 20)
    server.stop()
    curl.wait(20)
    lab.expect(curl.returncode != 0, "curl to notice")
    lab.transfer("RETR", "/slow.bin", "download", os.path.getsize(got), "aborted", code=None)
    lab.find("server-aborted")
    lab.server_log("RETR", "SHUTDOWN")


def stopped_server(lab, pause, *after):
    """The server's session is stopped (SIGSTOP) in mid-upload and lies still for `pause` seconds; the data arrive in its kernel."""
    server = lab.serve(ProFtpd)
    sent = lab.client_file("report.bin", 9000)
    lab.record("client")
    session = talk(lab, "@login", "TYPE I", "@pasv", "STOR report.bin", f"@put {sent} 0 4000", f"@touch {lab.work}/half",
                   f"@wait {lab.work}/rest", f"@put {sent} 4000", "@finish", *after, background=1)
    wait_until(lambda: os.path.exists(f"{lab.work}/half"), "the upload to begin", 20)
    stopped = server.children()
    for process in stopped:
        lab.signal(process, signal.SIGSTOP)
    with open(f"{lab.work}/rest", "w", encoding="utf-8"):
        time.sleep(pause)
    return sent, session, stopped


@scenario("no-final-reply", "The server's process is stopped in mid-upload: all data are acknowledged, and no reply comes. After 35 seconds "
          "the client gives up.")
def no_final_reply(lab):
    _, session, stopped = stopped_server(lab, 0, "@silence 35", "@close")
    lab.expect_text(session.wait(60), "silent for 35 s")
    time.sleep(0.5)
    lab.transfer("STOR", "/report.bin", "upload", 9000, None, code=None)
    lab.find("no-final-reply")
    for process in stopped:
        lab.signal(process, signal.SIGKILL)


@scenario("late-final-reply", "The server's process is stopped in mid-upload and goes on after 4 seconds: 226 is late, and all is well.")
def late_final_reply(lab):
    sent, session, stopped = stopped_server(lab, 4, "@reply", "QUIT")
    for process in stopped:
        lab.signal(process, signal.SIGCONT)
    lab.expect_text(session.wait(), "226 ", "221 ")
    lab.transfer("STOR", "/report.bin", "upload", lab.expect_file("/report.bin", offered=sent))
    lab.server_log("STOR")


@scenario("rest-ignored", "The server answers REST with 350 and then sends the file from its beginning: a client that adds it to what "
          "it has would have the first 4000 bytes twice.")
def rest_ignored(lab):
    lab.serve(FakeServer, behaviours=("ignore-rest",))
    lab.server_file("report.bin", 9000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "SIZE report.bin", "REST 4000", "@pasv", "RETR report.bin", "@take", "@reply", "QUIT")
    lab.expect_text(output, "350 Restarting at 4000", "taken: 9000", "226 ")
    lab.transfer("RETR", "/report.bin", "download", 9000)
    lab.find("rest-ignored")
    lab.server_log("SIZE", "REST", "RETR", "226")


@scenario("protocol-violation", "A server that does not keep to the protocol: NOOP is answered twice, SYST with a line that is no reply "
          "first, STAT with the code 99, TYPE with 150, and HELP not at all.")
def protocol_violation(lab):
    lab.serve(FakeServer, behaviours=("NOOP=200 Done.\\r\\n250 And again.\\r\\n", "SYST=UNIX, of course\\r\\n215 UNIX\\r\\n",
                                      "TYPE=150 Type I it is.\\r\\n", "STAT=99 Fine.\\r\\n200 Fine.\\r\\n", "HELP="))
    lab.record("client")
    output = talk(lab, "@login", "@quiet NOOP", "@replies 2", "@quiet SYST", "@replies 2", "TYPE I", "@quiet STAT",
                  "@replies 2", "@quiet HELP", "@silence 1", "PWD", "QUIT")
    lab.expect_text(output, "250 And again", "UNIX, of course", "150 Type I", "99 Fine", "silent for 1 s", "257 ", "221 ")
    lab.find("protocol-violation")
    lab.server_log("NOOP", "TYPE", "HELP")


@scenario("protocol-latitude", "What servers may do: replies of several lines, lines that end in LF alone, one-line replies without text, "
          "502 to what they do not know, two commands in one segment.")
def protocol_latitude(lab):
    lab.serve(FakeServer, behaviours=("SYST=215-UNIX\\r\\n 200 is not a reply here\\r\\n215 UNIX\\r\\n", "NOOP=200\\r\\n",
                                      "TYPE=200 Done.\\n"))
    lab.record("client")
    output = talk(lab, "@login", "SYST", "NOOP", "TYPE I", "FEAT", "@raw PWD\\r\\nNOOP\\r\\n", "@replies 2", "QUIT")
    lab.expect_text(output, "215 UNIX", "502 ", "257 ", "221 ")
    lab.server_log("SYST", "FEAT", "PWD")


@scenario("exploit-pattern", "Strings of known attacks against old servers, sent to a present one, which refuses them: the smiling user name "
          "of vsftpd 2.3.4, HELP ACIDBITCHEZ, SITE CPFR before the login, format strings, a very long argument, ../ to the root.")
def exploit_pattern(lab):
    lab.serve(ProFtpd, MaxLoginAttempts="9")
    lab.record("client")
    output = talk(lab, "HELP ACIDBITCHEZ", "SITE CPFR /proc/self/cmdline", "SITE CPTO /tmp/shell.php", "USER root:)", "PASS x",
                  "@open", "@login", "SITE EXEC %x%x%x%x%x%x%n%n", "CWD ../../../../../../../../etc", "@open",
                  "USER " + "A" * 480, "@open", "@login", "SIZE ../../../../../../etc/passwd", "QUIT")
    lab.expect(output.count("500 'SITE ") == 3 and output.count("550 ") == 2, output)
    lab.find("exploit-pattern", "login-failed", "file-unavailable")
    lab.server_log("SITE", "CWD")


@scenario("exploit-lookalikes", "Names and words that only look like attacks: a file called smile:).txt, CWD .. in a tree, per cent signs and "
          "a long but honest path.")
def exploit_lookalikes(lab):
    folder = "a-folder-with-a-long-name/" * 5
    lab.server_file(folder + "100%done.bin", 100)
    lab.serve(Vsftpd)
    sent = lab.client_file("smile.txt", 300)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "CWD " + folder.rstrip("/"), "SIZE 100%done.bin", "CWD ..", "CDUP", "CWD /", "@pasv",
                  "STOR smile:).txt", f"@put {sent}", "@finish", "@reply", "HELP", "QUIT")
    lab.expect_text(output, "213 100", "226 ", "250 ")
    lab.transfer("STOR", "/smile:).txt", "upload", lab.expect_file("/smile:).txt", offered=sent))
    lab.server_log("CWD", "STOR")
