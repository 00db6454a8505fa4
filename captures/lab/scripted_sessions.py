#!/usr/bin/python3
"""Scripted clients whose transfers succeed: scripted_sessions.py FUNCTION HOST [ARGUMENT...]."""
import ftplib
import io
import socket
import ssl
import struct
import sys
import time

from scripted import PASSWORD, USER, login


def take_all(data, wait=0.0):
    content = b""
    while more := data.recv(2048):
        content += more
        time.sleep(wait)
    return content


def save(name, content):
    with open(name, "wb") as handle:
        handle.write(content)


def keep_alive(host, path, count, pause):
    """A download, then NOOP after every `pause` seconds while the user does nothing, then the file again."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    with open("first.bin", "wb") as handle:
        ftp.retrbinary(f"RETR {path}", handle.write)
    for _ in range(int(count)):
        time.sleep(float(pause))
        ftp.voidcmd("NOOP")
    with open("second.bin", "wb") as handle:
        ftp.retrbinary(f"RETR {path}", handle.write)
    ftp.quit()


def noop_in_transfer(host, path, count):
    """Sends NOOP on the control connection while a download runs, as FileZilla does to keep middle boxes awake."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd(f"RETR {path}")
    content = data.recv(2048)
    for _ in range(int(count)):
        time.sleep(0.3)
        ftp.putcmd("NOOP")
    content += take_all(data)
    data.close()
    save("taken.bin", content)
    for _ in range(int(count) + 1):
        print(ftp.getmultiline())
    ftp.quit()


def abort_after_end(host, path):
    """Asks for ABOR when the transfer is over and reported, then for the file again."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    with open("first.bin", "wb") as handle:
        print(ftp.retrbinary(f"RETR {path}", handle.write))
    # Not ftplib's abort(), whose last byte travels out of band, so that the server waits for the end of the line.
    ftp.sock.sendall(b"\xff\xf4")
    ftp.sock.send(b"\xff", socket.MSG_OOB)
    ftp.sock.sendall(b"\xf2ABOR\r\n")
    print("after ABOR:", ftp.getmultiline())
    with open("second.bin", "wb") as handle:
        print(ftp.retrbinary(f"RETR {path}", handle.write))
    ftp.quit()


def reset_after_end(host, path):
    """Reads a whole file and its end, then resets the data connection instead of closing it; so does QUIT's end."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd(f"RETR {path}")
    save("taken.bin", take_all(data))
    hang_up = struct.pack("ii", 1, 0)
    data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hang_up)
    data.close()
    print(ftp.voidresp())
    ftp.putcmd("QUIT")
    print(ftp.getmultiline())
    ftp.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hang_up)
    ftp.close()


def connect_again(host, path):
    """Repeats the connection to a passive port that was refused, as Windows does after every RST."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    target = ftp.makepasv()
    data = socket.socket()
    # Windows repeats the SYN from the same port; Linux cannot be told to, but may bind it again.
    data.bind(("", 0))
    own = data.getsockname()
    while data.connect_ex(target) != 0:
        print("refused")
        data.close()
        time.sleep(0.5)
        data = socket.socket()
        data.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        data.bind(own)
    ftp.putcmd(f"RETR {path}")
    print(ftp.getmultiline())
    save("taken.bin", take_all(data))
    data.close()
    print(ftp.voidresp())
    ftp.quit()


def raw_in_ascii(host, path):
    """Asks for a file in TYPE A and keeps the bytes as they came."""
    ftp = login(host)
    ftp.voidcmd("TYPE A")
    data = ftp.transfercmd(f"RETR {path}")
    save("taken.bin", take_all(data))
    data.close()
    print(ftp.voidresp())
    ftp.quit()


def quoted_names(host, folder, path):
    """Makes a folder whose name has spaces and quotes, enters it, and moves a file both ways there."""
    ftp = login(host)
    print("made:", ftp.mkd(folder))
    ftp.cwd(folder)
    print("in:", ftp.pwd())
    with open(path, "rb") as handle:
        ftp.storbinary('STOR  two  words "and" quotes.bin ', handle)
    with open("taken.bin", "wb") as handle:
        ftp.retrbinary('RETR  two  words "and" quotes.bin ', handle.write)
    print(ftp.nlst())
    ftp.quit()


def other_modes(host, path):
    """One file in TYPE I, the same in TYPE A and TYPE I again: SIZE before each, whatever the server says to that."""
    ftp = login(host)
    for kind in ("I", "A", "I"):
        ftp.voidcmd(f"TYPE {kind}")
        try:
            print(ftp.sendcmd(f"SIZE {path}"))
        except ftplib.error_perm as refusal:
            print(refusal)
        taken = io.BytesIO()
        data = ftp.transfercmd(f"RETR {path}")
        taken.write(take_all(data))
        data.close()
        ftp.voidresp()
        print(f"taken: {kind} {len(taken.getvalue())}")
        save(f"taken-{kind}.bin", taken.getvalue())
    ftp.quit()


def size_and_fetch(host, path):
    """Asks for the size of a file, then takes what comes until the data connection ends."""
    ftp = login(host)
    ftp.voidcmd("TYPE I")
    print("size:", ftp.size(path))
    data = ftp.transfercmd(f"RETR {path}")
    with open("taken.bin", "wb", buffering=0) as handle:
        while more := data.recv(2048):
            handle.write(more)
    data.close()
    print(ftp.voidresp())
    ftp.quit()


def start_again(host, first, second):
    """REIN between two logins on one connection: a download before, another after."""
    ftp = login(host)
    for number, path in enumerate((first, second)):
        if number > 0:
            print("after REIN:", ftp.sendcmd("REIN"))
            ftp.login(USER, PASSWORD)
        with open(f"taken{number}.bin", "wb") as handle:
            ftp.retrbinary(f"RETR {path}", handle.write)
    ftp.quit()


def no_close_notify(host, source, path):
    """An upload by TLS whose data connection ends with FIN alone, as many clients end it."""
    ftp = ftplib.FTP_TLS(timeout=30, context=ssl._create_unverified_context())
    ftp.set_debuglevel(1)
    ftp.connect(host, 21)
    ftp.login(USER, PASSWORD)
    ftp.prot_p()
    ftp.voidcmd("TYPE I")
    data = ftp.transfercmd(f"STOR {path}")
    with open(source, "rb") as handle:
        data.sendall(handle.read())
    data.shutdown(socket.SHUT_WR)
    while data.recv(4096):  # session tickets (TLS 1.3) left unread would make a reset of the end
        pass
    data.close()
    print(ftp.voidresp())
    ftp.quit()


if __name__ == "__main__":
    try:
        globals()[sys.argv[1]](*sys.argv[2:])
    except ftplib.all_errors as error:
        sys.exit(f"ended by: {error}")
