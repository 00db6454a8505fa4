#!/usr/bin/env python3
"""Metrics against what `read --json` says, against promtool, over HTTP, and as a file.

usage: metrics.py PROGRAM PLAY_OUTPUTS CAPTURE_FOLDER
"""
import collections
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time

# They cover every verdict, TLS, refused logins, replies that no table has.
CAPTURES = ["brute-force", "client-aborted", "truncated-download", "tls13-explicit", "tls-implicit", "file-unavailable", "fxp",
            "protocol-latitude", "control-timeout", "resume-rest", "active-blocked"]
SAMPLE = re.compile(r'^(ftpscope_[a-z_]+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z]+)="((?:[^"\\]|\\.)*)"')
failed = False


def expect(condition, words):
    global failed
    if not condition:
        print(words)
        failed = True


def parse(text):
    samples = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = SAMPLE.match(line)
        expect(match, f"no sample: {line}")
        if match:
            name, labels, value = match.groups()
            key = (name, *sorted(LABEL.findall(labels or "")))
            expect(key not in samples, f"twice: {line}")
            samples[key] = float(value)
    return samples


def play_metrics(play, capture):
    return subprocess.run([play, "metrics", str(capture)], capture_output=True, check=True, text=True).stdout


def of(samples, name, **labels):
    return samples.get(("ftpscope_" + name, *sorted(labels.items())), 0)


def total(samples, name):
    return sum(value for key, value in samples.items() if key[0] == "ftpscope_" + name)


def count(records):
    """The same numbers, from the records."""
    want = collections.Counter()
    for record in records:
        kind, inner = record["event_type"], record.get(record["event_type"], record.get("finding", {}))
        if kind == "ftp":
            want["commands_total"] += "command" in inner
            want["reply_latency_seconds_count"] += "latency_ms" in inner
            for code in inner.get("completion_code", []):
                want["replies_total", ("code", code)] += 1
                want["replies_total"] += 1
        elif kind == "ftp_data":
            want["transfers_total", ("direction", inner["direction"]), ("status", inner["status"])] += 1
            want["transfer_bytes_total", ("direction", inner["direction"])] += inner.get("bytes", 0)
            want["data_setup_seconds_count"] += "setup_ms" in inner
            want["transfer_duration_seconds_count"] += "duration_ms" in inner
        elif kind == "ftp_finding":
            inner = record["finding"]
            want["findings_total", ("finding", inner["id"]), ("severity", inner["severity"])] += 1
        elif kind == "ftp_session":
            want["sessions_ended_total"] += 1
            want["logins_total", ("result", inner["login"])] += 1
            want["tls_sessions_total", ("kind", inner["tls"])] += 1
        elif kind == "stats":
            want["decoded_packets_total"] = record["stats"]["decoded"]
            want["sessions_started_total"] = record["stats"]["sessions"]
    return want


def equal_numbers(program, play, captures):
    for name in CAPTURES:
        path = captures / f"{name}.pcap"
        lines = subprocess.run([program, "read", "--json", str(path)], capture_output=True, check=False, text=True).stdout
        samples = parse(play_metrics(play, path))
        for key, value in count(json.loads(line) for line in lines.splitlines()).items():
            key = (key,) if isinstance(key, str) else key
            if key[0] == "replies_total" and len(key) == 2 and ("ftpscope_replies_total", *key[1:]) not in samples:
                continue  # among "other"; the sum is compared too
            got = total(samples, key[0]) if len(key) == 1 else of(samples, key[0], **dict(key[1:]))
            expect(got == value, f"{name}: {key}: {got}, read says {value}")
        expect(of(samples, "reply_latency_seconds_bucket", le="+Inf") == of(samples, "reply_latency_seconds_count"), f"{name}: +Inf")
        buckets = [value for key, value in samples.items() if key[0] == "ftpscope_reply_latency_seconds_bucket"]
        expect(buckets == sorted(buckets), f"{name}: buckets must add up")


def promtool(play, captures):
    if not shutil.which("promtool"):
        print("promtool is not here (package prometheus): the format is not checked with it")
        return
    for name in CAPTURES:
        done = subprocess.run(["promtool", "check", "metrics"], input=play_metrics(play, captures / f"{name}.pcap"),
                              capture_output=True, check=False, text=True)
        expect(done.returncode == 0 and not done.stderr and not done.stdout, f"{name}: promtool: {done.stdout}{done.stderr}")


def ask(port, method, path, host="127.0.0.1"):
    connection = http.client.HTTPConnection(host, port, timeout=20)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Content-Type"), body


def serving(play, address, capture):
    server = subprocess.Popen([play, "serve", address, str(capture)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    return server, int(line) if line.strip() else None


def crowds(port):
    """Those who say nothing, or only half of it, keep nobody out, however many come: the answer is there before they time out."""
    for count, words in ((16, b""), (40, b"GET /metrics HT"), (100, b"")):
        crowd = []
        for _ in range(count):
            crowd.append(socket.create_connection(("127.0.0.1", port), timeout=30))
            crowd[-1].sendall(words)
        began = time.monotonic()
        expect(ask(port, "GET", "/metrics")[0] == 200, f"in a crowd of {count}")
        took = time.monotonic() - began
        expect(took < 5, f"in a crowd of {count} the answer takes {took:.1f} s")
        for one in crowd:
            one.close()


def serve(play, captures):
    capture = captures / "brute-force.pcap"
    server, port = serving(play, "0", capture)
    text = play_metrics(play, capture)
    expect(ask(port, "GET", "/metrics") == (200, "text/plain; version=0.0.4; charset=utf-8", text), "GET /metrics")
    expect(ask(port, "GET", "/")[0::2] == (200, "ftpscope: the metrics are at /metrics\n"), "GET /")
    expect(ask(port, "GET", "/etc/passwd")[0] == 404, "GET of something else")
    expect(ask(port, "POST", "/metrics")[0] == 405, "POST")
    status, _, body = ask(port, "HEAD", "/metrics")
    expect((status, body) == (200, ""), "HEAD")
    with socket.socket() as outside:
        outside.settimeout(20)
        expect(outside.connect_ex(("127.0.0.2", port)) != 0, "a port alone must be bound to loopback only")
    second = subprocess.run([play, "serve", f"127.0.0.1:{port}", str(capture)], stdin=subprocess.DEVNULL, capture_output=True,
                            check=False, text=True)
    expect(second.returncode == 1 and "another program has this port" in second.stderr, f"taken: {second.stderr}")
    crowds(port)
    expect(ask(port, "GET", "/metrics")[0] == 200, "after a crowd")
    server.communicate(timeout=20)
    expect(server.returncode == 0, "the server ends")


def addresses(play, captures):
    capture = captures / "brute-force.pcap"
    for address in ["127.0.0.1:0", ":0", "localhost:0", "[::1]:0"]:
        server, port = serving(play, address, capture)
        host = "::1" if "::" in address else "127.0.0.1"
        if port is None and host == "::1" and "has this address" in server.stderr.read():
            print("no IPv6 here: [::1] is not tried")
            continue
        expect(port and ask(port, "GET", "/metrics", host)[0] == 200, f"{address} is served")
        server.communicate(timeout=20)
    for address in ["", "x", "70000", "127.0.0.1", "[::1]", "example.org:9810", "1.2.3.4:", "127.0.0.1:1x"]:
        done = subprocess.run([play, "serve", address, str(capture)], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              text=True)
        expect(done.returncode == 1 and "ADDR:PORT is wanted" in done.stderr, f"{address!r} is refused: {done.stderr}")
    done = subprocess.run([play, "serve", "192.0.2.77:9810", str(capture)], stdin=subprocess.DEVNULL, capture_output=True,
                          check=False, text=True)
    expect("no interface here has this address" in done.stderr, f"a foreign address: {done.stderr}")


def textfile(play, captures):
    capture = captures / "brute-force.pcap"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "ftpscope.prom"
        writer = subprocess.Popen([play, "textfile", str(path), str(capture)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        limit = time.monotonic() + 20
        seen = set()
        while len(seen) < 3 and time.monotonic() < limit:  # written anew, whole each time
            if path.exists():
                seen.add(path.stat().st_mtime_ns)
                expect(path.read_text() == play_metrics(play, capture), "the file is not the text")
            time.sleep(0.05)
        expect(len(seen) == 3, "the file is not written anew")
        expect(stat.S_IMODE(path.stat().st_mode) == 0o644, "node_exporter must be able to read it")
        path.unlink()
        writer.communicate(timeout=20)
        expect(os.listdir(folder) == ["ftpscope.prom"], f"at the end: {os.listdir(folder)}")


def main():
    program, play, captures = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    equal_numbers(program, play, captures)
    promtool(play, captures)
    serve(play, captures)
    addresses(play, captures)
    textfile(play, captures)
    return failed


if __name__ == "__main__":
    sys.exit(main())
