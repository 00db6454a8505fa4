#!/usr/bin/env python3
"""program_outputs.py FTPSCOPE GENERATE [--sanitized]: what `ftpscope live` counts for Prometheus, the commands it runs, and how
much memory it takes."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter

import watch
import wire
from watch import Watch, of_type, place, wait_for

SANITIZED = "--sanitized" in sys.argv
GENERATE = os.path.abspath(sys.argv[2])
NAMES = ["anonymous", "storage-full", "passive-icmp", "greeting-refused"]
SESSIONS = 5  # in these


def send_captures():
    frames = [frame for name in NAMES for frame in watch.frames_of(name)]
    wire.send("peer0", *frames)
    return len(frames)


def values(text):
    """{name with labels: number}"""
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line and line[0] != "#"}


def with_label(metrics, name, label):
    """{value of the label: sum}, but for zeros."""
    found = Counter()
    for key, number in metrics.items():
        if key.startswith(f'{name}{{') and f'{label}="' in key and number:
            found[key.split(f'{label}="')[1].split('"')[0]] += int(number)
    return dict(found)


class Metrics(watch.Test):
    def agree(self, metrics, records):
        commands = [record["ftp"] for record in of_type(records, "ftp")]
        transfers = [record["ftp_data"] for record in of_type(records, "ftp_data")]
        sessions = [record["ftp_session"] for record in of_type(records, "ftp_session")]
        self.assertEqual(with_label(metrics, "ftpscope_commands_total", "command"),
                         dict(Counter(c["command"] for c in commands if "command" in c)))
        self.assertEqual(with_label(metrics, "ftpscope_replies_total", "code"),
                         dict(Counter(code for c in commands for code in c.get("completion_code", []))))
        self.assertEqual(with_label(metrics, "ftpscope_transfers_total", "status"), dict(Counter(t["status"] for t in transfers)))
        self.assertEqual(sum(with_label(metrics, "ftpscope_transfer_bytes_total", "direction").values()),
                         sum(t.get("bytes", 0) for t in transfers))
        self.assertEqual(with_label(metrics, "ftpscope_findings_total", "finding"),
                         dict(Counter(f["finding"]["id"] for f in of_type(records, "ftp_finding"))))
        self.assertEqual(with_label(metrics, "ftpscope_logins_total", "result"), dict(Counter(s["login"] for s in sessions)))
        self.assertEqual(metrics["ftpscope_sessions_ended_total"], len(sessions))

    def test_numbers_are_those_of_the_records(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with Watch("--json", "-i", "cap0", "--metrics", str(port), "--metrics-file", "x.prom") as live:
            packets = send_captures()
            live.wait_records("ftp_session", SESSIONS)
            metrics = {}

            def counted():
                metrics.update(values(urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()))
                return metrics['ftpscope_capture_packets_total{interface="cap0"}'] == packets
            wait_for("the packets", counted)
            self.agree(metrics, live.records())
            self.assertEqual(metrics['ftpscope_capture_up{interface="cap0"}'], 1)
            self.assertEqual(metrics["ftpscope_decoded_packets_total"], packets)
            self.assertEqual(metrics["ftpscope_sessions_open"], 0)
            with self.assertRaises(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/else", timeout=10)
            records = live.end()
        with open(place("x.prom"), encoding="utf-8") as file:
            metrics = values(file.read())
        self.agree(metrics, records)
        self.assertEqual(metrics['ftpscope_capture_packets_total{interface="cap0"}'], packets)

    def test_every_one_of_many_interfaces_has_its_numbers(self):
        names = [f"many{number}" for number in range(20)]
        for name in names:
            wire.make_wire(name, f"{name}p")
        self.addCleanup(lambda: [wire.run("ip", "link", "del", name) for name in names])
        frames = wire.session(40000)
        arguments = [word for name in names for word in ("-i", name)]
        with Watch("--json", *arguments, "-B", "2M", "--metrics-file", "x.prom") as live:
            for name in names:
                wire.send(f"{name}p", *frames)
            live.wait_packets(20 * len(frames))
            live.end()
        with open(place("x.prom"), encoding="utf-8") as file:
            metrics = values(file.read())
        for name in names:
            got = [metrics[f'ftpscope_capture_{what}_total{{interface="{name}"}}'] for what in ("packets", "bytes")]
            self.assertEqual(got, [len(frames), sum(map(len, frames))], name)

    def test_a_port_that_is_free_is_told(self):
        for asked, url in (("0", r"http://127\.0\.0\.1:\d+/metrics"), ("[::1]:0", r"http://\[::1\]:\d+/metrics")):
            with self.subTest(asked), Watch("--json", "-i", "cap0", "--metrics", asked) as live:
                live.wait_said("/metrics\n")
                found = re.search(f"ftpscope: metrics are at ({url})\n", live.said())
                self.assertIn("ftpscope_sessions_open", urllib.request.urlopen(found.group(1), timeout=10).read().decode())
                live.end()

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            code, _, err = watch.run("live", "-i", "cap0", "--metrics", str(taken.getsockname()[1]))
        self.assertEqual(code, 2)
        self.assertIn("another program has this port", err)


class Commands(watch.Test):
    def setUp(self):
        super().setUp()
        os.mkdir(place("told"))
        os.chmod(place("told"), 0o777)
        with open(place("command"), "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\ncat > {place("told")}/$$.json\ncat /proc/self/status > {place("told")}/$$.status\n')
        os.chmod(place("command"), 0o755)

    def told(self, ending):
        found = []
        for name in os.listdir(place("told")):
            if name.endswith(ending):
                with open(os.path.join(place("told"), name), encoding="utf-8") as file:
                    found.append(file.read())
        return found

    def helper(self, live):
        with open(f"/proc/{live.pid}/task/{live.pid}/children", encoding="ascii") as file:
            return int(file.read())

    def test_every_finding_comes_once_to_a_command_without_rights(self):
        with Watch("--json", "-i", "cap0", "--on-finding", place("command")) as live:
            helper = self.helper(live)
            send_captures()
            live.wait_records("ftp_session", SESSIONS)
            findings = of_type(live.records(), "ftp_finding")
            wait_for("the commands", lambda: len(self.told(".status")) == len(findings))
            self.assertEqual(of_type(live.end(), "ftp_finding"), findings)
        self.assertGreater(len(findings), 4)
        key = json.dumps
        self.assertEqual(sorted(key(json.loads(text)) for text in self.told(".json")), sorted(map(key, findings)))
        self.assertEqual(watch.wrong_lines([text.encode() for text in self.told(".json")]), [])
        for text in self.told(".status"):
            status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
            self.assertEqual((status["Uid"].split(), status["NoNewPrivs"]), (["65534"] * 4, "1"))
            self.assertEqual([int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapInh", "CapAmb")], [0] * 5)
        wait_for("the helper's end", lambda: not os.path.exists(f"/proc/{helper}"))
        self.assertIn(f"ftpscope: {len(findings)} commands run\n", live.said())

    def test_a_command_that_fails_is_told(self):
        with Watch("--json", "-i", "cap0", "--on-finding", "sh -c 'exit 3'") as live:
            wire.send("peer0", *watch.frames_of("greeting-refused"))
            live.wait_records("ftp_session", 2)
            live.end()
        self.assertRegex(live.said(), r"\d commands run, \d failed \(last: exit code 3\)")

    def test_a_command_that_takes_long_does_not_hold_up_the_end(self):
        with Watch("--json", "-i", "cap0", "--on-finding", "sh -c 'exec sleep 40 2>/dev/null'") as live:
            wire.send("peer0", *watch.frames_of("greeting-refused"))
            live.wait_records("ftp_session", 2)
            live.send(signal.SIGINT)
            self.assertEqual(live.process.wait(20), 0)
            live.wait_said("; one more still runs, for 30 s at most\n")

    def test_the_helper_ends_with_a_program_that_is_killed(self):
        with Watch("--json", "-i", "cap0", "--on-finding", "true") as live:
            helper = self.helper(live)
            live.process.kill()
            live.process.wait()
            wait_for("the helper's end", lambda: not os.path.exists(f"/proc/{helper}"))

    def test_what_cannot_be_run(self):
        for command, says in (("no-such-command", "user nobody finds no such program"), ("/etc/passwd", "user nobody may not run it"), ("'", "")):
            code, _, err = watch.run("live", "-i", "cap0", "--on-finding", command)
            self.assertEqual(code, 2, command)
            self.assertIn("ftpscope: --on-finding: ", err)
            self.assertIn(says, err)


class Memory(watch.Test):
    def test_it_stays_bounded_and_what_is_forgotten_is_counted(self):
        """More idle sessions than there is room for."""
        sessions = 5000 if SANITIZED else 50000
        with open(place("out"), "wb") as out, subprocess.Popen(
                [GENERATE, "--kind", "idle", "--sessions", str(sessions), "--transfers-per-session", "0"],
                stdout=subprocess.PIPE) as generated:
            with Watch("--json", "-r", "-", "--max-memory", "4" if SANITIZED else "32", stdin=generated.stdout, out=out) as live:
                generated.stdout.close()
                most = before = live.memory_kib()
                while not live.has_ended():
                    try:
                        most = max(most, live.memory_kib())
                    except (OSError, StopIteration):  # it has just ended
                        break
                    os.sched_yield()
                self.assertEqual(live.wait(), 0, live.said())
        with open(place("out"), "rb") as out:
            lines = out.readlines()
        last = json.loads(lines[-1])["stats"]
        self.assertEqual(sum(b'"ended":"evicted"' in line for line in lines), last["evicted"])
        self.assertGreater(last["evicted"], sessions / 2)
        self.assertFalse(last["complete"])
        self.assertIn(f'{last["evicted"]} connections forgotten for want of memory', live.said())
        if not SANITIZED:
            self.assertLess(most - before, 32 * 1024)


if __name__ == "__main__":
    del sys.argv[2]
    if SANITIZED:
        sys.argv.remove("--sanitized")
    watch.main()
