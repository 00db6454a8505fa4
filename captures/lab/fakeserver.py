#!/usr/bin/python3
"""A scripted FTP server for what no server does on request: fakeserver.py PORT HOME CERTIFICATE [BEHAVIOUR...].

It knows enough of the protocol for one client at a time and any user. Each BEHAVIOUR is a word of Session.behaviours, or
COMMAND=REPLY: this reply (\\r\\n written out where it has several lines or none) instead of what it would do.
"""
import os
import socket
import ssl
import sys


class Session:
    def __init__(self, sock, home, certificate, behaviours):
        self.sock, self.home, self.behaviours = sock, home, {word for word in behaviours if "=" not in word}
        self.replies = dict(word.split("=", 1) for word in behaviours if "=" in word)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        self.listener, self.private, self.offset, self.buffer = None, False, 0, b""

    def say(self, text):
        print(f"< {text}", flush=True)
        self.sock.sendall(text.encode("latin-1") + b"\r\n")

    def raw(self, text):
        print(f"< {text}", flush=True)
        self.sock.sendall(text.encode("latin-1").decode("unicode_escape").encode("latin-1"))

    def line(self):
        while b"\n" not in self.buffer:
            got = self.sock.recv(4096)
            if not got:
                return None
            self.buffer += got
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode("latin-1").rstrip("\r")

    def serve(self):
        self.say("220 FTP server ready.")
        while True:
            line = self.line()
            if line is None:
                return
            print(f"> {line}", flush=True)
            command, _, argument = line.partition(" ")
            command = command.upper()
            if command in self.replies:
                self.raw(self.replies[command])
                if self.replies[command].startswith("421"):
                    return
            elif hasattr(self, f"do_{command.lower()}"):
                getattr(self, f"do_{command.lower()}")(argument)
            else:
                self.say("502 Not implemented.")
            if command == "QUIT":
                return

    def do_user(self, _):
        self.say("331 Password, please.")

    def do_pass(self, _):
        self.say("230 Logged in.")

    def do_quit(self, _):
        self.say("221 Goodbye.")

    def do_pwd(self, _):
        self.say('257 "/" is where you are.')

    def do_type(self, _):
        self.say("200 Done.")

    def do_noop(self, _):
        self.say("200 Done.")

    def do_pbsz(self, _):
        self.say("200 PBSZ=0")

    def do_prot(self, argument):
        self.private = argument.upper() == "P"
        self.say("200 Done.")

    def do_auth(self, _):
        if "speak-before-tls" in self.behaviours:
            self.sock.sendall(b"234 Go on.\r\n230 Logged in already.\r\n")
        else:
            self.say("234 Go on.")
        self.sock = self.context.wrap_socket(self.sock, server_side=True)

    def do_ccc(self, _):
        self.say("200 In clear from here.")
        self.sock = self.sock.unwrap()

    def do_size(self, argument):
        self.say(f"213 {os.path.getsize(os.path.join(self.home, argument.lstrip('/')))}")

    def do_rest(self, argument):
        self.offset = int(argument)
        self.say(f"350 Restarting at {argument}.")

    def do_pasv(self, _):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.sock.getsockname()[0], 0))
        self.listener.listen(1)
        address, port = self.listener.getsockname()
        numbers = [*map(int, address.split(".")), port // 256, port % 256]
        form = "=%03d,%03d,%03d,%03d,%03d,%03d" if "padded-passive" in self.behaviours else "(%d,%d,%d,%d,%d,%d)."
        self.say("227 Entering passive mode " + form % tuple(numbers))

    def data(self):
        data = self.listener.accept()[0]
        self.listener.close()
        if not self.private:
            return data
        return self.context.wrap_socket(data, server_side=True, suppress_ragged_eofs=False)

    def do_retr(self, argument):
        with open(os.path.join(self.home, argument.lstrip("/")), "rb") as handle:
            content = handle.read()
        offset, self.offset = self.offset, 0
        if "ignore-rest" in self.behaviours:
            offset = 0
        self.say("150 Here it comes.")
        data = self.data()
        if "reuse-required" in self.behaviours and not data.session_reused:
            data.close()
            self.say("522 TLS session reuse required: the data connection must resume the session of the control connection.")
            return
        data.sendall(content[offset:])
        data.close()
        self.say("226 Transfer complete.")

    def do_stor(self, argument):
        self.say("150 Send it.")
        data = self.data()
        with open(os.path.join(self.home, argument.lstrip("/")), "wb") as handle:
            try:
                while got := data.recv(65536):
                    handle.write(got)
            except ssl.SSLError as error:
                print(error, flush=True)
                data.close()
                self.say("426 Failure reading network stream: the TLS session ended without close_notify.")
                return
        data.close()
        self.say("226 Transfer complete.")


def main():
    port, home, certificate, *behaviours = sys.argv[1:]
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", int(port)))
    listener.listen(5)
    while True:
        sock = listener.accept()[0]
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = Session(sock, home, certificate, behaviours)
        try:
            session.serve()
        except OSError as error:
            print(f"! {error}", flush=True)
        session.sock.close()


main()
