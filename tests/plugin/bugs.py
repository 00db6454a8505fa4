#!/usr/bin/env python3
"""What the built-in dissector gets wrong comes out right: thirteen faults of it, a capture each.

usage: bugs.py PLUGIN
"""
import os
import pathlib
import sys
import tempfile

from conversation import CLIENT, SERVER, Capture, Connection, port
from shark import Shark

HOST = "203,0,113,21"


def transfer(capture, control, setup, command, content, listener, by_server=False, source=None):
    """One transfer over a connection of its own, after `setup` has been agreed on."""
    control.client(command + "\r\n")
    if by_server:
        data = Connection(capture, source or (SERVER[0], 20), listener)
    else:
        data = Connection(capture, source or (CLIENT[0], 41000 + listener[1] % 1000), listener)
    control.server("150 here\r\n")
    sender = 0 if by_server else 1
    data.segment(sender, content)
    data.close(sender)
    control.server("226 done\r\n")
    return setup


def passive(control, number, host=HOST):
    control.client("PASV\r\n")
    control.server(f"227 Entering Passive Mode ({host},{port(number)})\r\n")


def split_lines(capture, control):
    control.server("220 ready\r\n")
    control.client("US")
    control.client("ER alice\r\n")
    control.server("331 pass")
    control.server("word\r\n")
    return {"ftp.request.command": ["USER"], "ftp.request.arg": ["alice"], "ftpscope.command": ["USER", "USER"], "ftpscope.code": ["220", "331"],
            "ftp.response.arg": ["ready", "password"]}


def several_in_a_segment(capture, control):
    control.server("220 ready\r\n")
    control.client("USER a\r\nPASS b\r\nSYST\r\n")
    control.server("331 p\r\n230 in\r\n215 UNIX\r\n")
    return {"ftp.request.command": ["USER", "PASS", "SYST"], "ftp.response.code": ["220", "331", "230", "215"]}


def eprt(capture, control):
    control.login()
    control.client("EPRT |1|198.51.100.10|45001|\r\n")
    control.server("200 ok\r\n")
    transfer(capture, control, None, "RETR a.bin", b"data", (CLIENT[0], 45001), by_server=True)
    return {"ftp-data.command": ["RETR a.bin"], "ftp-data.setup-method": ["EPRT"]}


def odd_source_port(capture, control):
    control.login()
    control.client(f"PORT 198,51,100,10,{port(45002)}\r\n")
    control.server("200 ok\r\n")
    transfer(capture, control, None, "RETR b.bin", b"data", (CLIENT[0], 45002), by_server=True, source=(SERVER[0], 33333))
    return {"ftp-data.command": ["RETR b.bin"], "ftp-data.setup-method": ["PORT"]}


def two_at_a_time(capture, control):
    other = Connection(capture, (CLIENT[0], 40001), SERVER)
    for session, number in ((control, 45010), (other, 45011)):
        session.login()
        session.client(f"PORT 198,51,100,10,{port(number)}\r\n")
        session.server("200 ok\r\n")
    control.client("RETR one\r\n")
    other.client("RETR two\r\n")
    for session, number, content in ((other, 45011, b"22"), (control, 45010, b"11")):
        data = Connection(capture, (SERVER[0], 20), (CLIENT[0], number))
        session.server("150 here\r\n")
        data.segment(0, content)
        data.close()
        session.server("226 done\r\n")
    return {"ftp-data.command": ["RETR two", "RETR one"]}


def behind_nat(capture, control):
    control.login()
    passive(control, 50001, "10,0,0,5")
    transfer(capture, control, None, "RETR n.bin", b"data", (SERVER[0], 50001))
    return {"ftp-data.command": ["RETR n.bin"], "ftpscope.setup": ["PASV"] * 6}


def long_passive(capture, control):
    control.login()
    control.client("LPSV\r\n")
    control.server(f"228 Entering Long Passive Mode (4,4,{HOST},2,{port(50002)})\r\n")
    transfer(capture, control, None, "RETR l.bin", b"data", (SERVER[0], 50002))
    return {"ftp-data.command": ["RETR l.bin"], "ftp-data.setup-method": ["LPSV"]}


def small_letters(capture, control):
    control.server("220 ready\r\n")
    control.client("user bob\r\n")
    control.server("331 p\r\n")
    control.client("pass x\r\n")
    control.server("230 in\r\n")
    passive(control, 50003)
    transfer(capture, control, None, "retr s.bin", b"data", (SERVER[0], 50003))
    return {"ftp.request.command": ["user", "pass", "PASV", "retr"], "ftp-data.command": ["retr s.bin"],
            "ftpscope.transfer.verdict": ["complete"] * 4}


def first_command_wins(capture, control):
    control.login()
    passive(control, 50004)
    control.client("SIZE f.bin\r\n")
    control.server("213 4\r\n")
    transfer(capture, control, None, "RETR f.bin", b"data", (SERVER[0], 50004))
    return {"ftp-data.command": ["RETR f.bin"], "ftp.request.command": ["USER", "PASS", "PASV", "SIZE", "RETR"],
            "ftpscope.transfer.expected": ["4"] * 4}


def folder_before_transfer(capture, control):
    """The same, of a command that it has to know of."""
    control.login()
    passive(control, 50004)
    control.client("CWD pub\r\n")
    control.server("250 ok\r\n")
    transfer(capture, control, None, "RETR f bin", b"data", (SERVER[0], 50004))
    return {"ftp.command": ["RETR f bin"], "ftp-data.command": ["RETR f bin"], "ftp.request.arg": ["bob", "x", "pub", "f bin"],
            "ftp.current-working-directory": ["pub"] * 4, "ftp-data.current-working-directory": ["pub"]}


def impossible_address(capture, control):
    control.login()
    control.client("PASV\r\n")
    control.server("227 Entering Passive Mode (999,0,0,2,300,20)\r\n")
    return {"ftp.passive.ip": [], "ftp.passive.port": [], "ftp.response.code": ["220", "331", "230", "227"]}


def beginning_of_a_word(capture, control):
    control.login()
    control.client("P 198,51,100,10,4,1\r\n")
    control.server("500 what?\r\n")
    return {"ftp.active.port": [], "ftp.request.command": ["USER", "PASS", "P"]}


def second_user(capture, control):
    control.login()
    control.client("USER carol\r\n")
    control.server("331 p\r\n")
    control.client("PASS y\r\n")
    control.server("230 in\r\n")
    control.client("NOOP\r\n")
    return {"ftpscope.user": ["bob"] * 4 + ["carol"] * 3}


def four_digits(capture, control):
    control.server("1000 hello\r\n220 ready\r\n")
    return {"ftp.response.code": ["220"], "ftpscope.code": ["220"]}


def folder_of_mkd(capture, control):
    control.login()
    for command, reply in (("PWD", '257 "/home"'), ("MKD new", '257 "/home/new" created'), ("NOOP", "200 ok")):
        control.client(command + "\r\n")
        control.server(reply + "\r\n")
    return {"ftpscope.cwd": ["?"] * 7 + ["/home"] * 4}


CASES = (split_lines, several_in_a_segment, eprt, odd_source_port, two_at_a_time, behind_nat, long_passive, small_letters,
         first_command_wins, folder_before_transfer, impossible_address, beginning_of_a_word, second_user, four_digits, folder_of_mkd)


def values(shark, path, field):
    """In order of frames; for the fields of the plugin only those of commands, replies and data, not of findings."""
    done = shark.run("-2", "-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=\x1f", "-e", field)
    return [value for line in done.stdout.decode().splitlines() for value in line.split("\x1f") if value]


def main():
    shark, bad = Shark(sys.argv[1]), 0
    with tempfile.TemporaryDirectory(prefix="ftpscope-") as scratch:
        os.chmod(scratch, 0o755)
        for case in CASES:
            capture = Capture()
            wanted = case(capture, Connection(capture))
            path = capture.save(pathlib.Path(scratch) / f"{case.__name__}.pcap")
            for field, expected in wanted.items():
                have = values(shark, path, field)
                if have != expected:
                    bad += 1
                    print(f"{case.__name__}: {field} is {have}, not {expected}")
    print(f"{len(CASES)} captures, {bad} values wrong")
    return 1 if bad else 0


sys.exit(main())
