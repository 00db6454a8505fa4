"""Transfers that succeed: modes, clients, listings, names."""
import os
import re

import clients
from net import SERVER4, SERVER6
from scenarios import scenario
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd

PASSIVE = ("ftp:prefer-epsv no", "ftp:passive-mode yes")


@scenario("vsftpd-passive", "A plain session in passive mode (PASV): login, CWD, a listing, a download, an upload.")
def vsftpd_passive(lab):
    lab.serve(Vsftpd)
    offered = lab.server_file("pub/report.bin", 20000)
    sent = lab.client_file("upload.bin", 12345)
    lab.record("client")
    client = clients.lftp(lab, ["cd pub", "ls", "get report.bin", "put upload.bin"], settings=PASSIVE)
    lab.expect_text(client.output, "226 Transfer complete", "227 Entering Passive Mode")
    lab.transfer("LIST", "/pub", "download", None)
    lab.transfer("RETR", "/pub/report.bin", "download",
                 lab.expect_file("/pub/report.bin", os.path.join(lab.client_home, "report.bin"), offered))
    lab.transfer("STOR", "/pub/upload.bin", "upload", lab.expect_file("/pub/upload.bin", offered=sent))
    lab.server_log("OK DOWNLOAD", "OK UPLOAD", "OK LOGIN")


@scenario("ftp-on-another-port", "A server on port 2121: FEAT, a listing, a download, an upload. Nothing but what is said shows FTP.")
def ftp_on_another_port(lab):
    lab.serve(Pyftpdlib, port=2121)
    offered = lab.server_file("pub/report.bin", 6000)
    sent = lab.client_file("upload.bin", 3000)
    lab.record("client")
    client = clients.lftp(lab, ["cd pub", "ls", "get report.bin", "put upload.bin"], settings=PASSIVE, port=2121)
    lab.expect_text(client.output, "---> FEAT", "227 Entering passive mode", "226 Transfer complete")
    lab.transfer("LIST", "/pub", "download", None)
    lab.transfer("RETR", "/pub/report.bin", "download",
                 lab.expect_file("/pub/report.bin", os.path.join(lab.client_home, "report.bin"), offered))
    lab.transfer("STOR", "/pub/upload.bin", "upload", lab.expect_file("/pub/upload.bin", offered=sent))
    lab.server_log("RETR", "STOR", "logged in")


@scenario("proftpd-active", "Active mode: the server connects from port 20 to the address of EPRT, then of PORT.")
def proftpd_active(lab):
    lab.serve(ProFtpd)
    offered = lab.server_file("data/table.bin", 30000)
    lab.record("client")
    got = os.path.join(lab.client_home, "table.bin")
    first = clients.curl(lab, "-P", "-", "-o", got, path="/data/table.bin")
    lab.expect_text(first.output, "> EPRT", "226 Transfer complete")
    lab.transfer("RETR", "/data/table.bin", "download", lab.expect_file("/data/table.bin", got, offered), mode="active")
    second = clients.curl(lab, "-P", "-", "--disable-eprt", "-o", got, path="/data/table.bin")
    lab.expect_text(second.output, "> PORT", "226 Transfer complete")
    lab.transfer("RETR", "/data/table.bin", "download", os.path.getsize(got), mode="active")
    lab.server_log("RETR", "EPRT", "PORT")


@scenario("active-odd-port", "Active mode from a server that gave up root: its data connection does not come from port 20.")
def active_odd_port(lab):
    lab.serve(ProFtpd, RootRevoke=None)
    offered = lab.server_file("data/table.bin", 5000)
    lab.record("client")
    got = os.path.join(lab.client_home, "table.bin")
    client = clients.curl(lab, "-P", "-", "-o", got, path="/data/table.bin")
    lab.expect_text(client.output, "> EPRT", "226 Transfer complete")
    lab.transfer("RETR", "/data/table.bin", "download", lab.expect_file("/data/table.bin", got, offered), mode="active")
    lab.find("active-odd-port")
    lab.server_log("RETR", "EPRT")


@scenario("pureftpd-epsv-ipv6", "IPv6: EPSV, a listing with LIST and a download.")
def pureftpd_ipv6(lab):
    lab.serve(PureFtpd)
    offered = lab.server_file("v6/image.bin", 15000)
    lab.record("client")
    got = os.path.join(lab.client_home, "image.bin")
    listing = os.path.join(lab.client_home, "listing")
    first = clients.curl(lab, "-o", listing, path="/v6/", host=SERVER6)
    lab.expect_text(first.output, "> EPSV", "> LIST", "226")
    with open(listing, "rb") as handle:
        text = handle.read()
    # curl takes the CR of every line end away before it writes a listing.
    lab.transfer("LIST", "/v6", "download", len(text) + text.count(b"\n"))
    second = clients.curl(lab, "-o", got, path="/v6/image.bin", host=SERVER6)
    lab.expect_text(second.output, "> EPSV", "226")
    lab.transfer("RETR", "/v6/image.bin", "download", lab.expect_file("/v6/image.bin", got, offered))


def finished_transfers(log):
    """(command, path) in the order pyftpdlib answered 226: with several sessions at work, only the server knows it."""
    folders, open_commands, done = {}, {}, []
    for session, arrow, words in re.findall(r"(?m)^(\S+)-\[lab\] (<-|->) (.*)$", log):
        if arrow == "<-" and words.startswith(("MLSD", "RETR ")):
            open_commands[session] = words
        elif words.startswith('250 "'):
            folders[session] = words.split('"')[1]
        elif words.startswith("226 "):
            command, _, name = open_commands.pop(session).partition(" ")
            done.append((command, os.path.join(folders[session], name).rstrip("/")))
    return done


@scenario("pyftpdlib-mirror", "lftp mirrors a folder over three sessions at once: MLSD and "
          "parallel downloads. The empty file is made without a transfer.")
def pyftpdlib_mirror(lab):
    lab.serve(Pyftpdlib)
    sizes = {"tree/a.bin": 9000, "tree/b.bin": 40000, "tree/c.bin": 0, "tree/sub/d.bin": 1, "tree/sub/e.bin": 25000}
    offered = {name: lab.server_file(name, size) for name, size in sizes.items()}
    lab.record("client")
    client = clients.lftp(lab, ["mirror --parallel=3 --no-perms tree copy"], settings=PASSIVE)
    lab.expect_text(client.output, "MLSD", "226 Transfer complete")
    for command, path in finished_transfers(lab.servers[0].log_text()):
        size = None
        if command == "RETR":
            got = os.path.join(lab.client_home, "copy", path.removeprefix("/tree/"))
            size = lab.expect_file(path, got, offered[path.lstrip("/")])
        lab.transfer(command, path, "download", size)
    lab.expect(len(lab.files) == 4, "four downloads")
    lab.server_log("completed=1")


@scenario("empty-file", "A file without a byte, down and up: the data connection opens and closes, both are complete.")
def empty_file(lab):
    lab.serve(Vsftpd)
    lab.server_file("empty.dat", 0)
    lab.client_file("nothing.dat", 0)
    lab.record("client")
    client = clients.lftp(lab, ["get empty.dat", "put nothing.dat"], settings=PASSIVE)
    lab.expect_text(client.output, "226 Transfer complete", "RETR empty.dat", "STOR nothing.dat")
    lab.transfer("RETR", "/empty.dat", "download", lab.expect_file("/empty.dat"))
    lab.transfer("STOR", "/nothing.dat", "upload", lab.expect_file("/nothing.dat"))
    lab.server_log("OK DOWNLOAD", "OK UPLOAD")


@scenario("rename-and-mkdir", "MKD, upload, RNFR and RNTO, SITE CHMOD, DELE, RMD, and a CWD to what is not there (550).")
def rename_and_mkdir(lab):
    lab.serve(ProFtpd)
    sent = lab.client_file("draft.txt", 0, content=b"first line\nsecond line\n" * 40)
    lab.record("client")
    client = clients.lftp(lab, ["mkdir inbox", "cd inbox", "put draft.txt", "mv draft.txt final.txt",
                                "chmod 640 final.txt", "mkdir gone", "rmdir gone", "cd /missing"], settings=PASSIVE)
    lab.expect_text(client.output, "RNFR", "RNTO", "257", "550")
    size = lab.expect_file("/inbox/final.txt", offered=sent)
    lab.transfer("STOR", "/inbox/draft.txt", "upload", size)
    lab.find("file-unavailable")
    lab.server_log("MKD", "RNFR", "RNTO", "RMD", "CWD")


@scenario("resume-rest", "A download resumed in the middle: REST with an offset, then RETR of the remainder.")
def resume_rest(lab):
    lab.serve(Vsftpd)
    offered = lab.server_file("big.bin", 60000)
    with open(offered, "rb") as handle:
        head = handle.read(22000)
    got = lab.client_file("big.bin", 0, content=head)
    lab.record("client")
    client = clients.curl(lab, "-C", "-", "-o", got, path="/big.bin")
    lab.expect_text(client.output, "> REST 22000", "226 Transfer complete")
    lab.transfer("RETR", "/big.bin", "download", lab.expect_file("/big.bin", got, offered) - 22000)
    lab.server_log("OK DOWNLOAD", "REST")


@scenario("tnftp-session", "tnftp, the BSD client: EPSV, a listing, a binary and an ASCII download, an upload.")
def tnftp_session(lab):
    lab.serve(ProFtpd)
    offered = lab.server_file("src/archive.bin", 18000)
    text = b"a line of text\nand another\n" * 20
    lab.server_file("src/notes.txt", 0, content=text)
    sent = lab.client_file("patch.bin", 7000)
    lab.record("client")
    client = clients.tnftp(lab, ["cd src", "ls", "binary", "get archive.bin", "ascii", "get notes.txt", "binary",
                                 "put patch.bin"])
    lab.expect_text(client.output, "EPSV", "226 Transfer complete", "RETR notes.txt")
    listed = re.search(r"(?m)^LIST.* 226 (\d+)$", lab.servers[0].log_text())
    lab.transfer("LIST", "/src", "download", int(listed.group(1)))
    lab.transfer("RETR", "/src/archive.bin", "download",
                 lab.expect_file("/src/archive.bin", os.path.join(lab.client_home, "archive.bin"), offered))
    # In TYPE A every line end crosses the wire as CR LF.
    lab.transfer("RETR", "/src/notes.txt", "download", len(text) + text.count(b"\n"))
    lab.transfer("STOR", "/src/patch.bin", "upload", lab.expect_file("/src/patch.bin", offered=sent))
    lab.server_log("LIST", "RETR", "STOR")


@scenario("ncftp-session", "ncftpput and ncftpget: batch upload through a temporary name, batch download.")
def ncftp_session(lab):
    lab.serve(PureFtpd)
    lab.server_folder("drop")
    offered = lab.server_file("drop/list.bin", 5000)
    sent = lab.client_file("order.bin", 16000)
    lab.record("client")
    put = clients.ncftp_put(lab, "order.bin", "/drop", "-T", "tmp.")
    lab.expect_text(put.output, "STOR", "RNTO", "226")
    lab.transfer("STOR", "/drop/tmp.order.bin", "upload", lab.expect_file("/drop/order.bin", offered=sent))
    got = clients.ncftp_get(lab, "/drop/list.bin")
    lab.expect_text(got.output, "RETR", "226")
    lab.transfer("RETR", "/drop/list.bin", "download",
                 lab.expect_file("/drop/list.bin", os.path.join(lab.client_home, "list.bin"), offered))


@scenario("sll2-any", "Recorded on all ports of the router at once (LINUX_SLL2): every packet stands there twice.")
def sll2_any(lab):
    lab.serve(Vsftpd)
    offered = lab.server_file("pub/twice.bin", 10000)
    lab.record("router")
    got = os.path.join(lab.client_home, "twice.bin")
    client = clients.curl(lab, "-o", got, path="/pub/twice.bin", host=SERVER4)
    lab.expect_text(client.output, "226 Transfer complete")
    lab.transfer("RETR", "/pub/twice.bin", "download", lab.expect_file("/pub/twice.bin", got, offered))
    lab.server_log("OK DOWNLOAD")


@scenario("unique-name", "STOU: the server chooses the name of an upload and says it in its reply (RFC 1123 4.1.2.9).")
def unique_name(lab):
    lab.serve(ProFtpd)
    lab.server_folder("incoming")
    sent = lab.client_file("report.bin", 6000)
    lab.record("client")
    client = clients.script(lab, "store_unique", SERVER4, "incoming", sent)
    lab.expect_text(client.output, "FILE: ", "226 Transfer complete")
    stored = os.listdir(os.path.join(lab.home, "incoming"))
    lab.expect(len(stored) == 1, "one file in incoming")
    path = f"/incoming/{stored[0]}"
    lab.transfer("STOU", path, "upload", lab.expect_file(path, offered=sent))
