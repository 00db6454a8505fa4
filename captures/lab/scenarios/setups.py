"""PORT, PASV, EPSV and EPRT that servers refuse, cannot do, or wait for in vain."""
import os
import sys

import clients
import topologies as nets
from net import SERVER6, wait_until
from scenarios import scenario
from servers import ProFtpd, PureFtpd, Vsftpd
from talks import talk

NO_EPSV = "--disable-epsv"
HOLDER = ("import socket,sys,time\ns=socket.socket()\ns.bind(('0.0.0.0',int(sys.argv[1])))\ns.listen(1)\n"
          "print('held',flush=True)\ntime.sleep(600)")


def hold_port(lab, port, place="server"):
    """Another program on a host, that of the server for one, listens on this port."""
    lab.arrange(f"{place}: another program listens on port {port}")
    log = os.path.join(lab.work, "holder.log")
    lab.net.start(place, [sys.executable, "-c", HOLDER, str(port)], log)
    wait_until(lambda: lab.net.listening(place, port), f"port {port} to be taken")


def taken_range(lab):
    hold_port(lab, 50000)
    lab.serve(PureFtpd, **{"-p": "50000:50000"})
    return lab.server_file("pub/report.bin", 4000)


@scenario("passive-unavailable", "The passive range is one port, which another program has: Pure-FTPd answers EPSV and PASV with "
          "425, and curl gives up.")
def passive_unavailable(lab):
    taken_range(lab)
    lab.record("client")
    output = clients.curl(lab, "-o", "report.bin", path="/pub/report.bin").output
    lab.expect_text(output, "> PASV", "425 All reserved TCP ports are busy", "curl: (")
    lab.find("passive-unavailable")


@scenario("passive-unavailable-fallback", "The passive range is one port, which another program has: 425; the client goes on in active "
          "mode, and the download works.")
def passive_unavailable_fallback(lab):
    offered = taken_range(lab)
    lab.record("client")
    output = clients.tnftp(lab, ["epsv4 off", "binary", "cd pub", "get report.bin"]).output
    lab.expect_text(output, "425 All reserved TCP ports are busy", "---> PORT", "226")
    arrived = lab.expect_file("/pub/report.bin", os.path.join(lab.client_home, "report.bin"), offered)
    lab.transfer("RETR", "/pub/report.bin", "download", arrived, mode="active")
    lab.find("passive-unavailable")


@scenario("passive-unavailable-vsftpd", "The passive range is one port, which another program has: vsftpd answers PASV with 500 OOPS and closes.")
def passive_unavailable_vsftpd(lab):
    hold_port(lab, 50000)
    lab.serve(Vsftpd, pasv_min_port=50000, pasv_max_port=50000)
    lab.record("client")
    lab.expect_text(talk(lab, "@login", "PASV", "@until_closed"), "500 OOPS: vsf_sysutil_bind", "closed")
    lab.find("passive-unavailable")
    lab.server_log("PASV", "500", "421")


@scenario("passive-range-taken", "The two ports of ProFTPD's passive range are taken; the server announces another one, and the "
          "download works.")
def passive_range_taken(lab):
    hold_port(lab, 50000)
    hold_port(lab, 50001)
    lab.serve(ProFtpd, PassivePorts="50000 50001")
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    output = clients.curl(lab, NO_EPSV, "-o", got, path="/pub/report.bin").output
    lab.expect_text(output, "227 Entering Passive Mode", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered))
    lab.server_log("RETR", "PASV", "port")


@scenario("passive-ipv6", "PASV on an IPv6 control connection: Pure-FTPd refuses it with 425 and names EPSV; EPSV works.")
def passive_ipv6(lab):
    lab.serve(PureFtpd, **{"-S": "::,21"})
    lab.record("client")
    output = talk(lab, "@login", "PASV", "EPSV", "QUIT", host=SERVER6)
    lab.expect_text(output, "425 You cannot use PASV on IPv6 connections", "229 ")
    lab.find("passive-unavailable")


@scenario("extended-refused", "The server refuses EPSV by policy (550); curl falls back to PASV, and the download works.")
def extended_refused(lab):
    lab.serve(Vsftpd, cmds_denied="EPSV")
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    output = clients.curl(lab, "-o", got, path="/pub/report.bin").output
    lab.expect_text(output, "> EPSV", "< 550 Permission denied", "227 ", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered))
    lab.find("extended-refused")
    lab.server_log("EPSV", "550", "PASV")


@scenario("extended-refused-active", "The server refuses EPRT by policy (550); curl falls back to PORT, and the download works.")
def extended_refused_active(lab):
    lab.serve(Vsftpd, cmds_denied="EPRT")
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    output = clients.curl(lab, "-P", "-", "-o", got, path="/pub/report.bin").output
    lab.expect_text(output, "> EPRT", "< 550 Permission denied", "> PORT", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered), mode="active")
    lab.find("extended-refused")
    lab.server_log("EPRT", "550", "PORT")


@scenario("extended-family", "EPSV 2 (IPv6) on an IPv4 connection is refused with 522, EPSV 1 and EPSV ALL are not; after EPSV "
          "ALL the server must refuse PASV.")
def extended_family(lab):
    lab.serve(Vsftpd)
    lab.record("client")
    output = talk(lab, "@login", "EPSV 2", "EPSV 1", "EPSV ALL", "PASV", "EPSV", "QUIT")
    lab.expect_text(output, "522 Bad network protocol", "550 Permission denied", "221 ")
    lab.expect(output.count("229 ") == 2, output)
    lab.server_log("EPSV", "522")


@scenario("passive-not-tried", "The client sends PASV and RETR and never connects to the announced port; after 5 seconds the server "
          "answers 425.")
def passive_not_tried(lab):
    lab.serve(Vsftpd, accept_timeout=5)
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv only", "RETR /pub/report.bin", "QUIT")
    lab.expect_text(output, "425 Failed to establish connection")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", code=425)
    lab.find("passive-not-tried")
    lab.server_log("RETR", "425")


@scenario("passive-superseded", "The client asks for a passive port three times and uses the last one only: what was superseded "
          "needs no connection.")
def passive_superseded(lab):
    lab.serve(Vsftpd)
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv only", "@pasv only", "@pasv", "RETR /pub/report.bin", "@take", "@reply",
                  "@pasv only", "QUIT")
    lab.expect_text(output, "taken: 4000", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", offered))
    lab.server_log("PASV", "RETR", "226")


@scenario("active-port-in-use", "Another program on the server's host has port 20: the server cannot use it for active data "
          "connections.")
def active_port_in_use(lab):
    hold_port(lab, 20)
    lab.serve(ProFtpd)
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@listen", "RETR /pub/report.bin", "QUIT")
    lab.expect_text(output, "425 Unable to build data connection: Address already in use")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", "active", 425)
    lab.find("active-port-in-use")
    lab.server_log("RETR", "bind")


@scenario("active-port-in-use-vsftpd", "Another program on the server's host has port 20; vsftpd answers 500 OOPS when it should use it.")
def active_port_in_use_vsftpd(lab):
    hold_port(lab, 20)
    lab.serve(Vsftpd)
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@listen", "RETR /pub/report.bin", "QUIT")
    lab.expect_text(output, "500 OOPS: vsf_sysutil_bind")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", "active", 500)
    lab.find("active-port-in-use")
    lab.server_log("RETR", "425", "500")


@scenario("active-port-avoided", "Another program on the server's host has port 20; Pure-FTPd takes another port for the active data "
          "connection, and the download works.")
def active_port_avoided(lab):
    hold_port(lab, 20)
    lab.serve(PureFtpd)
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    got = os.path.join(lab.client_home, "report.bin")
    output = clients.curl(lab, "-P", "-", "-o", got, path="/pub/report.bin").output
    lab.expect_text(output, "150 Connecting to port", "226 ")
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", got, offered), mode="active")
    lab.find("active-odd-port")


@scenario("active-port-again", "The client names the same port for two downloads in a row; the server's end of the first is still in "
          "TIME_WAIT, and it cannot connect from port 20 a second time.")
def active_port_again(lab):
    # With time stamps Linux takes over a connection in TIME_WAIT; other systems, and Linux without them, do not.
    lab.net.run("server", "sysctl", "-qw", "net.ipv4.tcp_timestamps=0")
    lab.serve(Vsftpd)
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    once = ("RETR /pub/report.bin", "@accept", "@take", "@reply")
    output = talk(lab, "@login", "TYPE I", "@listen 40001", *once, "@listen 40001", "RETR /pub/report.bin", "QUIT")
    lab.expect_text(output, "taken: 4000", "425 Failed to establish connection")
    arrived = lab.expect_file("/pub/report.bin", offered)
    lab.transfer("RETR", "/pub/report.bin", "download", arrived, mode="active")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", "active", 425)
    lab.find("active-port-in-use")
    lab.server_log("RETR", "425", "226")


@scenario("active-disabled", "The server does not do active mode: PORT and EPRT are refused with 550, and the client has no other way.")
def active_disabled(lab):
    lab.serve(Vsftpd, port_enable="NO")
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = clients.curl(lab, "-P", "-", "-o", "report.bin", path="/pub/report.bin").output
    lab.expect_text(output, "> EPRT", "> PORT", "< 550 Permission denied")
    lab.find("active-refused-by-policy")
    lab.server_log("PORT", "EPRT", "550")


@scenario("active-refused-then-passive", "The server does not do active mode (550); the client goes on in passive mode, and the upload "
          "works.")
def active_refused_then_passive(lab):
    lab.serve(Vsftpd, port_enable="NO")
    sent = lab.client_file("note.bin", 3000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@listen", "@pasv", "STOR /note.bin", f"@put {sent}", "@finish", "@reply", "QUIT")
    lab.expect_text(output, "550 Permission denied", "226 ")
    lab.transfer("STOR", "/note.bin", "upload", lab.expect_file("/note.bin", offered=sent))
    lab.find("active-refused-by-policy")
    lab.server_log("PORT", "550", "STOR")


@scenario("bounce-refused", "PORT to a third host's mail port and to a privileged port of the client: refused by vsftpd.")
def bounce_refused(lab):
    lab.serve(Vsftpd)
    lab.server_file("pub/report.bin", 400)
    lab.record("client")
    output = talk(lab, "@login", "PORT 192,0,2,99,0,25", "PORT 198,51,100,10,0,22", "EPRT |1|192.0.2.99|8080|", "QUIT")
    lab.expect(output.count("500 Illegal") == 3, output)
    lab.find("active-refused-by-policy", "bounce-attempt")
    lab.server_log("PORT", "EPRT", "500")


@scenario("bounce-scan", "A server that lets clients name any host is used to scan a third one: PORT to six of its ports, LIST for "
          "each. One is open.")
def bounce_scan(lab):
    nets.add_other(lab, "server2", nets.SERVER2)
    lab.serve(ProFtpd, AllowForeignAddress="on", TimeoutLinger="1")
    lab.server_file("pub/report.bin", 400)
    hold_port(lab, 8080, place="server2")
    lab.record("server")
    ports = (2021, 2022, 5900, 8080, 8443, 9100)
    steps = [step for port in ports for step in (f"PORT 192,0,2,22,{port // 256},{port % 256}", "LIST",
                                                 *(["@reply"] if port == 8080 else []))]
    output = talk(lab, "@login", *steps, "QUIT")
    lab.expect(output.count("425 Unable to build data connection: Connection refused") == 5, output)
    for port in ports:
        lab.transfer("LIST", "/", "download", *((None, "complete", "active", 226) if port == 8080 else
                                                (0, "failed", "active", 425)))
    lab.find("bounce-attempt")
    lab.server_log("PORT", "LIST")


@scenario("no-data-setup", "RETR and LIST without PORT or PASV: 425. Then PASV, and the download works.")
def no_data_setup(lab):
    lab.serve(Vsftpd)
    offered = lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "RETR /pub/report.bin", "LIST", "@pasv", "RETR /pub/report.bin", "@take", "@reply",
                  "RETR /pub/report.bin", "QUIT")
    lab.expect(output.count("425 Use PORT or PASV first.") == 3, output)
    lab.expect_text(output, "taken: 4000", "226 ")
    failed = ("RETR", "/pub/report.bin", "download", 0, "failed")
    lab.transfer(*failed, code=425, mode=None)
    lab.transfer("LIST", "/", "download", 0, "failed", code=425, mode=None)
    lab.transfer("RETR", "/pub/report.bin", "download", lab.expect_file("/pub/report.bin", offered))
    lab.transfer(*failed, code=425, mode=None)
    lab.find("no-data-setup")
    lab.server_log("RETR", "425", "226")


@scenario("no-data-setup-pureftpd", "STOR without PORT or PASV at Pure-FTPd: 425.")
def no_data_setup_pureftpd(lab):
    lab.serve(PureFtpd)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "STOR note.bin", "QUIT")
    lab.expect_text(output, "425 No data connection")
    lab.transfer("STOR", "/note.bin", "upload", 0, "failed", code=425, mode=None)
    lab.find("no-data-setup")


@scenario("no-data-setup-proftpd", "RETR without PORT or PASV: ProFTPD tries the port below that of the client's control connection, "
          "where nobody listens, and answers 425.")
def no_data_setup_proftpd(lab):
    lab.serve(ProFtpd)
    lab.server_file("pub/report.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "RETR /pub/report.bin", "QUIT")
    lab.expect_text(output, "425 Unable to build data connection: Connection refused")
    lab.transfer("RETR", "/pub/report.bin", "download", 0, "failed", code=425, mode=None)
    lab.find("no-data-setup")
    lab.server_log("RETR")
