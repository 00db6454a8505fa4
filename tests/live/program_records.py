#!/usr/bin/env python3
"""program_records.py FTPSCOPE: what `ftpscope live` tells of a wire and of a stream, and which packets it writes."""
import os
import signal
import stat
import subprocess
import time

import same_records
import watch
import wire
from watch import Watch, of_type, place, read_records, records_in, wait_for


class Wire(watch.Test):
    def check_written(self, records, path):
        self.same(same_records.told_of_file(records, path), same_records.in_any_order(same_records.comparable(read_records(path))))

    def test_what_live_tells_is_what_read_tells_of_the_file(self):
        names = ["anonymous", "pyftpdlib-mirror", "passive-icmp", "storage-full", "smtp", "tls13-explicit", "passive-ipv6",
                 "ftp-on-another-port", "greeting-refused", "active-eprt", "client-killed"]
        frames = [frame for name in names for frame in watch.frames_of(name)]
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng") as live:
            wire.send("peer0", *frames)
            records = live.end()
        last = records[-1]
        self.assertEqual((last["event_type"], last["stats"]["packets"], last["stats"]["dropped"]), ("stats", len(frames), 0))
        self.assertGreater(len(of_type(records, "ftp_data")), 8)
        self.check_written(records, place("x.pcapng"))
        written = os.stat(place("x.pcapng"))
        self.assertEqual((written.st_uid, stat.S_IMODE(written.st_mode)), (65534, 0o640))

    def test_packets_of_others_are_left_out_but_no_first_syn(self):
        before, after = watch.frames_of("smtp"), wire.session(40000, server_port=80)[:3]
        control = wire.session(40001, "550 no such file", server_port=2121)
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng") as live:
            wire.send("peer0", *before, *control, *after)
            records = live.end()
        ids = same_records.packet_ids(place("x.pcapng"))
        self.assertEqual(ids, list(range(len(before) + 1, len(before) + len(control) + 1)))
        self.assertEqual([s["ftp_session"]["first_seen"] for s in of_type(records, "ftp_session")], ["start"])
        self.check_written(records, place("x.pcapng"))

    def test_record_failed(self):
        names = ["anonymous", "passive-icmp", "greeting-refused", "ascii-text", "storage-full", "tls13-explicit"]
        clean = wire.Connection(40000)
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng", "--record", "failed") as live:
            wire.send("peer0", *clean.greeting().ask("USER anonymous", "230 welcome").taken())
            for name in names:
                wire.send("peer0", *watch.frames_of(name))
            wire.send("peer0", *clean.ask("QUIT", "221 bye").close().taken())
            records = live.end()
        again = read_records(place("x.pcapng"))
        sessions = [(s["src_port"], s["ftp_session"]) for s in of_type(records, "ftp_session")]
        bad = {r["src_port"] for r in of_type(records, "ftp_finding")
               if r["finding"]["severity"] == "error" or r["finding"]["id"] == "login-failed"}
        bad |= {r["src_port"] for r in of_type(records, "ftp_data") if r["ftp_data"]["status"] in ("failed", "aborted", "truncated")}
        failed = [(port, session) for port, session in sessions if port in bad]
        self.assertGreater(len(failed), 2)
        self.assertGreater(len(sessions), len(failed))
        self.assertEqual([(s["src_port"], s["ftp_session"]) for s in of_type(again, "ftp_session")], failed)
        findings = [[f["finding"]["id"] for f in of_type(found, "ftp_finding") if f["src_port"] in bad] for found in (records, again)]
        self.assertEqual(findings[0], findings[1])
        ids = same_records.packet_ids(place("x.pcapng"))
        self.assertEqual(ids, sorted(ids))

    def test_count(self):
        with Watch("--json", "-i", "cap0", "--count", "10", "-w", "x.pcapng") as live:
            wire.send("peer0", *wire.session(40000))
            records = live.ended()
        self.assertEqual(records[-1]["stats"]["packets"], 10)
        self.assertEqual(same_records.packet_ids(place("x.pcapng")), list(range(1, 11)))

    def test_duration(self):
        with Watch("--json", "-i", "cap0", "--duration", "1s") as live:
            wire.send("peer0", *wire.session(40000))
            records = live.ended()
        self.assertEqual(len(of_type(records, "ftp_session")), 1)

    def test_transfers_that_go_on_are_told_at_every_interval(self):
        with Watch("--json", "-i", "cap0", "--stats-interval", "1") as live:
            control = wire.Connection(40000).login().ask("PASV", "227 ok (192,0,2,2,200,0)").ask("RETR f", "150 Opening (30000 bytes)")
            data = wire.Connection(40001, 51200).open().data(b"x" * 10000)
            wire.send("peer0", *control.taken(), *data.taken())
            first = live.wait_records("ftp_data_progress")[-1]["ftp_data_progress"]
            self.assertEqual((first["bytes"], first["expected_bytes"], first["path"]), (10000, 30000, "?/f"))
            wire.send("peer0", *data.data(b"x" * 10000).taken())
            wait_for("progress", lambda: live.wait_records("ftp_data_progress")[-1]["ftp_data_progress"]["bytes"] == 20000)
            wire.send("peer0", *data.data(b"x" * 10000).close().taken(), *control.data(b"226 done\r\n").taken())
            whole = live.wait_records("ftp_data")[0]["ftp_data"]
            self.assertEqual((whole["bytes"], whole["status"]), (30000, "complete"))
            told = len(live.wait_records("ftp_data_progress"))
            live.wait_records("stats", len(live.wait_records("stats")) + 2)
            records = live.end()
        self.assertEqual(len(of_type(records, "ftp_data_progress")), told)
        self.assertEqual(records[-1]["event_type"], "stats")

    def test_counters_that_were_asked_for_come_also_when_quiet(self):
        for interval in ([], ["--stats-interval", "1"]):
            with Watch("--plain", "--quiet", "-i", "cap0", *interval) as live:
                frames = wire.session(40000)
                wire.send("peer0", *frames)
                live.wait_packets(len(frames))
                if interval:
                    wait_for("counters", lambda: sum(b" since the start: " in line for line in live.output.lines) > 1)
                live.end()
            self.assertEqual(any(b"since the start: " in line for line in live.output.all()), bool(interval))
            self.assertEqual([line for line in live.output.all() if b"USER" in line], [])

    def test_a_session_is_told_although_nothing_follows(self):
        with Watch("--json", "-i", "cap0") as live:
            wire.send("peer0", *wire.session(40000))
            live.wait_records("ftp_session")

    def test_the_interface_goes_and_comes_back(self):
        wire.make_wire("cap1", "peer1")
        with Watch("--json", "-i", "cap1", "-i", "cap0", "-w", "x.pcapng") as live:
            wire.send("peer1", *wire.session(40000))
            live.wait_records("ftp", 4)
            wire.run("ip", "link", "del", "cap1")
            live.wait_said("cap1: gone, waiting for it\n")
            wire.send("peer0", *wire.session(40001))
            live.wait_records("ftp", 8)
            wire.make_wire("cap1", "peer1")
            live.wait_said("cap1: back after ")
            wire.send("peer1", *wire.session(40002))
            live.wait_records("ftp", 12)
            records = live.end()
        wire.run("ip", "link", "del", "cap1")
        self.assertEqual([s["src_port"] for s in of_type(records, "ftp_session")], [40000, 40001, 40002])
        self.check_written(records, place("x.pcapng"))


class Files(watch.Test):
    def written(self, prefix):
        return sorted(name for name in os.listdir(watch.FOLDER) if name.startswith(prefix) and not name.endswith(".part"))

    def test_files_get_their_names_when_their_time_is_over_without_packets(self):
        with Watch("--json", "-i", "cap0", "-w", "x-%s.pcapng", "-G", "1") as live:
            for port in (40000, 40001):
                wire.send("peer0", *wire.session(port))
                wait_for("a whole file", lambda port=port: len(self.written("x-")) > port - 40000)
            live.end()
        told = [s["src_port"] for name in self.written("x-") for s in of_type(read_records(place(name)), "ftp_session")]
        self.assertEqual(told, [40000, 40001])

    def test_names_without_a_time_are_numbered_without_a_gap(self):
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng", "-G", "1") as live:
            for n, port in enumerate((40000, 40001)):
                time.sleep(2.5)  # of silence: two files' time
                wire.send("peer0", *wire.session(port))
                wait_for("a whole file", lambda n=n: len(self.written("x.pcapng")) > n)
            live.end()
        self.assertEqual(self.written("x.pcapng"), ["x.pcapng", "x.pcapng1"])

    def test_of_a_ring_the_oldest_goes(self):
        frames = wire.talkative_session(40000, 3000)
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng", "-C", "20k", "-W", "2") as live:
            wire.send("peer0", *frames)
            live.end()
        self.assertRegex(live.said(), f"ftpscope: x.pcapng: {len(frames)} packets in \\d+ files, the last 2 kept\n")
        names = self.written("x.pcapng")
        self.assertEqual(len(names), 2)
        self.assertEqual([name for name in names if os.path.getsize(place(name)) > 20 * 1024], [])
        ids = sorted(number for name in names for number in same_records.packet_ids(place(name)))
        self.assertEqual(ids, list(range(len(frames) - len(ids) + 1, len(frames) + 1)))

    def test_files_of_one_size_are_one_capture(self):
        frames = wire.talkative_session(40000, 3000)
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng", "-C", "20k") as live:
            wire.send("peer0", *frames)
            records = live.end()
        again = read_records(*map(place, self.written("x.pcapng")))
        self.same(*([(record["session"], record["ftp"].get("tx"), record["ftp"]["completion_code"]) for record in of_type(told, "ftp")]
                    for told in (again, records)))

    def test_what_a_killed_run_leaves_can_be_read(self):
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng") as live:
            wire.send("peer0", *wire.session(40000))
            wait_for("packets in the file", lambda: os.path.getsize(place("x.pcapng.part")) > 1400)
            live.process.kill()
            live.process.wait()
        self.assertEqual(len(of_type(read_records(place("x.pcapng.part")), "ftp_session")), 1)

    def test_packets_to_standard_output_for_another_live(self):
        with Watch("-i", "cap0", "-w", "-", "--log", "x.log", "--json", out=subprocess.PIPE) as first, \
                Watch("--json", "-r", "-", stdin=first.process.stdout) as second:
            first.process.stdout.close()
            wire.send("peer0", *wire.session(40000, "550 no such file"))
            second.wait_records("ftp", 4)
            first.end()
            self.same(same_records.comparable(second.ended()), same_records.comparable(records_in(place("x.log"))))


class Stream(watch.Test):
    def setUp(self):
        super().setUp()
        with open(os.path.join(watch.CAPTURES, "anonymous.pcap"), "rb") as file:
            self.capture = file.read()

    def test_records_appear_while_the_stream_goes_on(self):
        with Watch("--json", "-r", "-", stdin=subprocess.PIPE) as live:
            live.process.stdin.write(self.capture[:len(self.capture) // 2])
            live.process.stdin.flush()
            live.wait_records("ftp", 5)
            self.assertFalse(live.has_ended())
            live.process.stdin.write(self.capture[len(self.capture) // 2:])
            live.process.stdin.close()
            records = live.ended()
        self.same(same_records.comparable(records),
                  same_records.comparable(read_records(os.path.join(watch.CAPTURES, "anonymous.pcap"))))

    def test_a_named_pipe(self):
        os.mkfifo(place("pipe"))
        with Watch("--json", "-r", "pipe") as live:
            with open(os.open(place("pipe"), os.O_RDWR), "wb") as pipe:
                pipe.write(self.capture)
                pipe.flush()
                live.wait_records("ftp", 5)
            self.assertEqual(len(of_type(live.ended(), "ftp_data")), 2)

    def test_a_pipe_to_which_nobody_writes_can_be_left(self):
        os.mkfifo(place("pipe"))
        with Watch("--json", "-r", "pipe") as live:
            live.end()
            self.assertNotIn("empty", live.said())
        with Watch("--json", "-r", "-", stdin=subprocess.PIPE) as live:
            live.process.stdin.write(self.capture[:30])
            live.process.stdin.flush()
            live.end()
            live.process.stdin.close()

    def test_a_stream_that_breaks_off(self):
        with Watch("--json", "-r", "-", stdin=subprocess.PIPE) as live:
            live.process.stdin.write(self.capture[:-7])
            live.process.stdin.close()
            records = live.ended(3)
        where = "standard input: offset 9669, after frame 71: the record has 139 of 146 bytes"
        self.assertIn(f"ftpscope: {where}\n", live.said())
        self.assertEqual((records[-1]["stats"]["truncated_input"], records[-1]["stats"]["complete"]), (where, False))
        self.assertEqual(len(of_type(records, "ftp_data")), 2)

    def test_what_is_no_capture(self):
        code, _, err = watch.run("live", "--json", "-r", "-", input=b"no capture at all, but some words")
        self.assertEqual(code, 2)
        self.assertIn("standard input: offset 0: not a pcap or pcapng file\n", err)

    def test_a_filter_on_a_stream(self):
        code, out, _ = watch.run("live", "--json", "-r", "-", "port", "21", input=self.capture)
        records = watch.parse(out.splitlines(keepends=True))
        self.assertEqual((code, records[-1]["stats"]["packets"]), (0, 48))

    def test_an_end_in_the_middle(self):
        with Watch("--json", "-r", "-", stdin=subprocess.PIPE) as live:
            live.process.stdin.write(self.capture[:len(self.capture) // 2])
            live.process.stdin.flush()
            live.wait_records("ftp", 5)
            records = live.end(signal.SIGTERM)
        self.assertEqual([s["ftp_session"]["ended"] for s in of_type(records, "ftp_session")], ["capture_end"])


watch.main()
