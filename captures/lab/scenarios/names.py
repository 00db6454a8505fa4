"""Listings of every kind, and names that are not plain ASCII words."""
import os
import re

import clients
from net import SERVER4
from scenarios import scenario
from scenarios.modes import PASSIVE, session, taken
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd


def some_files(lab):
    for name, size in (("pub/a.txt", 40), ("pub/b.bin", 900), ("pub/sub/c.bin", 10)):
        lab.server_file(name, size)


def counted(lab, command):
    """Payload bytes of the listings of ProFTPD, as its log counted them, in order."""
    return [int(size) for size in re.findall(rf"(?m)^{command}\b.* 226 (\d+)$", lab.servers[0].log_text())]


@scenario("listings-tnftp", "LIST, NLST and MLSD of a folder, NLST of names that match, MLST of a file and STAT of a "
          "folder: the last two answer on the control connection.")
def listings_tnftp(lab):
    lab.serve(ProFtpd)
    some_files(lab)
    lab.record("client")
    client = clients.tnftp(lab, ["dir pub", "nlist pub", "mlsd pub", "nlist pub/*.txt", "mlst pub/a.txt",
                                 "quote STAT pub"])
    lab.expect_text(client.output, "LIST pub", "NLST pub", "MLSD pub", "MLST pub/a.txt", "250-Start", "212-Status of pub")
    names = counted(lab, "NLST")
    lab.transfer("LIST", "/pub", "download", counted(lab, "LIST")[0])
    lab.transfer("NLST", "/pub", "download", names[0])
    lab.transfer("MLSD", "/pub", "download", counted(lab, "MLSD")[0])
    lab.transfer("NLST", "/pub/*.txt", "download", names[1])
    lab.server_log("LIST", "NLST", "MLSD", "MLST", "STAT")


@scenario("listings-lftp", "LIST and NLST, a listing by STAT on the control connection, and a listing of an empty "
          "folder.")
def listings_lftp(lab):
    lab.serve(Vsftpd)
    some_files(lab)
    lab.server_folder("empty")
    lab.record("client")
    client = clients.lftp(lab, ["ls pub", "nlist pub", "quote STAT pub", "ls empty", "cd pub", "ls -a"], settings=PASSIVE)
    lab.expect_text(client.output, "LIST pub", "NLST pub", "213-Status follows", "LIST empty", "LIST -a")
    for command, path, size in (("LIST", "/pub", None), ("NLST", "/pub", None), ("LIST", "/empty", None),
                                ("LIST", "/pub", None)):
        lab.transfer(command, path, "download", size)


@scenario("listings-many-clients", "One folder listed by curl (LIST, NLST, MLSD), ncftpls and inetutils-ftp.")
def listings_many_clients(lab):
    lab.serve(PureFtpd)
    some_files(lab)
    lab.record("client")
    for words, command in (((), "LIST"), (("-l",), "NLST"), (("-X", "MLSD"), "MLSD")):
        client = clients.curl(lab, *words, path="/pub/")
        lab.expect_text(client.output, f"> {command}", "a.txt", "226")
        lab.transfer(command, "/pub", "download", None)
    words = ["ncftpls", "-d", "stdout", "-u", clients.USER, "-p", clients.PASSWORD, "-l", f"ftp://{SERVER4}/pub/"]
    client = clients.launch(lab, "ncftp", words)
    lab.expect_text(client.output, "b.bin", "226")
    command = re.search(r"Cmd: (MLSD|LIST)", client.output).group(1)
    lab.transfer(command, "/pub", "download", None)
    client = clients.inetutils(lab, ["dir pub", "nlist pub"])
    lab.expect_text(client.output, "LIST pub", "NLST pub", "226")
    lab.transfer("LIST", "/pub", "download", None)
    lab.transfer("NLST", "/pub", "download", None)


@scenario("names-quoted", "Names with spaces at both ends and in the middle, and with quotes, which 257 doubles (RFC "
          "959 appendix II).")
def names_quoted(lab):
    lab.serve(Vsftpd)
    sent = lab.client_file("sent.bin", 2000)
    folder, name = 'say "yes"  or no', ' two  words "and" quotes.bin '
    lab.record("client")
    client = session(lab, "quoted_names", SERVER4, folder, sent)
    lab.expect_text(client.output, '257 "/say ""yes""  or no"', f"in: /{folder}", "226 ")
    path = f"/{folder}/{name}"
    size = lab.expect_file(path, offered=sent)
    lab.expect_file(path, taken(lab, "taken.bin"), sent)
    lab.files.pop()
    lab.transfer("STOR", path, "upload", size)
    lab.transfer("RETR", path, "download", size)
    lab.transfer("NLST", f"/{folder}", "download", None)
    lab.server_log("MKDIR", "OK UPLOAD", "OK DOWNLOAD")


@scenario("names-utf8", "UTF-8 names: Latin, Greek, Han and an emoji. The server is UTF-8 by nature and refuses OPTS "
          "UTF8 ON, which is no fault.")
def names_utf8(lab):
    lab.serve(Pyftpdlib)
    names = ["Grüße aus Köln.txt", "Ελλάδα/λόγος.bin", "文件/报告 📦.bin"]
    offered = [lab.server_file(name, 300 + 100 * number) for number, name in enumerate(names)]
    sent = lab.client_file("zurück.bin", 1500)
    lab.client_environment["LC_ALL"] = "C.UTF-8"
    lab.record("client")
    client = clients.lftp(lab, [*(f'get "/{name}"' for name in names), "cd Ελλάδα", "put zurück.bin", "ls"],
                          settings=(*PASSIVE, "ftp:charset UTF-8", "file:charset UTF-8"))
    lab.expect_text(client.output, "OPTS UTF8 ON", "501 ", "CWD /Ελλάδα", "STOR zurück.bin", "226 ")
    for name, local in zip(names, offered):
        got = taken(lab, os.path.basename(name))
        lab.transfer("RETR", f"/{name}", "download", lab.expect_file(f"/{name}", got, local))
    path = "/Ελλάδα/zurück.bin"
    lab.transfer("STOR", path, "upload", lab.expect_file(path, offered=sent))
    lab.transfer("LIST", "/Ελλάδα", "download", None)
    lab.server_log("RETR", "STOR")


@scenario("names-latin1", "Names in Latin-1 on a server that passes bytes as they are; the client is told so. In the "
          "truth each such byte is U+FFFD.")
def names_latin1(lab):
    lab.serve(Vsftpd, utf8_filesystem="NO")
    folder, name = "Köln", "Grüße.bin"
    raw = os.fsdecode(f"{folder}/{name}".encode("latin-1"))
    offered = lab.server_file(raw, 0, lab.content("latin-1", 1200))
    sent = lab.client_file("Übung.bin", 900)
    lab.client_environment["LC_ALL"] = "C.UTF-8"
    lab.record("client")
    client = clients.lftp(lab, [f"cd {folder}", f"get {name}", "put Übung.bin", "ls"],
                          settings=(*PASSIVE, "ftp:use-utf8 no", "ftp:charset ISO-8859-1", "file:charset UTF-8"))
    lab.expect_text(client.output, "226 ")
    shown = [f"/{folder}/{part}".encode("latin-1").decode("utf-8", "replace") for part in (name, "Übung.bin")]
    lab.transfer("RETR", shown[0], "download", lab.expect_file(shown[0], taken(lab, name), offered))
    stored = os.path.join(lab.home, os.fsdecode(f"{folder}/Übung.bin".encode("latin-1")))
    lab.transfer("STOR", shown[1], "upload", lab.expect_file(shown[1], stored, sent))
    lab.transfer("LIST", shown[0].rpartition("/")[0], "download", None)
    lab.server_log("OK UPLOAD", "OK DOWNLOAD")
