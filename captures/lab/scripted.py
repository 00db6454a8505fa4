#!/usr/bin/python3
"""Scripted clients, for what no client program does on request: scripted.py FUNCTION HOST [ARGUMENT...]."""
import ftplib
import smtplib
import socket
import ssl
import struct
import sys
import time

USER, PASSWORD = "lab", "lab-secret"


def login(host, timeout=30.0):
    ftp = ftplib.FTP(timeout=timeout)
    ftp.set_debuglevel(1)
    ftp.connect(host, 21)
    ftp.login(USER, PASSWORD)
    return ftp


def idle(host, seconds):
    """Logs in, says nothing for `seconds`, then reads what the server has to say about that."""
    ftp = login(host, timeout=float(seconds))
    try:
        print(ftp.getresp())
    except ftplib.all_errors as error:
        print(error)
    ftp.close()


def wrong_then_right(host):
    """One refused login, then the right password on the same connection."""
    ftp = ftplib.FTP(timeout=30)
    ftp.set_debuglevel(1)
    ftp.connect(host, 21)
    try:
        ftp.login(USER, "lab-wrong")
    except ftplib.error_perm as error:
        print(error)
    ftp.login(USER, PASSWORD)
    print(ftp.pwd())
    ftp.quit()


def abort(host, path, wanted):
    """Starts a download, takes `wanted` bytes, and aborts it as RFC 959 says: Telnet IP, Synch, ABOR."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd(f"RETR {path}")
    taken = 0
    while taken < int(wanted):
        taken += len(data.recv(2048))
    ftp.sock.sendall(b"\xff\xf4")
    ftp.sock.send(b"\xff", socket.MSG_OOB)
    ftp.sock.sendall(b"\xf2ABOR\r\n")
    while True:
        more = len(data.recv(65536))
        if more == 0:
            break
        taken += more
    data.close()
    print(f"taken: {taken}")
    print(ftp.getmultiline())
    print(ftp.getmultiline())
    ftp.quit()


def reset(host, path, wanted):
    """Starts a download and resets the data connection after `wanted` bytes, as a killed program does."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd(f"RETR {path}")
    taken = 0
    while taken < int(wanted):
        taken += len(data.recv(2048))
    data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    data.close()
    try:
        print(ftp.getmultiline())
    except EOFError:
        print("closed")
    ftp.quit()


def retr_before_connect(host, path, wait):
    """Sends PASV and RETR at once and only then connects, so the server waits for the connection and gives up."""
    ftp = login(host, timeout=float(wait))
    ftp.voidcmd("TYPE I")
    target, port = ftp.makepasv()
    ftp.putcmd(f"RETR {path}")
    data = socket.socket()
    data.settimeout(float(wait))
    data.setblocking(False)
    data.connect_ex((target, port))
    print(ftp.getmultiline())
    data.close()
    time.sleep(0.2)
    ftp.quit()


def hold(host, seconds):
    """Holds a logged-in session open for `seconds`."""
    ftp = login(host)
    time.sleep(float(seconds))
    ftp.quit()


def store_unique(host, folder, path):
    """Uploads a file under a name that the server chooses."""
    ftp = login(host)
    ftp.cwd(folder)
    with open(path, "rb") as handle:
        print(ftp.storbinary("STOU", handle))
    ftp.quit()


def greeting(host):
    """Connects and prints the greeting."""
    ftp = ftplib.FTP(timeout=10)
    ftp.set_debuglevel(1)
    try:
        ftp.connect(host, 21)
    except ftplib.all_errors as error:
        print(error)
    ftp.close()


def mail(host, *ways):
    """One message for each way: plain, login (AUTH without TLS), tls (STARTTLS, then AUTH)."""
    for way in ways:
        client = smtplib.SMTP(host, 25, timeout=30)
        client.set_debuglevel(1)
        if way == "tls":
            client.starttls(context=ssl._create_unverified_context())
        if way != "plain":
            client.login(USER, PASSWORD)
        client.sendmail("joe@client.example", ["lab@ftp.example"], f"Subject: {way}\r\n\r\n220 words.\r\n")
        client.quit()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
