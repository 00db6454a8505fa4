"""Servers that refuse a client: in the greeting, at the login, or later with 421."""
import os
import subprocess
import time

import clients
from net import wait_until
from scenarios import scenario
from servers import PASSWORD, USER, ProFtpd, PureFtpd, Pyftpdlib, Vsftpd
from talks import talk


def crowded(lab, refusal, kind, **settings):
    """A server with room for one: the second client is refused; when the first is gone, the third is served."""
    lab.serve(kind, **settings)
    lab.record("client")
    first = talk(lab, "@login", f"@touch {lab.work}/in", f"@wait {lab.work}/out", "QUIT", background=1)
    wait_until(lambda: os.path.exists(f"{lab.work}/in"), "the first client to log in", 20)
    lab.expect_text(talk(lab, "@until_closed"), refusal, "closed")
    with open(f"{lab.work}/out", "w", encoding="utf-8"):
        first.wait()
    time.sleep(0.8)
    lab.expect_text(talk(lab, "@login", "QUIT"), "230 ")
    lab.find("greeting-refused")
    lab.server_log("421", "530", "many", "new connection", "refused", "CONNECT", "LOGIN")


@scenario("greeting-refused-host", "One connection for each address: a second one from the same client is greeted with 421; "
          "later, when the first is closed, it is served.")
def greeting_refused_host(lab):
    crowded(lab, "421 There are too many connections from your internet address", Vsftpd, max_per_ip=1)


@scenario("greeting-refused-530", "ProFTPD allows one connection for each host and greets a second one with 530.")
def greeting_refused_530(lab):
    crowded(lab, "530 ", ProFtpd, MaxConnectionsPerHost="1")


@scenario("greeting-refused-users", "Pure-FTPd serves one client at a time and greets a second one with 421.")
def greeting_refused_users(lab):
    crowded(lab, "421 ", PureFtpd, **{"-c": "1"})


@scenario("greeting-refused-pyftpdlib", "pyftpdlib allows one connection for each address and greets a second one with 421.")
def greeting_refused_pyftpdlib(lab):
    crowded(lab, "421 Too many connections from the same IP address", Pyftpdlib, max_cons_per_ip=1)


@scenario("greeting-refused-banned", "The client's network stands in hosts.deny: TCP wrappers let vsftpd greet it with 421.")
def greeting_refused_banned(lab):
    denied = "vsftpd: 198.51.100.0/255.255.255.0"
    lab.arrange(f"server: {denied} (hosts.deny)")
    with open("/etc/hosts.deny", "w", encoding="utf-8") as handle:
        handle.write(denied + "\n")
    try:
        lab.serve(Vsftpd, tcp_wrappers="YES")
        lab.record("client")
        client = clients.lftp(lab, ["ls"])
    finally:
        os.unlink("/etc/hosts.deny")
    lab.expect_text(client.output, "421 Service not available")
    lab.find("greeting-refused")
    lab.server_log("CONNECT", "421")


@scenario("greeting-none", "The client's network is denied: ProFTPD accepts the connection and closes it without a word.")
def greeting_none(lab):
    lab.serve(ProFtpd, **{"<Limit LOGIN>": "\nOrder deny,allow\nDeny from 198.51.100.0/24\n</Limit>"})
    lab.record("client")
    lab.expect(talk(lab, "@login").strip() == "closed", "no greeting")
    lab.server_log("denied", "refused")


@scenario("greeting-shutdown", "An administrator announced a shutdown (ftpshut): ProFTPD greets new clients with 500.")
def greeting_shutdown(lab):
    lab.arrange("server: a shutdown since 2020-01-01, Closed for repairs until Monday. (shutmsg)")
    with open("/etc/shutmsg", "w", encoding="utf-8") as handle:
        handle.write("2020 01 01 00 00 00 0000 0000\nClosed for repairs until Monday.\n")
    try:
        lab.serve(ProFtpd)
        lab.record("client")
        client = clients.lftp(lab, ["ls"])
    finally:
        os.unlink("/etc/shutmsg")
    lab.expect_text(client.output, "500 FTP server shut down (Closed for repairs until Monday.)")
    lab.find("greeting-refused")
    lab.server_log("shut", "opened")


@scenario("login-refused-vsftpd", "vsftpd refuses logins: a user on the deny list (530 Permission denied), a wrong password "
          "(530 Login incorrect), a chroot that may be written to (500 OOPS).")
def login_refused_vsftpd(lab):
    lab.arrange("server: guest is on the list of denied users")
    denied = os.path.join(lab.work, "denied")
    with open(denied, "w", encoding="utf-8") as handle:
        handle.write("guest\n")
    lab.serve(Vsftpd, userlist_enable="YES", userlist_deny="YES", userlist_file=denied, allow_writeable_chroot="NO",
              delay_failed_login=0)
    lab.record("client")
    output = talk(lab, "@quiet USER guest", "@reply", "@open", "@login lab not-it", "@open", "@login", "@until_closed")
    lab.expect_text(output, "530 Permission denied", "530 Login incorrect", "500 OOPS: vsftpd: refusing to run with writable")
    lab.find("login-failed")
    lab.server_log("530", "500", "LOGIN")


@scenario("login-refused-home", "The password is right, the user's home folder is not there: vsftpd answers 500 OOPS and closes.")
def login_refused_home(lab):
    lab.serve(Vsftpd, local_root="/srv/missing")
    lab.record("client")
    client = clients.curl(lab)
    lab.expect_text(client.output, "500 OOPS: cannot change directory:/srv/missing")
    lab.find("login-failed")
    lab.server_log("530", "500", "LOGIN")


@scenario("login-refused-shell", "ProFTPD refuses a user whose shell is not in /etc/shells, with the text of a wrong password.")
def login_refused_shell(lab):
    lab.arrange(f"server: the shell of {USER} is /bin/none")
    users = os.path.join(lab.work, "shell.users")
    digest = subprocess.run(["openssl", "passwd", "-6", "-salt", "ftplab", PASSWORD], capture_output=True, text=True,
                            check=True).stdout.strip()
    with open(users, "w", encoding="utf-8") as handle:
        handle.write(f"{USER}:{digest}:{lab.uid}:{lab.uid}::{lab.home}:/bin/none\n")
    os.chmod(users, 0o600)
    lab.serve(ProFtpd, RequireValidShell="on", AuthUserFile=users)
    lab.record("client")
    client = clients.tnftp(lab, ["pwd"])
    lab.expect_text(client.output, "530 Login incorrect")
    lab.find("login-failed")
    lab.server_log("shell", "PASS")


@scenario("login-refused-full", "ProFTPD counts users only when they log in: with MaxClients 1 the second one is greeted, and "
          "refused with 530 after the password.")
def login_refused_full(lab):
    lab.serve(ProFtpd, MaxClients="1")
    lab.record("client")
    first = talk(lab, "@login", f"@touch {lab.work}/in", f"@wait {lab.work}/out", "QUIT", background=1)
    wait_until(lambda: os.path.exists(f"{lab.work}/in"), "the first client to log in", 20)
    output = clients.curl(lab).output
    with open(f"{lab.work}/out", "w", encoding="utf-8"):
        first.wait()
    lab.expect_text(output, "220 ", "530 Sorry, the maximum number of allowed clients (1)")
    lab.find("login-failed")
    lab.server_log("aximum", "PASS")


@scenario("login-refused-pureftpd", "Pure-FTPd refuses logins: a wrong password, a user with too small a number, and anonymous "
          "users.")
def login_refused_pureftpd(lab):
    lab.serve(PureFtpd, **{"-u": "3000"})
    lab.record("client")
    output = talk(lab, "@login lab not-it", "QUIT", "@open", "@login", "@open", "@login anonymous guest@client.example")
    lab.expect_text(output, "530 Login authentication failed", "530 Sorry, but I can't trust you")
    lab.find("login-failed")
    lab.advise("cleartext-password")


@scenario("login-refused-pyftpdlib", "pyftpdlib refuses an unknown user and, on a second connection, a wrong password with 530; PWD after it too.")
def login_refused_pyftpdlib(lab):
    lab.serve(Pyftpdlib)
    lab.record("client")
    output = talk(lab, "@login nobody guess", "@open", "@login lab not-it", "PWD", "QUIT")
    lab.expect_text(output, "530 Authentication failed", "530 Log in with USER and PASS first")
    lab.find("login-failed")
    lab.server_log("530", "login")


@scenario("not-logged-in", "Commands before the login are answered with 530; then the client logs in. No password was refused.")
def not_logged_in(lab):
    lab.serve(Vsftpd)
    lab.record("client")
    lab.expect_text(talk(lab, "SYST", "PWD", "@login", "PWD", "QUIT"), "530 Please login", "230 ")
    lab.server_log("530", "LOGIN")


@scenario("brute-force", "Twenty-one wrong passwords for one user from one address, three in each of seven connections; then the "
          "server closes it.")
def brute_force(lab):
    lab.serve(Vsftpd, delay_failed_login=0)
    lab.record("client")
    count = 0
    while count < 20:
        tries = [step for number in range(3) for step in (f"USER {USER}", f"PASS guess-{count + number}")]
        output = talk(lab, *tries, "@until_closed")
        count += output.count("530 Login incorrect")
    lab.expect(count == 21, f"twenty-one refused logins, not {count}")
    lab.find("brute-force", "login-failed")
    lab.server_log("FAIL LOGIN")


@scenario("brute-force-names", "One password tried with twenty-four user names, in connections that are open at the same time.")
def brute_force_names(lab):
    lab.serve(ProFtpd, MaxLoginAttempts="4")
    lab.record("client")
    names = ("root admin test guest www backup oracle postgres mysql web ftpuser upload info sales office scan "
             "camera pi ubuntu git deploy nagios john mary").split()
    talks = [talk(lab, *(f"@login {name} 12345678" for name in names[first::6]), "@until_closed", background=first + 1)
             for first in range(6)]
    output = "".join(one.wait() for one in talks)
    lab.expect(output.count("530 Login incorrect") == 24, f"24 refused logins:\n{output}")
    lab.find("brute-force", "login-failed")
    lab.server_log("no such user")


@scenario("mistyped-passwords", "Three people behind one address mistype their password once, or twice, and log in then.")
def mistyped_passwords(lab):
    lab.serve(ProFtpd)
    lab.record("client")
    for wrong in (1, 2, 1):
        output = talk(lab, *["@login lab lab-secrte"] * wrong, "@login", "PWD", "QUIT")
        lab.expect(output.count("530 ") == wrong and "230 " in output, output)
    lab.find("login-failed")
    lab.server_log("PASS")
