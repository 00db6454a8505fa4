#!/usr/bin/python3
"""A scripted client for what no program does: talker.py HOST PORT STEP...

A step is a command to send, whose reply is read and printed, or a word after "@" with what it needs (the methods of Talk).
A step in which the server closes the connection ends the talk.
"""
import os
import re
import socket
import ssl
import struct
import sys
import time

USER, PASSWORD = "lab", "lab-secret"


def plain_bytes(text):
    """The bytes of a step: \\xNN and \\r\\n stand for themselves."""
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


class Talk:
    def __init__(self, host, port):
        self.host, self.port = host, int(port)
        self.plain = self.sock = self.data = self.listener = self.context = None
        self.target, self.buffer = None, b""
        self.open()

    # The control connection

    def open(self):
        """Connects (again) and reads the greeting."""
        if self.plain:
            self.sock.close()
        self.connect_only()
        self.reply()

    def connect_only(self):
        self.plain = self.sock = socket.create_connection((self.host, self.port), 60)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def line(self):
        while b"\n" not in self.buffer:
            got = self.sock.recv(4096)
            if not got:
                raise EOFError
            self.buffer += got
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode("latin-1").rstrip("\r")

    def reply(self):
        line = self.line()
        print(line)
        code = line[:3]
        while line[3:4] == "-" or line[:3] != code:
            line = self.line()
            print(line)
            if line[:3] == code and line[3:4] != "-":
                break
        return line

    def replies(self, count):
        for _ in range(int(count)):
            self.reply()

    def quiet(self, *words):
        """Sends a command and reads no reply."""
        text = " ".join(words)
        print(f"> {text}")
        self.sock.sendall(plain_bytes(text + "\\r\\n"))

    def raw(self, *words):
        """Sends these bytes as one segment."""
        print(f"> {' '.join(words)}")
        self.sock.sendall(plain_bytes(" ".join(words)))

    def ask(self, text):
        self.quiet(text)
        return self.reply()

    def login(self, user=USER, password=PASSWORD):
        self.ask(f"USER {user}")
        self.ask(f"PASS {password}")

    def sleep(self, seconds):
        time.sleep(float(seconds))

    def touch(self, path):
        with open(path, "w", encoding="utf-8"):
            pass

    def wait(self, path):
        while not os.path.exists(path):
            time.sleep(0.02)

    def until_closed(self):
        """Prints what the server says until it closes."""
        while True:
            print(self.line())

    def silence(self, seconds):
        """Expects the server to say nothing for so long."""
        self.sock.settimeout(float(seconds))
        try:
            print(f"heard: {self.line()}")
        except TimeoutError:
            print(f"silent for {seconds} s")
        self.sock.settimeout(60)

    def close(self):
        self.sock.close()

    # TLS

    def secure(self, version="1.3", command="AUTH TLS"):
        self.ask(command)
        self.handshake(version)

    def handshake(self, version="1.3"):
        self.context = ssl._create_unverified_context()
        self.context.set_ciphers("DEFAULT@SECLEVEL=0")
        self.context.minimum_version = self.context.maximum_version = {
            "1.0": ssl.TLSVersion.TLSv1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
        try:
            self.sock = self.context.wrap_socket(self.sock, server_hostname="ftp.example")
            print("handshake done")
        except (ssl.SSLError, ConnectionError) as error:
            print(f"handshake failed: {error}")

    def verify(self, name):
        """A TLS handshake in which the server must prove to be `name`."""
        self.context = ssl.create_default_context(cafile="/srv/crt.pem")
        self.context.maximum_version = ssl.TLSVersion.TLSv1_2
        try:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=name)
            print("handshake done")
        except ssl.SSLError as error:
            print(f"handshake failed: {error}")
            self.sock.close()

    def protect(self):
        self.ask("PBSZ 0")
        self.ask("PROT P")

    def clear(self):
        """CCC: the control connection is clear text from here on."""
        self.ask("CCC")
        self.sock = self.plain = self.sock.unwrap()

    def wrap_data(self, *words):
        """TLS on the data connection; "reuse" resumes the session of the control connection."""
        session = self.session if "reuse" in words else None
        try:
            self.data = self.context.wrap_socket(self.data, server_hostname="ftp.example", session=session)
            print("data handshake done")
        except (ssl.SSLError, ConnectionError) as error:
            print(f"data handshake failed: {error}")

    def wrap_late(self):
        """Begins TLS on a data connection where the other end does not: waits a moment for its answer, then closes."""
        self.data.settimeout(1)
        try:
            self.context.wrap_socket(self.data, server_hostname="ftp.example")
        except (TimeoutError, ssl.SSLError, ConnectionError) as error:
            print(f"data handshake failed: {error}")
        self.data.close()

    def remember(self):
        """Keeps the TLS session of the control connection for the data connections."""
        self.session = self.sock.session

    # Data connections

    def pasv(self, connect="connect"):
        numbers = re.search(r"(\d+,\d+,\d+,\d+),(\d+),(\d+)", self.ask("PASV"))
        self.target = (numbers.group(1).replace(",", "."), int(numbers.group(2)) * 256 + int(numbers.group(3)))
        if connect == "connect":
            self.connect()

    def connect(self):
        self.data = socket.create_connection(self.target, 60)

    def listen(self, port=0):
        """Listens for the server and says so with PORT."""
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.plain.getsockname()[0], int(port)))
        self.listener.listen(1)
        address, port = self.listener.getsockname()
        return self.ask(f"PORT {address.replace('.', ',')},{port // 256},{port % 256}")

    def accept(self):
        self.data = self.listener.accept()[0]
        self.listener.close()

    def take(self, wanted=None):
        """Reads the data connection to its end, or so many bytes."""
        taken = 0
        try:
            while wanted is None or taken < int(wanted):
                got = self.data.recv(65536 if wanted is None else min(65536, int(wanted) - taken))
                if not got:
                    break
                taken += len(got)
        except OSError as error:
            print(f"data: {error}")
        print(f"taken: {taken}")
        if wanted is None:
            self.data.close()

    def put(self, path, first=0, last=None):
        """Sends the bytes first to last of a file."""
        with open(path, "rb") as handle:
            content = handle.read()[int(first):None if last is None else int(last)]
        try:
            self.data.sendall(content)
        except OSError as error:
            print(f"data: {error}")

    def finish(self, how="plain"):
        """Closes the data connection: "unwrap" with close_notify, "reset" with RST, otherwise with FIN alone."""
        if how == "reset":
            self.data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if how == "unwrap":
            try:
                self.data = self.data.unwrap()
            except (ssl.SSLError, OSError) as error:
                print(f"data: {error}")
        elif how == "plain" and isinstance(self.data, ssl.SSLSocket):
            # Session tickets (TLS 1.3) left unread would make a reset of the end.
            self.data.shutdown(socket.SHUT_WR)
            while self.data.recv(4096):
                pass
        self.data.close()


def main():
    host, port, *steps = sys.argv[1:]
    try:
        talk = Talk(host, port)
        for step in steps:
            if step.startswith("@"):
                word, *rest = step[1:].split(" ")
                getattr(talk, word)(*rest)
            else:
                talk.ask(step)
    except (EOFError, ConnectionError) as error:
        print(f"closed {error}".strip())


main()
