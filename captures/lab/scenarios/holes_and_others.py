"""Captures with holes, and other protocols on the FTP port."""
import clients
import topologies as nets
from net import SERVER4
from scenarios import scenario
from servers import Vsftpd
from strangeservers import Dropbear, HttpServer

NO_EPSV = "--disable-epsv"


def download(lab, size=20000):
    lab.serve(Vsftpd)
    nets.fetch(lab, NO_EPSV, size=size)
    lab.transfer("RETR", "/pub/report.bin", "download", size)
    lab.server_log("OK DOWNLOAD")


def data_packets(segments, wanted):
    """The numbers of the wanted ones among the segments with data of a file, from 1."""
    carrying = [n for n, s in enumerate(segments, 1) if s.source >= 50000 and s.target != 21 and s.payload]
    return [carrying[n] for n in wanted]


def reply(segments, code):
    return [n for n, s in enumerate(segments, 1) if s.source == 21 and s.payload.startswith(code)]


@scenario("capture-lost-data", "A healthy download of which the capture lacks packets: three segments with data, which the client "
          "acknowledged, were taken out of the file afterwards. No verdict depends on them.")
def capture_lost_data(lab):
    lab.record("client")
    download(lab)
    lab.lose(lambda segments: data_packets(segments, (4, 5, 9)))


@scenario("capture-lost-replies", "A healthy download of which the capture lacks two packets of the control connection: those with 227 and "
          "226 were taken out of the file afterwards.")
def capture_lost_replies(lab):
    lab.record("client")
    lab.serve(Vsftpd)
    nets.fetch(lab, NO_EPSV, size=20000)
    lab.lose(lambda segments: reply(segments, b"227 ") + reply(segments, b"226 "))
    lab.transfer("RETR", "/pub/report.bin", "download", None, "unknown", mode=None, code=None)
    lab.find("capture-incomplete")
    lab.server_log("OK DOWNLOAD")


@scenario("capture-lost-syn", "A healthy download of which the capture lacks the start of the data connection: its SYN, the answer and the "
          "first acknowledgement were taken out of the file afterwards. No verdict depends on them.")
def capture_lost_syn(lab):
    lab.record("client")
    download(lab)
    lab.lose(lambda segments: [n for n, s in enumerate(segments, 1) if 21 not in (s.source, s.target) and s.target][:3])


@scenario("capture-port-21", "A healthy download, recorded with the filter `port 21`: no packet of any data connection is in the file.")
def capture_port_21(lab):
    lab.record("client", expression=("port", "21"))
    lab.serve(Vsftpd)
    nets.fetch(lab, NO_EPSV, size=20000)
    lab.transfer("RETR", "/pub/report.bin", "download", None, "unknown")
    lab.server_log("OK DOWNLOAD")
    lab.find("capture-incomplete")


@scenario("ssh-on-port-21", "An SSH server stands on port 21, and an SSH client talks to it.")
def ssh_on_port_21(lab):
    lab.serve(Dropbear)
    lab.record("client")
    client = clients.launch(lab, "ssh", ["ssh", "-v", "-p", "21", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
                                         "-o", "UserKnownHostsFile=/dev/null", f"{clients.USER}@{SERVER4}"])
    lab.expect_text(client.output, "remote software version dropbear", "Permission denied")
    lab.find("not-ftp")


@scenario("ftp-client-meets-ssh", "An SSH server stands on port 21, and an FTP client finds its greeting there.")
def ftp_client_meets_ssh(lab):
    lab.serve(Dropbear)
    lab.record("client")
    client = clients.tnftp(lab, ["pwd"])
    lab.expect_text(client.output, "SSH-2.0-dropbear")
    lab.find("not-ftp")


@scenario("http-on-port-21", "A web server stands on port 21, and a web client fetches a page from it.")
def http_on_port_21(lab):
    lab.serve(HttpServer)
    lab.server_file("page.txt", 600, content=b"220 lines of nothing.\r\n" * 26)
    lab.record("client")
    client = clients.launch(lab, "curl", ["curl", "-v", "-sS", "-o", "page.txt", f"http://{SERVER4}:21/page.txt"])
    lab.expect_text(client.output, "> GET /page.txt", "200 OK")
    lab.find("not-ftp")


@scenario("odd-banner", "An FTP server whose greeting speaks of SSH and HTTP: its words are no other protocol.")
def odd_banner(lab):
    lab.serve(Vsftpd, ftpd_banner="SSH-2.0 users go to port 22, HTTP/1.1 users to port 80. GET files here.")
    lab.record("client")
    client = nets.fetch(lab, NO_EPSV)
    lab.expect_text(client.output, "220 SSH-2.0 users", "226 Transfer complete")
    lab.transfer("RETR", "/pub/report.bin", "download", 4000)
    lab.server_log("OK DOWNLOAD")
