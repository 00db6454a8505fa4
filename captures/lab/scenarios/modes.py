"""How data connections are made and what they are asked for: EPRT, append, pipelining, TYPE A, several modes in turn."""
import os
import re
import sys

import clients
from net import SERVER4, SERVER6
from scenarios import scenario
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PASSIVE = ("ftp:prefer-epsv no", "ftp:passive-mode yes")
# Small chunks, so that a limited rate is a pace and not one burst followed by a pause.
PACED = {"local_max_rate": 12000, "trans_chunk_size": 4096}
TEXT = b"a line of text\nand another\n\nthe last one\n" * 30
# The bytes of a PNG file that tell a conversion of line ends: CR LF, SUB, LF.
PNG = b"\x89PNG\r\n\x1a\n"


def session(lab, name, *arguments, background=False):
    """A function of scripted_sessions.py, run in the client's namespace."""
    command = [sys.executable, "-u", os.path.join(HERE, "scripted_sessions.py"), name, *map(str, arguments)]
    return clients.launch(lab, "python ftplib", command, background=background)


def taken(lab, name):
    return os.path.join(lab.client_home, name)


def wire_size(text):
    """In TYPE A every line end crosses the wire as CR LF."""
    return len(text) + text.count(b"\n")


@scenario("active-eprt", "Active mode with EPRT: IPv6 down and up, IPv4 up; the server connects from port 20.")
def active_eprt(lab):
    lab.serve(Vsftpd, listen="NO", listen_ipv6="YES")
    offered = lab.server_file("data/table.bin", 9000)
    sent = lab.client_file("order.bin", 7000)
    lab.record("client")
    got = taken(lab, "table.bin")
    down = clients.curl(lab, "-P", "-", "-o", got, path="/data/table.bin", host=SERVER6)
    lab.expect_text(down.output, "> EPRT |2|", "226 ")
    lab.transfer("RETR", "/data/table.bin", "download", lab.expect_file("/data/table.bin", got, offered), mode="active")
    for host, family in ((SERVER6, 2), (SERVER4, 1)):
        path = f"/data/order{family}.bin"
        up = clients.curl(lab, "-P", "-", "-T", sent, path=path, host=host)
        lab.expect_text(up.output, f"> EPRT |{family}|", "226 ")
        lab.transfer("STOR", path, "upload", lab.expect_file(path, offered=sent), mode="active")
    lab.server_log("OK DOWNLOAD", "OK UPLOAD", "EPRT")


@scenario("append", "APPE by two clients to one file: it grows twice.")
def append(lab):
    lab.serve(Vsftpd)
    parts = [lab.server_file("log/day.txt", 0, b"first part\n" * 50), lab.client_file("second.txt", 0, b"second\n" * 90),
             lab.client_file("third.txt", 0, b"third\n" * 70)]
    contents = []
    for part in parts:
        with open(part, "rb") as handle:
            contents.append(handle.read())
    lab.record("client")
    first = clients.curl(lab, "-a", "-T", parts[1], path="/log/day.txt")
    lab.expect_text(first.output, "> APPE day.txt", "226 ")
    lab.transfer("APPE", "/log/day.txt", "upload", len(contents[1]))
    second = clients.inetutils(lab, ["cd log", "binary", "append third.txt day.txt"])
    lab.expect_text(second.output, "APPE day.txt", "226 ")
    lab.transfer("APPE", "/log/day.txt", "upload", len(contents[2]))
    whole = lab.client_file("whole.txt", 0, b"".join(contents))
    lab.expect_file("/log/day.txt", offered=whole)
    lab.server_log("APPE", "OK UPLOAD")


@scenario("upload-resumed", "An upload resumed in the middle: REST with an offset, then STOR of the remainder.")
def upload_resumed(lab):
    lab.serve(ProFtpd)
    sent = lab.client_file("big.bin", 24000)
    with open(sent, "rb") as handle:
        lab.server_file("drop/big.bin", 0, handle.read()[:9000])
    lab.record("client")
    client = clients.lftp(lab, ["cd drop", "put -c big.bin"], settings=PASSIVE)
    lab.expect_text(client.output, "REST 9000", "STOR big.bin", "226 ")
    lab.transfer("STOR", "/drop/big.bin", "upload", lab.expect_file("/drop/big.bin", offered=sent) - 9000)
    lab.server_log("REST", "STOR")


@scenario("inetutils-session", "inetutils-ftp, the GNU client: active mode (PORT), then passive mode; listings, a "
          "download, uploads.")
def inetutils_session(lab):
    lab.serve(ProFtpd)
    offered = lab.server_file("src/archive.bin", 8000)
    sent = lab.client_file("patch.bin", 5000)
    lab.record("client")
    client = clients.inetutils(lab, ["cd src", "dir", "binary", "get archive.bin", "put patch.bin", "passive",
                                     "nlist", "put patch.bin again.bin", "size again.bin", "modtime again.bin"],
                               words=("-A",))
    lab.expect_text(client.output, "PORT ", "LIST", "NLST", "STOR again.bin", "226 Transfer complete")
    lab.expect("227 " in client.output or "229 " in client.output, "a passive transfer")
    log = lab.servers[0].log_text()
    lab.transfer("LIST", "/src", "download", int(re.search(r"(?m)^LIST.* 226 (\d+)$", log).group(1)), mode="active")
    lab.transfer("RETR", "/src/archive.bin", "download",
                 lab.expect_file("/src/archive.bin", taken(lab, "archive.bin"), offered), mode="active")
    lab.transfer("STOR", "/src/patch.bin", "upload", lab.expect_file("/src/patch.bin", offered=sent), mode="active")
    lab.transfer("NLST", "/src", "download", int(re.search(r"(?m)^NLST.* 226 (\d+)$", log).group(1)))
    lab.transfer("STOR", "/src/again.bin", "upload", lab.expect_file("/src/again.bin", offered=sent))
    lab.server_log("LIST", "RETR", "STOR", "NLST")


@scenario("modes-in-turn", "One session in EPRT, PORT, EPSV, PASV and EPRT again: five transfers.")
def modes_in_turn(lab):
    lab.serve(ProFtpd)
    names = [f"part{number}.bin" for number in range(5)]
    offered = [lab.server_file(f"pub/{name}", 2000 + 300 * number) for number, name in enumerate(names)]
    lab.record("client")
    client = clients.tnftp(lab, ["cd pub", "binary", "passive off", f"get {names[0]}", "epsv4 off", f"get {names[1]}",
                                 "passive on", "epsv4 on", f"get {names[2]}", "epsv4 off", f"get {names[3]}",
                                 "passive off", "epsv4 on", f"get {names[4]}"])
    asked = re.findall(r"---> (EPRT|PORT|EPSV|PASV)", client.output)
    lab.expect(asked == ["EPRT", "PORT", "EPSV", "PASV", "EPRT"], f"five modes in turn, not {asked}")
    for name, local, command in zip(names, offered, asked):
        lab.transfer("RETR", f"/pub/{name}", "download", lab.expect_file(f"/pub/{name}", taken(lab, name), local),
                     mode="active" if command in ("PORT", "EPRT") else "passive")
    lab.server_log("RETR")


def pipelined(output):
    """The longest row of commands that lftp sent before it read a reply."""
    row = longest = 0
    for arrow in re.findall(r"(?m)^(?:\[?[\d: -]*\]?\s*)?(--->|<---) ", output):
        row = row + 1 if arrow == "--->" else 0
        longest = max(longest, row)
    return longest


@scenario("pipelined-mirror", "lftp mirrors a folder without waiting for replies: up to several commands in one "
          "segment.")
def pipelined_mirror(lab):
    lab.serve(PureFtpd)
    sizes = {"tree/a.bin": 4000, "tree/b.bin": 9000, "tree/sub/c.bin": 2500, "tree/sub/d.bin": 100}
    offered = {name: lab.server_file(name, size) for name, size in sizes.items()}
    lab.record("client")
    client = clients.lftp(lab, ["mirror --no-perms tree copy"], settings=(*PASSIVE, "ftp:sync-mode off"))
    lab.expect(pipelined(client.output) >= 3, f"commands sent ahead of replies in:\n{client.output}")
    lab.expect_text(client.output, "RETR d.bin", "226")
    for words in re.findall(r"---> ((?:MLSD|LIST|RETR)\b.*)", client.output):
        command, _, name = words.strip().partition(" ")
        if command != "RETR":
            folder = "/tree/sub" if lab.transfers else "/tree"
            lab.transfer(command, folder, "download", None)
            continue
        path = next(f"/{known}" for known in sizes if known.endswith(f"/{name}"))
        got = taken(lab, "copy" + path.removeprefix("/tree"))
        lab.transfer(command, path, "download", lab.expect_file(path, got, offered[path.lstrip("/")]))
    lab.expect(len(lab.files) == 4, "four downloads")


@scenario("pipelined-upload", "lftp sends a folder without waiting for replies: PASV and STOR go out together, and so "
          "do HOST, USER and others before the login.")
def pipelined_upload(lab):
    lab.serve(ProFtpd)
    sizes = {"a.bin": 3000, "b.bin": 5000, "c.bin": 700}
    os.mkdir(taken(lab, "tree"))
    sent = {name: lab.client_file(f"tree/{name}", size) for name, size in sizes.items()}
    lab.record("client")
    client = clients.lftp(lab, ["mirror -R --no-perms tree copy"], settings=(*PASSIVE, "ftp:sync-mode off"))
    lab.expect(pipelined(client.output) >= 3, f"commands sent ahead of replies in:\n{client.output}")
    for words in re.findall(r"---> ((?:MLSD|LIST|STOR)\b.*)", client.output):
        command, _, name = words.strip().partition(" ")
        if command == "STOR":
            path = f"/copy/{name}"
            lab.transfer(command, path, "upload", lab.expect_file(path, offered=sent[name]))
        else:
            lab.transfer(command, "/copy", "download", None)
    lab.expect(len(lab.files) == 3, "three uploads")
    lab.server_log("STOR")


@scenario("ascii-both-ways", "Text in TYPE A through a server that converts: LF becomes CR LF on the wire, down and "
          "up. The server refuses SIZE in that type (550), which is no fault.")
def ascii_both_ways(lab):
    lab.serve(ProFtpd)
    offered = lab.server_file("doc/notes.txt", 0, TEXT)
    lab.record("client")
    client = session(lab, "other_modes", SERVER4, "/doc/notes.txt")
    lab.expect_text(client.output, "550 SIZE not allowed", f"taken: A {wire_size(TEXT)}", f"taken: I {len(TEXT)}")
    for kind in "IAI":
        lab.transfer("RETR", "/doc/notes.txt", "download", wire_size(TEXT) if kind == "A" else len(TEXT))
    lab.expect_file("/doc/notes.txt", taken(lab, "taken-I.bin"), offered)
    sent = lab.client_file("draft.txt", 0, TEXT[:700])
    with open(sent, "rb") as handle:
        size = wire_size(handle.read())
    upload = clients.inetutils(lab, ["cd doc", "ascii", "put draft.txt", "get draft.txt back.txt"])
    lab.expect_text(upload.output, "TYPE A", "STOR draft.txt", "RETR draft.txt", "226 ")
    lab.expect_file("/doc/draft.txt", offered=sent)
    lab.expect_file("/doc/draft.txt", taken(lab, "back.txt"), sent)
    lab.files.pop()
    lab.transfer("STOR", "/doc/draft.txt", "upload", size)
    lab.transfer("RETR", "/doc/draft.txt", "download", size)
    lab.server_log("RETR", "STOR")


@scenario("ascii-unconverted", "A picture asked for in TYPE A from a server that says 200 and converts nothing "
          "(vsftpd as it is installed): it arrives whole.")
def ascii_unconverted(lab):
    lab.serve(Vsftpd)
    content = PNG + lab.content("picture", 3000) + b"\n" * 40
    offered = lab.server_file("pub/picture.png", 0, content)
    lab.record("client")
    client = session(lab, "raw_in_ascii", SERVER4, "/pub/picture.png")
    lab.expect_text(client.output, "'200 Switching to ASCII mode.'", "226 ")
    lab.transfer("RETR", "/pub/picture.png", "download",
                 lab.expect_file("/pub/picture.png", taken(lab, "taken.bin"), offered))
    lab.server_log("TYPE", "OK DOWNLOAD")


@scenario("file-facts", "SIZE, MDTM, MFMT, MLST, SITE CHMOD and STAT around an upload.")
def file_facts(lab):
    lab.serve(Pyftpdlib)
    lab.server_folder("in")
    sent = lab.client_file("plan.bin", 3000)
    lab.record("client")
    client = clients.lftp(lab, ["cd in", "put plan.bin", "quote SIZE plan.bin", "quote MDTM plan.bin",
                                "quote MFMT 20200102030405 plan.bin", "quote MLST plan.bin", "chmod 640 plan.bin",
                                "quote MDTM plan.bin", "quote STAT"], settings=PASSIVE)
    lab.expect_text(client.output, "213 3000", "213 20200102030405", "SITE CHMOD", "MFMT", "250-", "211-")
    lab.transfer("STOR", "/in/plan.bin", "upload", lab.expect_file("/in/plan.bin", offered=sent))
    stored = os.stat(os.path.join(lab.home, "in", "plan.bin"))
    lab.expect(stored.st_mode & 0o777 == 0o640 and int(stored.st_mtime) == 1577934245, "mode and time as asked")
    lab.server_log("MFMT", "STOR", "CHMOD")


@scenario("parallel-sessions", "Two sessions of one client at the same time: a slow download, and an upload that "
          "begins after it and ends before it.")
def parallel_sessions(lab):
    lab.serve(Vsftpd, **PACED)
    offered = lab.server_file("pub/slow.bin", 36000)
    sent = lab.client_file("order.bin", 6000)
    lab.record("client")
    got = taken(lab, "slow.bin")
    first = clients.curl(lab, "-N", "-o", got, path="/pub/slow.bin", background=True)
    clients.wait_for_bytes(got, 4000)
    second = clients.curl(lab, "-T", sent, path="/pub/order.bin")
    lab.expect_text(second.output, "226 ")
    lab.expect(os.path.getsize(got) < 36000, "the upload to end before the download")
    lab.transfer("STOR", "/pub/order.bin", "upload", lab.expect_file("/pub/order.bin", offered=sent))
    lab.expect(first.wait(20) == 0, "the download to end well")
    lab.transfer("RETR", "/pub/slow.bin", "download", lab.expect_file("/pub/slow.bin", got, offered))
    lab.server_log("OK DOWNLOAD", "OK UPLOAD")


@scenario("mode-z", "MODE Z: what crosses the wire is compressed, and less than SIZE said; nothing is missing.")
def mode_z(lab):
    lab.serve(ProFtpd, LoadModule="mod_deflate.c", DeflateEngine="on")
    offered = lab.server_file("doc/long.txt", 0, TEXT * 20)
    lab.record("client")
    client = clients.lftp(lab, ["get /doc/long.txt"], settings=(*PASSIVE, "ftp:use-mode-z yes"))
    lab.expect_text(client.output, "MODE Z", "RETR doc/long.txt", "226 ")
    lab.expect_file("/doc/long.txt", taken(lab, "long.txt"), offered)
    lab.transfer("RETR", "/doc/long.txt", "download", None)
    lab.server_log("MODE", "RETR")


@scenario("allo-larger", "ALLO reserves more than the upload then needs: a reservation is no size.")
def allo_larger(lab):
    lab.serve(ProFtpd)
    lab.server_folder("in")
    sent = lab.client_file("order.bin", 2000)
    lab.record("client")
    client = clients.inetutils(lab, ["cd in", "binary", "quote ALLO 99000", "put order.bin"])
    lab.expect_text(client.output, "ALLO 99000", "STOR order.bin", "226 ")
    lab.transfer("STOR", "/in/order.bin", "upload", lab.expect_file("/in/order.bin", offered=sent))
    lab.server_log("ALLO", "STOR")


@scenario("one-passive-port", "A server with one passive port: every transfer of a plain session has the same one, "
          "and so has the transfer of a TLS session after it.")
def one_passive_port(lab):
    lab.serve(Vsftpd, pasv_min_port=50000, pasv_max_port=50000, ssl_enable="YES", require_ssl_reuse="NO",
              force_local_logins_ssl="NO", force_local_data_ssl="NO")
    names = [f"part{number}.bin" for number in range(3)]
    offered = [lab.server_file(f"pub/{name}", 1500 + number) for number, name in enumerate(names)]
    sent = lab.client_file("order.bin", 1200)
    lab.keep_keys()
    lab.record("client")
    client = clients.lftp(lab, ["cd pub", *(f"get {name}" for name in names), "put order.bin"], settings=PASSIVE)
    lab.expect(set(re.findall(r"227 Entering Passive Mode \(203,0,113,21,(\d+,\d+)\)", client.output)) == {"195,80"},
               "one port for all")
    for name, local in zip(names, offered):
        path = f"/pub/{name}"
        lab.transfer("RETR", path, "download", lab.expect_file(path, taken(lab, name), local))
    lab.transfer("STOR", "/pub/order.bin", "upload", lab.expect_file("/pub/order.bin", offered=sent))
    protected = clients.curl(lab, "--ssl-reqd", "-k", "-o", taken(lab, "again.bin"), path="/pub/part1.bin")
    lab.expect_text(protected.output, "> PROT P", "226 ")
    lab.transfer("RETR", "/pub/part1.bin", "download", None, tls=True)
    lab.find("control-encrypted")
    lab.server_log("OK DOWNLOAD", "OK UPLOAD")


@scenario("start-again", "REIN: the same connection, a new login, and another download.")
def start_again(lab):
    lab.serve(Pyftpdlib)
    offered = [lab.server_file(f"pub/{name}.bin", 1800) for name in ("one", "two")]
    lab.record("client")
    client = session(lab, "start_again", SERVER4, "/pub/one.bin", "/pub/two.bin")
    lab.expect_text(client.output, "after REIN: 230 ")
    for number, (name, local) in enumerate(zip(("one", "two"), offered)):
        path = f"/pub/{name}.bin"
        lab.transfer("RETR", path, "download", lab.expect_file(path, taken(lab, f"taken{number}.bin"), local))
    lab.server_log("REIN", "completed=1")


@scenario("anonymous", "An anonymous login, a listing and a download, as from a public mirror.")
def anonymous(lab):
    lab.serve(Vsftpd, anonymous_enable="YES", ftp_username="lab", anon_root=lab.home)
    offered = lab.server_file("pub/release.bin", 3000)
    lab.chmod("", 0o555)  # vsftpd lets nobody anonymous into a folder that could be written to
    lab.record("client")
    client = clients.tnftp(lab, ["cd pub", "dir", "binary", "get release.bin"], user="anonymous",
                           password="joe@client.example")
    lab.expect_text(client.output, "230 Login successful", "226 ")
    lab.transfer("LIST", "/pub", "download", None)
    lab.transfer("RETR", "/pub/release.bin", "download",
                 lab.expect_file("/pub/release.bin", taken(lab, "release.bin"), offered))
    lab.advise("anonymous-login")
    lab.server_log("OK DOWNLOAD", "OK LOGIN")
