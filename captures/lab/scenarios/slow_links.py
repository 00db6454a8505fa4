"""Links that are slow, small or lossy, and carry every byte."""
import time

import clients
from scenarios import scenario
from scenarios.modes import PACED, taken
from servers import ProFtpd, Vsftpd

TO_CLIENT, TO_SERVER = 'iifname "to-server"', 'iifname "to-client"'
FROM_CONTROL, TO_CONTROL = (f"tcp flags & syn == 0 tcp {port} 21" for port in ("sport", "dport"))
DATA = "tcp sport != 21 tcp dport != 21 meta length > 1000"


def down_and_up(lab, size):
    """A download and an upload of `size` bytes each; the seconds that each took."""
    offered, sent = lab.server_file("pub/table.bin", size), lab.client_file("order.bin", size)

    def run():
        got, spent = taken(lab, "table.bin"), []
        for words, path in ((("-o", got), "/pub/table.bin"), (("-T", sent), "/pub/order.bin")):
            begin = time.monotonic()
            client = clients.curl(lab, *words, path=path)
            lab.expect_text(client.output, "226 ")
            spent.append(time.monotonic() - begin)
        lab.transfer("RETR", "/pub/table.bin", "download", lab.expect_file("/pub/table.bin", got, offered))
        lab.transfer("STOR", "/pub/order.bin", "upload", lab.expect_file("/pub/order.bin", offered=sent))
        return spent
    return run


def dropped(lab):
    """How many packets the router's filter counted as dropped, by rule."""
    with lab.net.unsaid():
        rules = lab.net.run("router", "nft", "list", "ruleset").stdout.splitlines()
    return [int(rule.split("packets ")[1].split()[0]) for rule in rules if "counter packets" in rule]


@scenario("loss-both-ways", "The router drops one data segment of twelve in each direction, and some packets of the "
          "control connections too; all is sent again and arrives. Recorded at the server: what is lost on the way to "
          "the client stands twice, of what is lost on the way from it only the repetition. Snap length 200.")
def loss_both_ways(lab):
    lab.serve(Vsftpd)
    run = down_and_up(lab, 90000)
    # A counter instead of a random number: in every run there are as many losses, whichever packets they hit.
    rules = [f"{way} {DATA} numgen inc mod 12 == 9 counter drop" for way in (TO_CLIENT, TO_SERVER)]
    rules += [f"{way} {control} numgen inc mod 12 == 6 counter drop"
              for way, control in ((TO_CLIENT, FROM_CONTROL), (TO_SERVER, TO_CONTROL))]
    lab.net.firewall("router", *rules)
    lab.record("server", snap_length=200)
    run()
    time.sleep(2)  # what was lost of the last FINs
    losses = dropped(lab)
    lab.expect(min(losses[:2]) >= 5 and min(losses[2:]) >= 1, f"losses in both directions, not {losses}")
    lab.find("lossy-path")
    lab.server_log("OK DOWNLOAD", "OK UPLOAD")


@scenario("loss-once", "One data packet is lost in each direction, of more than a hundred: sent again at once, "
          "nothing becomes slow. Snap length 160.")
def loss_once(lab):
    lab.serve(Vsftpd)
    run = down_and_up(lab, 180000)
    lab.net.firewall("router", *(f"{way} {DATA} numgen inc mod 1000 == 40 counter drop"
                                 for way in (TO_CLIENT, TO_SERVER)))
    lab.record("server", snap_length=160)
    spent = run()
    lab.expect(dropped(lab) == [1, 1], "one loss each way")
    lab.expect(max(spent) < 2, "transfers that are not slow")
    lab.server_log("OK DOWNLOAD", "OK UPLOAD")


@scenario("throttled-link", "Both ends send through a link of 200 kbit/s: the rate is what the link carries, nothing "
          "is lost.")
def throttled_link(lab):
    lab.serve(ProFtpd)
    run = down_and_up(lab, 40000)
    for place in ("server", "client"):
        lab.net.throttle(place, "eth0", "200kbit", burst="3000")
    lab.record("client")
    spent = run()
    lab.expect(min(spent) > 1.2, "both transfers to take as long as the link needs")
    lab.server_log("RETR", "STOR")


@scenario("throttled-server", "The server paces its downloads to 12 kB/s, as a rate limit of its configuration does.")
def throttled_server(lab):
    lab.serve(Vsftpd, **PACED)
    offered = lab.server_file("pub/table.bin", 32000)
    lab.record("client")
    got = taken(lab, "table.bin")
    begin = time.monotonic()
    client = clients.curl(lab, "-o", got, path="/pub/table.bin")
    lab.expect_text(client.output, "226 ")
    lab.expect(time.monotonic() - begin > 1.5, "the download to take as long as the server wants")
    lab.transfer("RETR", "/pub/table.bin", "download", lab.expect_file("/pub/table.bin", got, offered))
    lab.server_log("OK DOWNLOAD")


@scenario("small-mtu", "The link between the router and the server has an MTU of 600. ICMP says so to the client "
          "(3/4), who sends smaller segments from then on.")
def small_mtu(lab):
    lab.serve(Vsftpd)
    for place, device in (("router", "to-server"), ("server", "eth0")):
        lab.net.run(place, "ip", "link", "set", device, "mtu", "600")
    # Left alone, the server would announce an MSS that fits, and nobody would have to learn the MTU.
    lab.net.run("server", "ip", "route", "replace", "default", "via", "203.0.113.1", "advmss", "1460")
    run = down_and_up(lab, 9000)
    lab.record("client")
    run()
    seen = lab.net.run("client", "tcpdump", "-n", "-r", lab.recorder.path, "icmp[0] == 3 and icmp[1] == 4").stdout
    lab.expect_text(seen, "need to frag")
    lab.server_log("OK DOWNLOAD", "OK UPLOAD")
