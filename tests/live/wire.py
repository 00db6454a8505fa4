"""A network of our own, frames on it, captures replayed over it: for the tests that need root. Without it they are skipped."""
import ctypes
import os
import socket
import struct
import subprocess
import sys

SKIP = 77
CLONE_NEWNET, CLONE_NEWNS = 0x40000000, 0x00020000


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIP)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def enter_namespaces():
    """A network and a /sys of our own: the kernel removes them with the last of our processes."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0:
        skip("namespaces need root")
    if libc.unshare(CLONE_NEWNET | CLONE_NEWNS) != 0:
        skip(f"no namespaces here: {os.strerror(ctypes.get_errno())}")
    try:
        run("mount", "--make-rprivate", "/")
        run("mount", "-t", "sysfs", "sysfs", "/sys")
        run("ip", "link", "set", "lo", "up")
        make_wire("cap0", "peer0")
    except (OSError, subprocess.CalledProcessError) as error:
        skip(f"no veth pair here: {error}")


def make_wire(device, peer):
    """Both ends without IPv6 of their own: nothing is on the wire but what is sent."""
    run("ip", "link", "add", device, "type", "veth", "peer", "name", peer)
    for name in (device, peer):
        run("ip", "link", "set", name, "addrgenmode", "none", "up")


def send(device, *frames):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind((device, 0))
        for frame in frames:
            raw.send(frame)


def frames_of(path):
    """The frames of a pcap file of this machine's byte order."""
    with open(path, "rb") as file:
        data = file.read()
    magic, link = struct.unpack_from("=I16xI", data)
    if magic not in (0xA1B2C3D4, 0xA1B23C4D) or link != 1:
        raise ValueError(f"{path}: no Ethernet pcap of this byte order")
    at, frames = 24, []
    while at < len(data):
        captured = struct.unpack_from("=8xI", data, at)[0]
        frames.append(data[at + 16:at + 16 + captured])
        at += 16 + captured
    return frames


class Connection:
    """Frames of a TCP connection between two hosts of our own, without checksums; also those of an FTP session."""

    SYN, ACK, PSH, FIN, RST = 2, 16, 8, 1, 4

    def __init__(self, client_port, server_port=21, client=1, server=2):
        self.ends = [(bytes([192, 0, 2, client]), client_port), (bytes([192, 0, 2, server]), server_port)]
        self.next = [1000 * client_port, 500 * client_port]
        self.frames = []

    def put(self, side, flags, payload=b""):
        """A frame from side 0 (client) or 1."""
        (source, source_port), (target, target_port) = self.ends[side], self.ends[1 - side]
        tcp = struct.pack("!HHIIBBHHH", source_port, target_port, self.next[side] & 0xFFFFFFFF,
                          self.next[1 - side] & 0xFFFFFFFF if flags & self.ACK else 0, 0x50, flags, 65535, 0, 0)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(payload), 1, 0x4000, 64, 6, 0) + source + target
        self.frames.append(b"\x02" * 6 + b"\x04" * 6 + b"\x08\x00" + ip + tcp + payload)
        self.next[side] += len(payload) + (flags & (self.SYN | self.FIN) != 0)
        return self

    def open(self):
        return self.put(0, self.SYN).put(1, self.SYN | self.ACK).put(0, self.ACK)

    def close(self):
        return self.put(0, self.FIN | self.ACK).put(1, self.FIN | self.ACK).put(0, self.ACK)

    def data(self, payload, side=1, piece=1400):
        for at in range(0, len(payload), piece):
            self.put(side, self.ACK | self.PSH, payload[at:at + piece])
        return self

    def greeting(self):
        return self.open().data(b"220 ready\r\n")

    def ask(self, command, *replies):
        self.data(command.encode() + b"\r\n", side=0)
        for reply in replies:
            self.data(reply.encode() + b"\r\n")
        return self

    def login(self):
        return self.greeting().ask("USER lab", "331 password").ask("PASS lab-secret", "230 welcome").ask("TYPE I", "200 I")

    def taken(self):
        """The frames since it was asked last."""
        frames, self.frames = self.frames, []
        return frames


def session(client_port, reply="200 fine", server_port=21):
    """The frames of a short session whose last command but QUIT gets this reply."""
    control = Connection(client_port, server_port).greeting().ask("USER anonymous", "230 welcome").ask("SIZE a", reply)
    return control.ask("QUIT", "221 bye").close().taken()


def talkative_session(client_port, records):
    """A session of few frames and many records."""
    control = Connection(client_port).greeting()
    for at in range(0, records, 60):
        count = min(60, records - at)
        control.data(b"NOOP\r\n" * count, side=0).data(b"200 it is quiet here\r\n" * count)
    return control.taken()
