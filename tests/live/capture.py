#!/usr/bin/env python3
"""Captures on veth pairs in namespaces of its own: usage: capture.py LIVE_CAPTURE_DRIVER

What is sent is made here byte by byte; what comes out is what the driver tells. Without root the test is skipped.
"""
import os
import select
import struct
import subprocess
import sys
import time

from wire import enter_namespaces, make_wire, run, send

DEADLINE = 30.0  # seconds for anything that is waited for
TYPES = {"arp": 0x0806, "ip": 0x0800, "ip6": 0x86DD}
WHOLE, HEAD = 262144, 256


# ---- frames ----

def ethernet(kind, payload, tags=()):
    inner = b"".join(struct.pack("!HH", tag, 7) for tag in tags)
    return b"\x02" * 6 + b"\x04" * 6 + inner + struct.pack("!H", TYPES[kind]) + payload


def ipv4(protocol, payload, fragment=0):
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, fragment, 64, protocol, 0)
    return head + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + payload


def ipv6(protocol, payload):
    return struct.pack("!IHBB", 0x60000000, len(payload), protocol, 64) + bytes(32) + payload


def ports(source, target, length=1000):
    return struct.pack("!HH", source, target) + bytes(length - 4)


# ---- the driver ----

class Driver:
    """What a capture tells, line by line."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([DRIVER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.lines, self.rest = [], b""
        self.wait_for("ready", 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def read(self, seconds):
        if select.select([self.process.stdout], [], [], seconds)[0]:
            piece = self.process.stdout.read() or b""
            *whole, self.rest = (self.rest + piece).split(b"\n")
            self.lines += [line.decode().split(" ") for line in whole]
            return bool(piece)
        return True

    def told(self, word):
        return [line[1:] for line in self.lines if line[0] == word]

    def said(self):
        return [" ".join(line) for line in self.told("say")]

    def wait_for(self, word, count):
        deadline = time.monotonic() + DEADLINE
        while len(self.told(word)) < count:
            if time.monotonic() > deadline or not self.read(0.1):
                raise AssertionError(f"wanted {count} times '{word}', got {self.lines}")
        return self.told(word)

    def wait_until_said(self, sentence):
        deadline = time.monotonic() + DEADLINE
        while not any(sentence in said for said in self.said()):
            if time.monotonic() > deadline or not self.read(0.1):
                raise AssertionError(f"wanted '{sentence}', got {self.said()}")

    def order(self, word):
        self.process.stdin.write(word.encode() + b"\n")
        self.process.stdin.flush()

    def end(self):
        """Everything that was captured, and the last counters: received, dropped, read."""
        self.process.stdin.close()
        deadline = time.monotonic() + DEADLINE
        while self.read(0.1) and time.monotonic() < deadline:
            pass
        same(self.process.wait(timeout=DEADLINE), 0, "exit status")
        last = self.told("counters")[-1]
        return int(last[0]), int(last[1]), int(last[4])

    def lengths(self):
        return [(int(frame[2]), int(frame[3])) for frame in self.told("frame")]


def same(got, wanted, what):
    if got != wanted:
        raise AssertionError(f"{what}: got {got}, wanted {wanted}")


def refused(*arguments, user=None):
    command = [DRIVER, *arguments]
    if user is not None:
        command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--bounding-set=-all",
                   "--inh-caps=-all", *command]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
    same(done.returncode, 2, f"exit status of {command}")
    return done.stderr


def has(text, *words):
    for word in words:
        if word not in text:
            raise AssertionError(f"'{word}' is not in: {text}")


# ---- tests ----

def frames_of_all_kinds():
    """(frame, how much of it comes): 0 for not at all."""
    tags = {"plain": (), "802.1Q": (0x8100,), "QinQ": (0x88A8, 0x8100)}
    frames = []
    for stack in tags.values():
        frames += [
            (ethernet("ip", ipv4(6, ports(40000, 21)), stack), WHOLE),
            (ethernet("ip6", ipv6(6, ports(990, 40000)), stack), WHOLE),
            (ethernet("ip", ipv4(6, ports(40000, 50000)), stack), HEAD),
            (ethernet("ip6", ipv6(6, ports(20, 50000)), stack), HEAD),
            (ethernet("ip", ipv4(17, ports(40000, 50000)), stack), 0),
            (ethernet("ip", ipv4(1, bytes(1000)), stack), HEAD),
            (ethernet("ip6", ipv6(58, bytes(1000)), stack), HEAD),
            (ethernet("ip", ipv4(17, ports(53, 50000)), stack), HEAD),
            (ethernet("ip", ipv4(6, ports(21, 40000), 0x2000), stack), WHOLE),
            (ethernet("ip", ipv4(6, ports(40000, 50000), 0x00B9), stack), WHOLE),
            (ethernet("ip6", ipv6(44, struct.pack("!BBHI", 6, 0, 1000, 9) + bytes(1000)), stack), WHOLE),
            (ethernet("arp", bytes(46), stack), 0),
        ]
    return frames


def taken_on_cap0(sender, tag_outside):
    """`tag_outside`: the kernel took the outer tag out before the cut, and libpcap put it back in."""
    frames = frames_of_all_kinds()
    with Driver("cap0") as driver:
        send(sender, *(frame for frame, _ in frames))
        wanted = [(frame, much) for frame, much in frames if much > 0]
        driver.wait_for("frame", len(wanted))
        received, dropped, read = driver.end()
        same((received, dropped, read), (len(wanted), 0, len(wanted)), "counters")
    for (frame, much), got in zip(wanted, driver.told("frame")):
        extra = 4 if tag_outside and frame[12:14] in (b"\x81\x00", b"\x88\xa8") else 0
        same((got[1], got[3]), ("1", str(len(frame))), f"link and length on the wire of {frame[:60].hex()}")
        same(int(got[2]), min(much + extra, len(frame)), f"captured length of {frame[:60].hex()}")
        same(got[6], frame[:96].hex(), "bytes")


def test_frames_that_come_in():
    taken_on_cap0("peer0", tag_outside=True)


def test_frames_that_go_out():
    taken_on_cap0("cap0", tag_outside=False)


def test_a_snap_length_and_a_filter():
    control, data = ethernet("ip", ipv4(6, ports(1, 21))), ethernet("ip", ipv4(6, ports(1, 2000)))
    other = ethernet("ip", ipv4(17, ports(1, 2000)))
    with Driver("-s", "100", "cap0") as driver:
        send("peer0", control, data, other)
        driver.end()
        same(driver.lengths(), [(100, len(control)), (100, len(data))], "lengths with -s 100")
    with Driver("-f", "port 2000", "cap0") as driver:
        send("peer0", control, data, other)
        driver.end()
        same(driver.lengths(), [(HEAD, len(data)), (len(other), len(other))], "lengths with a filter")
    with Driver("-f", "vlan 7 and tcp port 21", "cap0") as driver:
        send("peer0", control, ethernet("ip", ipv4(6, ports(1, 21)), (0x8100,)))
        driver.end()
        same(driver.lengths(), [(len(control) + 4, len(control) + 4)], "lengths with a filter for VLANs")


def test_what_has_no_room_is_counted():
    frame = ethernet("ip", ipv4(6, ports(1, 21)))
    sent = 6000
    with Driver("-q", "-B", "1048576", "cap0") as driver:
        driver.order("stop")
        time.sleep(0.2)
        send("peer0", *([frame] * sent))
        driver.order("counters")
        received, dropped = (int(n) for n in driver.wait_for("counters", 1)[0][:2])
        same(received + dropped, sent, "frames counted")
        if dropped < sent / 4:
            raise AssertionError(f"{dropped} of {sent} dropped: the buffer is larger than asked for")
        driver.order("go")
        same(driver.end(), (received, dropped, received), "counters at the end")


def test_refusals():
    has(refused("no-such0"), "no-such0: there is no such network interface; there are: ", "cap0", "any")
    has(refused("-f", "tcp prot 21", "cap0"), 'cap0: filter "tcp prot 21": ', "syntax error")
    has(refused("-f", "wlan type data", "cap0"), 'cap0: filter "wlan type data": ')
    has(refused("cap0", "lo", "cap0"), "cap0: is named twice")
    run("ip", "link", "set", "cap0", "down")
    has(refused("cap0"), "cap0: the interface is down; sudo ip link set cap0 up")
    run("ip", "link", "set", "cap0", "up")


def test_no_rights():
    own = os.path.realpath(DRIVER)
    if subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", "test", "-x", own], check=False).returncode != 0:
        print("nobody cannot reach the program here: ", end="")
        return
    message = refused("-f", "tcp port 21", "cap0", user=65534)
    has(message, "cap0: no right to capture packets", f"sudo {own} -f 'tcp port 21' cap0",
        f"sudo setcap cap_net_raw+ep {own}\n")


def test_the_list():
    done = subprocess.run([DRIVER, "-D"], capture_output=True, text=True, check=True)
    has(done.stdout, "cap0 ", "peer0 ", "lo ", "loopback, up", "127.0.0.1", "any ", "all interfaces")


def test_no_name_takes_the_first_that_is_up():
    with Driver() as driver:
        if driver.told("ready")[0][0] not in ("cap0", "peer0"):
            raise AssertionError(f"captures on {driver.told('ready')}")


def test_any():
    control = ethernet("ip", ipv4(6, ports(1, 21)))
    with Driver("any") as driver:
        send("peer0", control, ethernet("ip6", ipv6(6, ports(1, 2000)), (0x8100,)))
        driver.end()
    frames = driver.told("frame")
    same({(frame[0], frame[1]) for frame in frames}, {("any", "276")}, "interface and link type")
    incoming = [(int(frame[2]), frame[6][:4]) for frame in frames if frame[6][20:22] != "04"]  # 4: on its way out
    same(incoming, [(len(control) - 14 + 20, "0800"), (HEAD + 20, "86dd")], "lengths and types")


def test_a_filter_that_the_kernel_cannot_run():
    with Driver("-f", "link[8:2] == 1 and tcp", "any") as driver:
        same(driver.said(), ["any: the kernel cannot run this filter: every packet is copied whole, and filtered afterwards"],
             "sentences")
        send("peer0", ethernet("ip", ipv4(6, ports(1, 2000))), ethernet("ip", ipv4(17, ports(1, 2000))))
        driver.end()
        same(driver.lengths(), [(1020 + 20, 1020 + 20)] * 2, "lengths")


def test_several_interfaces_come_in_order_of_time():
    make_wire("cap1", "peer1")
    frame = ethernet("ip", ipv4(6, ports(1, 21)))
    with Driver("cap0", "cap1", "lo") as driver:
        for i in range(300):
            send(f"peer{i % 2}", frame)
            time.sleep(0.001)
        received, dropped, read = driver.end()
        same((received, dropped, read), (300, 0, 300), "counters")
    frames = driver.told("frame")
    same([frame[0] for frame in frames], ["cap0", "cap1"] * 150, "interfaces")
    same([int(frame[4]) for frame in frames], list(range(1, 301)), "numbers")
    run("ip", "link", "del", "cap1")


def test_a_quiet_interface_delays_the_other_for_a_moment_only():
    make_wire("cap1", "peer1")
    with Driver("cap0", "cap1") as driver:
        send("peer0", ethernet("ip", ipv4(6, ports(1, 21))))
        driver.wait_for("frame", 1)
    run("ip", "link", "del", "cap1")


def test_down_and_up():
    frame = ethernet("ip", ipv4(6, ports(1, 21)))
    for devices in (["cap0"], ["cap0", "lo"]):
        with Driver("-d", *devices) as driver:
            send("peer0", frame)
            driver.wait_for("frame", 1)
            run("ip", "link", "set", "cap0", "down")
            driver.wait_until_said("cap0: down, waiting for it")
            run("ip", "link", "set", "cap0", "up")
            driver.wait_until_said("cap0: back after")
            send("peer0", frame, frame)
            driver.wait_for("frame", 3)
            time.sleep(1.5)  # the next look at the interface must find nothing new
            same(driver.end(), (3, 0, 3), "counters")
            same(len(driver.said()), 2, f"sentences {driver.said()}")


def test_deleted_and_made_again_without_rights():
    control, data = ethernet("ip", ipv4(6, ports(1, 21))), ethernet("ip", ipv4(6, ports(1, 2000)))
    make_wire("cap1", "peer1")
    for devices in (["cap1"], ["cap0", "cap1"]):
        with Driver("-d", *devices) as driver:
            send("peer1", control)
            driver.wait_for("frame", 1)
            run("ip", "link", "del", "cap1")
            driver.wait_until_said("cap1: gone, waiting for it")
            make_wire("cap1", "peer1")
            driver.wait_until_said("cap1: back after")
            flags = subprocess.run(["ip", "-d", "link", "show", "cap1"], capture_output=True, text=True, check=True)
            has(flags.stdout, "promiscuity 1")
            send("peer1", control, data, ethernet("ip", ipv4(17, ports(1, 2000))))
            driver.wait_for("frame", 3)
            same(driver.end(), (3, 0, 3), "counters")
            same([length for length, _ in driver.lengths()], [len(control), len(control), HEAD], "lengths")
            same(len(driver.said()), 2, f"sentences {driver.said()}")
    run("ip", "link", "del", "cap1")


def test_another_kind_of_interface_is_not_taken():
    make_wire("cap1", "peer1")
    with Driver("-d", "cap1") as driver:
        run("ip", "link", "del", "cap1")
        driver.wait_until_said("cap1: gone, waiting for it")
        try:
            run("ip", "tuntap", "add", "cap1", "mode", "tun")
        except subprocess.CalledProcessError:
            return  # no tun here
        driver.wait_until_said("cap1: back, but as another kind of interface: start again to capture on it")
    run("ip", "link", "del", "cap1")


def main():
    global DRIVER
    DRIVER = os.path.abspath(sys.argv[1])
    enter_namespaces()
    for name, test in list(globals().items()):
        if name.startswith("test_") and name.startswith(tuple(sys.argv[2:]) or "test_"):
            test()
            print(f"ok {name[5:]}")


main()
