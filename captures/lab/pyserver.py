#!/usr/bin/python3
"""An FTP server made with pyftpdlib; settings are KEY=VALUE words, the log goes to standard error."""
import logging
import sys
import time

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, ThrottledDTPHandler
from pyftpdlib.servers import FTPServer


def slow_handler(base, greeting, final):
    """A server that is busy before its greeting and before it says 226: each number of seconds."""
    class SlowHandler(base):
        def on_connect(self):
            time.sleep(greeting)

        def respond(self, resp, *words, **options):
            if resp.startswith("226 "):
                time.sleep(final)
            super().respond(resp, *words, **options)
    return SlowHandler


def main():
    settings = dict(word.split("=", 1) for word in sys.argv[1:])
    logging.basicConfig(level=logging.DEBUG, format="%(message)s")
    authorizer = DummyAuthorizer()
    authorizer.add_user(settings["user"], settings["password"], settings["home"], perm="elradfmwMT")
    handler = FTPHandler
    if settings.get("tls"):
        from pyftpdlib.handlers import TLS_FTPHandler
        handler = TLS_FTPHandler
        handler.certfile = settings["certificate"]
    if "greeting_delay" in settings or "final_delay" in settings:
        handler = slow_handler(handler, float(settings.get("greeting_delay", 0)), float(settings.get("final_delay", 0)))
    handler.authorizer = authorizer
    handler.passive_ports = range(int(settings["passive_first"]), int(settings["passive_last"]) + 1)
    handler.masquerade_address = settings.get("masquerade")
    handler.use_sendfile = False
    if "rate" in settings:
        ThrottledDTPHandler.read_limit = ThrottledDTPHandler.write_limit = int(settings["rate"])
        handler.dtp_handler = ThrottledDTPHandler
    server = FTPServer(("0.0.0.0", int(settings["port"])), handler)
    server.max_cons_per_ip = int(settings.get("max_cons_per_ip", 0))
    server.serve_forever(handle_exit=True)


main()
