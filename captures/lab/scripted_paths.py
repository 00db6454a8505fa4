#!/usr/bin/python3
"""Scripted clients that stop, crash, or write in pieces: scripted_paths.py FUNCTION HOST [ARGUMENT...]."""
import ftplib
import os
import socket
import struct
import sys
import time

from scripted import login

SMALL_BUFFER = 4096


def wait_for(path, seconds=20.0):
    """Waits until the scenario has made this file."""
    deadline = time.monotonic() + seconds
    while not os.path.exists(path) and time.monotonic() < deadline:
        time.sleep(0.02)


def stalled_reader(host, path, wanted, pause):
    """A download whose reader takes `wanted` bytes, sleeps for `pause` seconds, and then takes the rest."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    data = socket.socket()
    data.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    data.connect(ftp.makepasv())
    ftp.putcmd(f"RETR {path}")
    taken = 0
    while taken < int(wanted):
        taken += len(data.recv(1024))
    time.sleep(float(pause))
    while more := len(data.recv(1024)):
        taken += more
    data.close()
    print(f"taken: {taken}")
    print(ftp.getmultiline())
    print(ftp.getmultiline())
    ftp.quit()


def port_in_pieces(host, path, wait):
    """An active download whose PORT is written in two pieces, each in a segment of its own."""
    ftp = login(host, timeout=float(wait))
    ftp.voidcmd("TYPE I")
    ftp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener = socket.create_server((ftp.sock.getsockname()[0], 0))
    listener.settimeout(float(wait))
    address, port = listener.getsockname()
    words = f"PORT {address.replace('.', ',')},{port >> 8},{port & 255}\r\n".encode()
    try:
        for piece in (words[:14], words[14:]):
            ftp.sock.sendall(piece)
            time.sleep(0.05)
        print(ftp.getmultiline())
        ftp.putcmd(f"RETR {path}")
        print(ftp.getmultiline())
        data, _ = listener.accept()
        taken = 0
        while more := len(data.recv(65536)):
            taken += more
        data.close()
        print(f"taken: {taken}")
        print(ftp.getmultiline())
        ftp.quit()
    except ftplib.all_errors as error:
        print(f"failed: {error}")


def command_after(host, path):
    """Logs in, waits for the file `path`, and asks for the working directory."""
    ftp = login(host, timeout=10.0)
    print("logged in")
    wait_for(path)
    try:
        print(ftp.pwd())
    except ftplib.all_errors as error:
        print(f"failed: {error}")
    ftp.close()


def crash_and_return(host, port, crash, back):
    """A session from local port `port` that is dropped without a word, and a new one from the same port."""
    first = ftplib.FTP(timeout=10)
    first.connect(host, 21, source_address=("", int(port)))
    first.login("lab", "lab-secret")
    print("logged in")
    wait_for(crash)
    first.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    first.file.close()
    first.sock.close()
    print("crashed")
    wait_for(back)
    second = ftplib.FTP(timeout=10)
    second.set_debuglevel(1)
    second.connect(host, 21, source_address=("", int(port)))
    second.login("lab", "lab-secret")
    second.quit()


def late_to_the_port(host, path, note, go):
    """Asks for a passive port, writes it to `note`, waits for the file `go`, sends RETR, and connects only then."""
    ftp = login(host, timeout=10.0)
    ftp.voidcmd("TYPE I")
    target, port = ftp.makepasv()
    with open(note + ".new", "w", encoding="utf-8") as handle:
        handle.write(str(port))
    os.rename(note + ".new", note)
    wait_for(go)
    ftp.putcmd(f"RETR {path}")
    time.sleep(0.3)
    data = socket.socket()
    data.settimeout(10)
    taken = 0
    try:
        data.connect((target, port))
        while more := len(data.recv(65536)):
            taken += more
    except OSError as error:
        print(f"data: {error}")
    data.close()
    print(f"taken: {taken}")
    try:
        code = ftp.getmultiline()
        print(code)
        if code.startswith("1"):
            print(ftp.getmultiline())
    except ftplib.all_errors as error:
        print(f"failed: {error}")
    ftp.quit()


def connect_last(host, path):
    """Sends PASV and RETR, and connects only after the reply to both."""
    ftp = login(host, timeout=10.0)
    ftp.voidcmd("TYPE I")
    target = ftp.makepasv()
    ftp.putcmd(f"RETR {path}")
    print(ftp.getmultiline())
    data = socket.create_connection(target, timeout=10)
    print(ftp.getmultiline())
    data.close()
    ftp.quit()


def early_bird(host, note, go):
    """Not an FTP client: connects to the port that stands in `note`, then makes the file `go`, and takes what comes."""
    wait_for(note)
    with open(note, encoding="utf-8") as handle:
        data = socket.create_connection((host, int(handle.read())), timeout=10)
    with open(go, "w", encoding="utf-8"):
        pass
    taken = 0
    try:
        while more := len(data.recv(65536)):
            taken += more
    except OSError as error:
        print(f"data: {error}")
    print(f"stolen: {taken}")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
