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
