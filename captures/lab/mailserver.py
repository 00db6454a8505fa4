#!/usr/bin/python3
"""An SMTP server made with aiosmtpd: mailserver.py PORT USER PASSWORD CERTIFICATE. It keeps nothing of what it is sent."""
import logging
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Handler:
    async def handle_DATA(self, server, session, envelope):
        logging.info("message from %s, %d bytes", envelope.mail_from, len(envelope.content))
        return "250 Taken"


def main():
    port, user, password, certificate = sys.argv[1:]
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (user.encode(), password.encode()))

    Controller(Handler(), hostname="0.0.0.0", port=int(port), server_hostname="ftp.example", tls_context=context,
               authenticator=check, auth_require_tls=False).start()
    threading.Event().wait()


main()
