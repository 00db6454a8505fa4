"""The system's log of one scenario: takes what a server says to /dev/log into a file of the scenario.

The lab's /dev is its own (see lab.py), and one server a scenario speaks to it.
"""
import os
import re
import socket
import threading

PATH = "/dev/log"


def receive(log):
    """From here on, what is said to the system's log stands in the file `log`, without priority and time."""
    if os.path.exists(PATH):
        os.unlink(PATH)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(PATH)
    os.chmod(PATH, 0o666)
    threading.Thread(target=write, args=(listener, log), daemon=True).start()


def write(listener, log):
    while True:
        said = listener.recv(8192).decode("utf-8", "replace").rstrip("\0\n")
        with open(log, "a", encoding="utf-8") as handle:
            handle.write(re.sub(r"^<\d+>(\w{3} [ \d]\d [\d:]{8} )?", "", said) + "\n")
