"""Files, names and storage: what servers refuse, what changes on the way, what does not fit."""
import os
import re

import clients
from net import run, wait_until
from scenarios import scenario
from servers import ProFtpd, PureFtpd, Pyftpdlib, Vsftpd
from talks import talk
from tools import server_program

PNG = b"\x89PNG\r\n\x1a\n"


def upload(lab, local, remote):
    """Steps of one upload."""
    return "@pasv", f"STOR {remote}", f"@put {local}", "@finish", "@reply"


def small_disk(lab, kilobytes):
    """The folder the server offers is a file system of its own, of this size."""
    lab.arrange(f"server: a disk of {kilobytes} KB")
    run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,uid={lab.uid},gid={lab.uid},mode=755", "small", lab.home)


def overfull(lab, refusal, kind, code, *log, **settings):
    """An upload of 60 KB to a disk of 16 KB."""
    small_disk(lab, 16)
    # A small receive buffer: the client must still be sending when the server gives up.
    lab.net.run("server", "sysctl", "-qw", "net.ipv4.tcp_rmem=4096 8192 8192")
    lab.serve(kind, **settings)
    sent = lab.client_file("big.bin", 60000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", *upload(lab, sent, "big.bin"), "QUIT")
    lab.expect_text(output, refusal)
    # How much of it had come when the server gave up, neither end counts.
    lab.transfer("STOR", "/big.bin", "upload", None, "aborted", code=code)
    lab.server_log("STOR", "451", "426", "UPLOAD", *log)


@scenario("storage-full", "The server's disk has 16 KB; vsftpd ends an upload of 60 KB with RST and 451 Failure writing to local file.")
def storage_full(lab):
    overfull(lab, "451 Failure writing to local file.", Vsftpd, 451)
    lab.find("storage-full")


@scenario("storage-full-pureftpd", "The server's disk has 16 KB; Pure-FTPd ends an upload of 60 KB with RST and 451 Error during write "
          "to file.")
def storage_full_pureftpd(lab):
    overfull(lab, "451-Error during write to file", PureFtpd, 451)
    lab.find("storage-full")


@scenario("storage-full-proftpd", "The server's disk has 16 KB; ProFTPD ends an upload of 60 KB with 451 Input/output error: that "
          "the disk is full, it does not say.")
def storage_full_proftpd(lab):
    overfull(lab, "451 Transfer aborted. Input/output error", ProFtpd, 451)
    lab.find("server-aborted")


@scenario("storage-full-refused", "Pure-FTPd takes no uploads when the disk is fuller than 50 per cent (-k): 552 Disk full. A download "
          "works.")
def storage_full_refused(lab):
    small_disk(lab, 64)
    offered = lab.server_file("there.bin", 45000)
    lab.serve(PureFtpd, **{"-k": "50"})
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv", "STOR note.bin", "@pasv", "RETR there.bin", "@take", "@reply", "QUIT")
    lab.expect_text(output, "552 Disk full", "taken: 45000")
    lab.transfer("STOR", "/note.bin", "upload", 0, "failed", code=552)
    lab.transfer("RETR", "/there.bin", "download", lab.expect_file("/there.bin", offered=offered))
    lab.find("storage-full")


@scenario("storage-full-names", "The server's disk has room for bytes but not for another file: 550 No space left on device.")
def storage_full_names(lab):
    lab.arrange("server: a disk with room for two files, its folder among them")
    run("mount", "-t", "tmpfs", "-o", f"nr_inodes=2,uid={lab.uid},gid={lab.uid},mode=755", "small", lab.home)
    lab.serve(ProFtpd)
    lab.server_file("there.bin", 100)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv", "STOR new.bin", "MKD folder", "QUIT")
    lab.expect_text(output, "550 new.bin: No space left on device", "550 folder: No space left on device")
    lab.transfer("STOR", "/new.bin", "upload", 0, "failed", code=550)
    lab.find("storage-full")
    lab.server_log("STOR", "MKD", "pace")


@scenario("storage-enough", "The server's disk has 64 KB, and an upload of 48 KB just fits.")
def storage_enough(lab):
    small_disk(lab, 64)
    lab.serve(ProFtpd)
    sent = lab.client_file("fits.bin", 49000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", *upload(lab, sent, "fits.bin"), "QUIT")
    lab.expect_text(output, "226 ")
    lab.transfer("STOR", "/fits.bin", "upload", lab.expect_file("/fits.bin", offered=sent))
    lab.server_log("STOR")


def pure_quota(lab, used, size):
    """Pure-FTPd's quota is counted in megabytes; this user has used all but a little of the one allowed."""
    lab.arrange(f"server: the user has used {used} bytes of 1048576 (.ftpquota)")
    with open(os.path.join(lab.home, ".ftpquota"), "w", encoding="utf-8") as handle:
        handle.write(f"3 {used}\n")
    os.chown(os.path.join(lab.home, ".ftpquota"), lab.uid, lab.uid)
    lab.serve(PureFtpd, **{"-n": "100:1"})
    return lab.client_file("report.bin", size)


@scenario("quota-exceeded", "The user's quota is 1 MB and all but 20000 bytes are used: an upload of 60000 bytes ends with 552 Quota "
          "exceeded.")
def quota_exceeded(lab):
    sent = pure_quota(lab, 1048576 - 20000, 60000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", *upload(lab, sent, "report.bin"), "QUIT")
    lab.expect_text(output, "552 Quota exceeded: [report.bin] won't be saved")
    lab.transfer("STOR", "/report.bin", "upload", None, "aborted", code=552)
    lab.find("storage-full")


def proftpd_quota(lab):
    """Tables that allow this user to upload 10000 bytes."""
    lab.arrange("server: the user may upload 10000 bytes (ftpquota)")
    tool = server_program("usr/sbin/ftpquota")
    for kind, limits in (("limit", ("--add-record", "--name", "lab", "--quota-type", "user", "--bytes-upload", "10000",
                                    "--limit-type", "hard", "--units", "byte")), ("tally", None)):
        table = ("--type", kind, "--table-path", f"{lab.work}/quota.{kind}")
        run(tool, "--create-table", *table)
        if limits:
            run(tool, *limits, *table)
    modules = "mod_quotatab.c\nLoadModule mod_quotatab_file.c"
    return {"LoadModule": modules, "QuotaEngine": "on", "QuotaLimitTable": f"file:{lab.work}/quota.limit",
            "QuotaTallyTable": f"file:{lab.work}/quota.tally", "QuotaLog": f"{lab.work}/quota.log"}


@scenario("quota-exceeded-proftpd", "The user may upload 10000 bytes in all (mod_quotatab): an upload of 8000 works, one of 4000 more ends "
          "with 552.")
def quota_exceeded_proftpd(lab):
    lab.serve(ProFtpd, **proftpd_quota(lab))
    first, second = lab.client_file("first.bin", 8000), lab.client_file("second.bin", 4000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", *upload(lab, first, "first.bin"), *upload(lab, second, "second.bin"), "QUIT")
    lab.expect_text(output, "226 ", "552-Transfer aborted. Disk quota exceeded")
    lab.transfer("STOR", "/first.bin", "upload", lab.expect_file("/first.bin", offered=first))
    lab.transfer("STOR", "/second.bin", "upload", None, "aborted", code=552)
    lab.find("storage-full")
    lab.server_log("STOR", "uota")


@scenario("quota-enough", "The user's quota is 1 MB and all but 20000 bytes are used: an upload of 15000 bytes works.")
def quota_enough(lab):
    sent = pure_quota(lab, 1048576 - 20000, 15000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", *upload(lab, sent, "report.bin"), "QUIT")
    lab.expect_text(output, "226-", "226 ")
    lab.transfer("STOR", "/report.bin", "upload", lab.expect_file("/report.bin", offered=sent))


@scenario("ascii-corruption", "A PNG picture is downloaded with TYPE A: ProFTPD puts CR before every LF that has none, and the file is broken.")
def ascii_corruption(lab):
    content = PNG + lab.content("picture", 12000)
    lab.serve(ProFtpd)
    lab.server_file("picture.png", 0, content)
    lab.record("client")
    got = os.path.join(lab.client_home, "picture.png")
    output = clients.tnftp(lab, ["ascii", "get picture.png"]).output
    lab.expect_text(output, "TYPE A", "226 ")
    # tnftp takes the CRs away again; it does not know which of them were there before.
    lab.expect(open(got, "rb").read() != content, "the picture to be broken")
    lab.transfer("RETR", "/picture.png", "download", len(re.sub(rb"(?<!\r)\n", b"\r\n", content)))
    lab.find("ascii-corruption")
    lab.server_log("TYPE", "RETR")


@scenario("ascii-corruption-upload", "A PNG picture is uploaded with TYPE A: the server takes CRs away, and the file is broken.")
def ascii_corruption_upload(lab):
    content = PNG + lab.content("picture", 12000)
    lab.serve(ProFtpd)
    sent = lab.client_file("picture.png", 0, content)
    lab.record("client")
    output = talk(lab, "@login", "TYPE A", *upload(lab, sent, "picture.png"), "TYPE I", "SIZE picture.png",
                  "QUIT")
    lab.expect_text(output, "226 ", "213 12007")
    lab.expect(open(f"{lab.home}/picture.png", "rb").read() != content, "the picture to be broken")
    lab.transfer("STOR", "/picture.png", "upload", len(content))
    lab.find("ascii-corruption")
    lab.server_log("TYPE", "STOR")


@scenario("ascii-text", "A text is downloaded with TYPE A, which is what TYPE A is for: every line ends in CR LF on the wire.")
def ascii_text(lab):
    content = b"".join(b"line %d of the text\n" % number for number in range(300))
    lab.serve(ProFtpd)
    lab.server_file("notes.txt", 0, content)
    lab.record("client")
    got = os.path.join(lab.client_home, "notes.txt")
    output = clients.tnftp(lab, ["ascii", "get notes.txt"]).output
    lab.expect_text(output, "TYPE A", "226 ")
    lab.expect(open(got, "rb").read() == content, "the text to arrive as it was")
    lab.transfer("RETR", "/notes.txt", "download", len(content) + 300)
    lab.server_log("TYPE", "RETR")


@scenario("rest-refused", "The server does not restart downloads: REST is accepted, RETR after it refused with 451; the client begins "
          "again from the start.")
def rest_refused(lab):
    lab.serve(ProFtpd, AllowRetrieveRestart="off")
    offered = lab.server_file("report.bin", 9000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "REST 4000", "@pasv", "RETR report.bin", "REST 0", "@pasv", "RETR report.bin",
                  "@take", "@reply", "QUIT")
    lab.expect_text(output, "451 report.bin: Restart not permitted", "taken: 9000")
    lab.transfer("RETR", "/report.bin", "download", 0, "failed", code=451)
    lab.transfer("RETR", "/report.bin", "download", lab.expect_file("/report.bin", offered))
    lab.server_log("REST", "RETR")


@scenario("rest-probed", "The client tries REST 100 and takes it back with REST 0 before the download, as programs do to learn whether "
          "the server can: the whole file comes.")
def rest_probed(lab):
    lab.serve(Vsftpd)
    offered = lab.server_file("report.bin", 9000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "SIZE report.bin", "REST 100", "REST 0", "@pasv", "RETR report.bin", "@take",
                  "@reply", "QUIT")
    lab.expect_text(output, "213 9000", "taken: 9000", "226 ")
    lab.transfer("RETR", "/report.bin", "download", lab.expect_file("/report.bin", offered))
    lab.server_log("REST", "RETR", "226")


@scenario("name-not-allowed", "Uploads whose names the server does not take: a folder nobody may write to (553), a name that a filter "
          "forbids (550).")
def name_not_allowed(lab):
    lab.server_file("closed/report.bin", 100)
    lab.chmod("closed", 0o555)
    lab.serve(Vsftpd, deny_file="{*.exe,.secret}")
    sent = lab.client_file("report.bin", 3000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv", "STOR closed/new.bin", "@pasv", "STOR setup.exe",
                  *upload(lab, sent, "report.bin"), "QUIT")
    lab.expect_text(output, "553 Could not create file", "550 Permission denied", "226 ")
    lab.transfer("STOR", "/closed/new.bin", "upload", 0, "failed", code=553)
    lab.transfer("STOR", "/setup.exe", "upload", 0, "failed", code=550)
    lab.transfer("STOR", "/report.bin", "upload", lab.expect_file("/report.bin", offered=sent))
    lab.find("name-not-allowed", "file-unavailable")
    lab.server_log("STOR", "55", "226")


@scenario("name-not-allowed-pureftpd", "Pure-FTPd takes no names that begin with a dot: 553 Prohibited file name.")
def name_not_allowed_pureftpd(lab):
    lab.serve(PureFtpd, **{"-x": ""})
    sent = lab.client_file("report.bin", 3000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv", "STOR .profile", *upload(lab, sent, "profile"), "QUIT")
    lab.expect_text(output, "553 Prohibited file name: .profile", "226 ")
    lab.transfer("STOR", "/.profile", "upload", 0, "failed", code=553)
    lab.transfer("STOR", "/profile", "upload", lab.expect_file("/profile", offered=sent))
    lab.find("name-not-allowed")


@scenario("file-refusals", "What servers refuse with 550: a folder that is none, a file that may not be read, a folder downloaded as a "
          "file, a folder that exists, one that is not empty, a delete that fails.")
def file_refusals(lab):
    lab.server_file("locked/secret.bin", 100)
    lab.server_file("full/one.bin", 100)
    lab.serve(ProFtpd)
    lab.chmod("locked/secret.bin", 0)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "CWD none", "@pasv", "RETR locked/secret.bin", "@pasv", "RETR full", "MKD full",
                  "RMD full", "DELE none.bin", "RNFR none.bin", "QUIT")
    lab.expect_text(output, "550 none:", "550 locked/secret.bin: Permission denied", "550 full: Not a regular file",
                    "550 full: File exists", "550 full: Directory not empty", "550 none.bin:")
    lab.transfer("RETR", "/locked/secret.bin", "download", 0, "failed", code=550)
    lab.transfer("RETR", "/full", "download", 0, "failed", code=550)
    lab.find("file-unavailable")
    lab.server_log("55")


@scenario("file-probes", "A client asks for the size and time of a file that is not there before it uploads it, as many do, and "
          "tries MKD on a folder that exists: 550 is no fault here.")
def file_probes(lab):
    lab.server_folder("inbox")
    lab.serve(Vsftpd)
    sent = lab.client_file("report.bin", 3000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "MKD inbox", "CWD inbox", "SIZE report.bin", "MDTM report.bin",
                  *upload(lab, sent, "report.bin"), "QUIT")
    lab.expect(output.count("550 ") == 3 and "226 " in output, output)
    lab.transfer("STOR", "/inbox/report.bin", "upload", lab.expect_file("/inbox/report.bin", offered=sent))
    lab.server_log("550", "226")


@scenario("file-busy", "Two clients upload the same file at the same time; ProFTPD (HiddenStores) refuses the second.")
def file_busy(lab):
    lab.serve(ProFtpd, HiddenStores="on")
    sent = lab.client_file("report.bin", 9000)
    lab.record("client")
    first = talk(lab, "@login", "TYPE I", "@pasv", "STOR report.bin", f"@put {sent} 0 4000", f"@touch {lab.work}/half",
                 f"@wait {lab.work}/rest", f"@put {sent} 4000", "@finish", "@reply", "QUIT", background=1)
    wait_until(lambda: os.path.exists(f"{lab.work}/half"), "the first upload to begin", 20)
    output = talk(lab, "@login", "TYPE I", "@pasv", "STOR report.bin", "QUIT")
    with open(f"{lab.work}/rest", "w", encoding="utf-8"):
        lab.expect_text(first.wait(), "226 ")
    lab.expect_text(output, "550 report.bin: Temporary hidden file", "already exists")
    lab.transfer("STOR", "/report.bin", "upload", 0, "failed", code=550)
    lab.transfer("STOR", "/report.bin", "upload", lab.expect_file("/report.bin", offered=sent))
    lab.find("file-busy")
    lab.server_log("STOR")


@scenario("file-none-found", "NLST of a pattern that nothing fits: ProFTPD answers 450. An empty list is no fault and no busy file.")
def file_none_found(lab):
    lab.serve(ProFtpd)
    lab.server_file("report.bin", 100)
    lab.record("client")
    output = talk(lab, "@login", "@pasv", "NLST *.txt", "QUIT")
    lab.expect_text(output, "450 No files found")
    lab.transfer("NLST", "/*.txt", "download", 0, "failed", code=450)
    lab.server_log("NLST")


@scenario("rename-broken", "RNTO without RNFR, and RNTO after an RNFR that was refused: 503. A rename as it should be works in "
          "the same session.")
def rename_broken(lab):
    lab.serve(Vsftpd)
    lab.server_file("old.bin", 100)
    lab.record("client")
    output = talk(lab, "@login", "RNTO new.bin", "RNFR none.bin", "RNTO new.bin", "RNFR old.bin", "RNTO new.bin", "QUIT")
    lab.expect(output.count("503 RNFR required first") == 2, output)
    lab.expect_text(output, "350 ", "250 Rename successful")
    lab.expect_file("/new.bin")
    lab.find("rename-broken", "file-unavailable")
    lab.server_log("RN", "503")


@scenario("rename-interleaved", "Another command stands between RNFR and RNTO: ProFTPD refuses that one and keeps the name, and the "
          "rename works.")
def rename_interleaved(lab):
    lab.serve(ProFtpd)
    lab.server_file("old.bin", 100)
    lab.record("client")
    output = talk(lab, "@login", "RNFR old.bin", "PWD", "RNTO new.bin", "QUIT")
    lab.expect_text(output, "501 Bad sequence of commands", "250 Rename successful")
    lab.expect_file("/new.bin")
    lab.server_log("RN", "PWD")


@scenario("rename", "Two renames as they should be, one of them to another folder.")
def rename(lab):
    lab.serve(ProFtpd)
    lab.server_file("old.bin", 100)
    lab.server_folder("archive")
    lab.record("client")
    output = clients.lftp(lab, ["mv old.bin new.bin", "mv new.bin archive/2026.bin"]).output
    lab.expect_text(output, "350 ", "250 ")
    lab.expect_file("/archive/2026.bin")
    lab.server_log("RN")


@scenario("name-encoding", "A client asks for a file by its name in Latin-1, which the server cannot read as UTF-8: 550 with "
          "another name in it. A name in UTF-8 works in the same session.")
def name_encoding(lab):
    lab.serve(Pyftpdlib)
    lab.server_file(os.fsdecode(b"m\xfcnchen.bin"), 2000, b"x" * 2000)
    sent = lab.client_file("report.bin", 3000)
    lab.record("client")
    output = talk(lab, "@login", "TYPE I", "@pasv", "@quiet RETR m\\xfcnchen.bin", "@reply",
                  *upload(lab, sent, "m\\xc3\\xbcnchen.bin"), "QUIT")
    lab.expect_text(output, "550 ", "226 ")
    lab.transfer("RETR", "/m\ufffdnchen.bin", "download", 0, "failed", code=550)
    lab.transfer("STOR", "/münchen.bin", "upload", lab.expect_file("/münchen.bin", offered=sent))
    lab.find("name-encoding", "file-unavailable")
    lab.server_log("RETR", "STOR")


@scenario("name-encoding-proftpd", "ProFTPD keeps its names in Latin-1 and expects UTF-8 from clients: a Latin-1 name of a client, "
          "and a name in Greek, which Latin-1 does not have.")
def name_encoding_proftpd(lab):
    lab.serve(ProFtpd, LangEngine="on", UseEncoding="ISO-8859-1 UTF-8", LangOptions="RequireValidEncoding")
    lab.record("client")
    output = talk(lab, "@login", "MKD m\\xfcnchen", "MKD \\xce\\xb1\\xce\\xb8\\xce\\xae\\xce\\xbd\\xce\\xb1", "MKD m\\xc3\\xbcnchen", "QUIT")
    lab.expect(output.count("Illegal character sequence in filename") == 2, output)
    lab.expect_text(output, "257 ")
    lab.find("name-encoding", "name-not-allowed")
    lab.server_log("MKD")
