#!/usr/bin/env python3
"""sandbox_capture.py SANDBOX_CAPTURE: a packet socket that was opened before goes on working in the strict sandbox, with its counters,
up to the end of the interface; as root, and with CAP_NET_RAW alone. Skipped, with a word, where there is no root."""
import os
import shutil
import subprocess
import sys
import tempfile
import threading

COUNT = 200
SEND = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[1])):
    s.sendto(b"x" * 100, ("192.0.2.2", 2121))
    time.sleep(0.001)
"""


def ip(*words):
    return subprocess.run(["ip", *words], capture_output=True, text=True).returncode == 0


def run(driver, folder, here, before, capture_user):
    """None; or what this kernel lacks."""
    out = tempfile.mkdtemp(dir=folder)
    os.chmod(out, 0o777)
    process = subprocess.Popen(["ip", "netns", "exec", here, *before, driver, "sbx0", out, str(COUNT)], stdout=subprocess.PIPE, text=True)
    watch = threading.Timer(120, process.kill)
    watch.start()
    try:
        words = process.stdout.readline()
        if "not possible here" in words:
            return words.strip()
        assert words.startswith(f"running as user {capture_user}, no capabilities; files: Landlock") and "seccomp, strict" in words, words
        subprocess.run(["ip", "netns", "exec", here + "b", sys.executable, "-c", SEND, str(COUNT)], check=True)
        counters = process.stdout.readline()
        assert counters == f"received {COUNT} dropped 0 missed readable\n", counters
        with open(os.path.join(out, "captured"), encoding="ascii") as file:
            assert file.read() == "packets"
        assert ip("-n", here, "link", "del", "sbx0")
        end = process.stdout.read()
        assert process.wait() == 0, (process.returncode, end)
        assert "interface" in end, end
        return None
    finally:
        watch.cancel()
        process.kill()


def links(here):
    other = here + "b"
    return (ip("-n", here, "link", "add", "sbx0", "type", "veth", "peer", "name", "sbx1", "netns", other) and
            ip("-n", here, "addr", "add", "192.0.2.2/24", "dev", "sbx0") and ip("-n", here, "link", "set", "sbx0", "up") and
            ip("-n", other, "addr", "add", "192.0.2.1/24", "dev", "sbx1") and ip("-n", other, "link", "set", "sbx1", "up"))


def main():
    here = f"fscbox{os.getpid()}"
    if os.geteuid() != 0 or shutil.which("ip") is None or not (ip("netns", "add", here) and ip("netns", "add", here + "b")):
        print("skipped: needs root, iproute2 and network namespaces")
        return 77
    raw = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw",
           "--bounding-set=-all,+net_raw")
    try:
        if not ip("netns", "exec", here, "true"):
            print("skipped: no program runs in another network namespace here")
            return 77
        with tempfile.TemporaryDirectory(prefix="ftpscope-box-") as folder:
            os.chmod(folder, 0o755)
            driver = shutil.copy(sys.argv[1], folder)
            for before in ((), raw):
                assert links(here), "cannot make a veth pair"
                missing = run(driver, folder, here, before, "nobody")
                if missing is not None:
                    print("skipped:", missing)
                    return 77
    finally:
        ip("netns", "del", here)
        ip("netns", "del", here + "b")
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
