#!/usr/bin/env python3
"""program_signals.py FTPSCOPE: every way in which `ftpscope live` ends or must not end: signals, readers that go or stall, disks
that are full."""
import json
import os
import re
import signal
import subprocess

import same_records
import watch
import wire
from watch import Lines, Watch, of_type, place, read_records, records_in, wait_for

TALKS, TALK = 60, 1200  # together more records than may wait for a reader


def talk():
    """Sends the records; returns how many packets it were."""
    count = 0
    for port in range(40000, 40000 + TALKS):
        frames = wire.talkative_session(port, TALK)
        wire.send("peer0", *frames)
        count += len(frames)
    return count


def whole(name):
    with open(place(name), "rb") as file:
        return file.read()


class Ends(watch.Test):
    def test_interrupt_and_terminate(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), Watch("--json", "-i", "cap0") as live:
                frames = wire.session(40000)
                wire.send("peer0", *frames)
                records = live.end(number)
                self.assertEqual(records[-1]["event_type"], "stats")
                self.assertEqual(records[-1]["stats"]["packets"], len(frames))
                self.assertEqual(len(of_type(records, "ftp_session")), 1)
                self.assertIn(f"ftpscope: cap0: {len(frames)} packets, 0 dropped; 1 session", live.said())

    def test_a_reader_that_has_enough(self):
        with Watch("--json", "-i", "cap0", out=subprocess.PIPE) as live:
            wire.send("peer0", *wire.session(40000))
            live.process.stdout.readline()
            live.process.stdout.close()
            wire.send("peer0", *wire.session(40001))
            self.assertEqual(live.wait(), 0)
            self.assertNotIn("cannot be written", live.said())

    def test_a_reader_that_has_enough_on_a_silent_wire(self):
        for arguments in (["--json"], ["-w", "-"]):
            with self.subTest(arguments), Watch("-i", "cap0", *arguments, out=subprocess.PIPE) as live:
                live.process.stdout.close()
                self.assertEqual(live.wait(), 0)

    def test_a_reader_of_a_named_pipe(self):
        for option in ("-w", "--log"):
            os.mkfifo(place("pipe"))
            os.chmod(place("pipe"), 0o666)
            reader = os.open(place("pipe"), os.O_RDONLY | os.O_NONBLOCK)
            with self.subTest(option), Watch("--plain", "-i", "cap0", option, "pipe") as live:
                os.close(reader)
                wire.send("peer0", *wire.session(40000))
                self.assertEqual(live.wait(), 0)
                self.assertIn("ftpscope: pipe: its reader has gone\n", live.said())
                self.assertNotIn("slow", live.said() + b"".join(live.output.all()).decode())
                self.assertNotIn("could not be written", live.said())
            os.unlink(place("pipe"))


class Goes(watch.Test):
    def test_counters_on_demand(self):
        with Watch("--json", "-i", "cap0") as live:
            frames = wire.session(40000)
            wire.send("peer0", *frames)
            live.wait_packets(len(frames))
            self.assertRegex(live.counters(), f"^ftpscope: cap0: {len(frames)} packets, 0 dropped; 1 session")
            live.end()

    def test_stopped_and_continued(self):
        with Watch("--json", "-i", "cap0") as live:
            live.send(signal.SIGTSTP)
            wait_for("its stop", lambda: all(thread["State"].startswith("T") for thread in live.threads()))
            wire.send("peer0", *wire.session(40000))
            live.send(signal.SIGCONT)
            live.wait_records("ftp_session")
            live.end()

    def test_a_log_that_is_rotated(self):
        with Watch("--json", "-i", "cap0", "--log", "x.log") as live:
            wire.send("peer0", *wire.session(40000))
            wait_for("the first session", lambda: b"ftp_session" in whole("x.log"))
            os.rename(place("x.log"), place("x.log.1"))
            wire.send("peer0", *wire.session(40001))
            wait_for("the second session", lambda: b'"session":2' in whole("x.log.1"))
            live.send(signal.SIGHUP)
            wait_for("the new log", lambda: os.path.exists(place("x.log")))
            wire.send("peer0", *wire.session(40002))
            live.end()
        self.assertEqual(live.output.lines, [])
        ports = [[r["src_port"] for r in records_in(place(name)) if r["event_type"] == "ftp"] for name in ("x.log.1", "x.log")]
        self.assertEqual(ports, [[40000] * 4 + [40001] * 4, [40002] * 4])
        with Watch("--json", "-i", "cap0", "--log", "x.log.1") as live:
            live.end()
        self.assertEqual(records_in(place("x.log.1"))[-1]["event_type"], "stats")
        self.assertGreater(len(records_in(place("x.log.1"))), 9)


    def test_a_log_in_a_folder_of_root(self):
        os.mkdir(place("logs"), 0o755)
        with Watch("--json", "-i", "cap0", "--log", "logs/x.log") as live:
            live.wait_said("logs: user nobody cannot write there: after SIGHUP the log goes on in a file that is there")
            wire.send("peer0", *wire.session(40000))
            wait_for("the first session", lambda: b"ftp_session" in whole("logs/x.log"))
            os.rename(place("logs/x.log"), place("logs/x.log.1"))
            live.send(signal.SIGHUP)
            live.wait_said("the old file is written on")
            with open(place("logs/x.log"), "wb") as file:
                os.fchown(file.fileno(), 65534, 65534)
            live.send(signal.SIGHUP)
            wait_for("the new log", lambda: any(os.path.samefile(f"/proc/{live.pid}/fd/{fd}", place("logs/x.log"))
                                                for fd in os.listdir(f"/proc/{live.pid}/fd")
                                                if os.path.exists(f"/proc/{live.pid}/fd/{fd}")))
            wire.send("peer0", *wire.session(40001))
            live.end()
        ports = [[r["src_port"] for r in records_in(place(f"logs/{name}")) if r["event_type"] == "ftp_session"]
                 for name in ("x.log.1", "x.log")]
        self.assertEqual(ports, [[40000], [40001]])


class Slow(watch.Test):
    def setUp(self):
        super().setUp()
        self.read, write = os.pipe()
        self.live = Watch("--json", "-i", "cap0", "-w", "x.pcapng", out=write)
        os.close(write)

    def tearDown(self):
        if self.read is not None:
            os.close(self.read)
        super().tearDown()

    def overflow(self, live):
        """Until records are lost, as nobody reads them, but no packet; returns how many packets came."""
        packets = talk()
        live.wait_packets(packets)
        self.assertRegex(live.counters(), f"cap0: {packets} packets, 0 dropped; {TALKS} sessions, .* not written")
        return packets

    def test_nobody_reads_and_the_second_interrupt_ends_it(self):
        with self.live as live:
            packets = self.overflow(live)
            live.send(signal.SIGINT)
            wait_for("the packets", lambda: os.path.exists(place("x.pcapng")))  # the records wait for their reader
            self.assertFalse(live.has_ended())
            live.send(signal.SIGINT)
            self.assertEqual(live.process.wait(1.5), 130)
        self.assertEqual(len(same_records.packet_ids(place("x.pcapng"))), packets)

    def test_nobody_reads_and_one_interrupt_ends_it_too(self):
        with self.live as live:
            self.overflow(live)
            live.send(signal.SIGINT)
            self.assertEqual(live.wait(), 3)
        self.check_lost(live)

    def check_lost(self, live):
        """The same number in both places, with the reason."""
        lost = re.search(r"ftpscope: standard output: (\d+) records could not be written: they were not taken in time\n", live.said())
        self.assertIn(f"; records and packets not written: {lost.group(1)}\n", live.said())

    def test_who_reads_late_is_told_what_is_missing(self):
        with self.live as live:
            packets = self.overflow(live)
            lines = Lines(os.fdopen(self.read, "rb"))
            self.read = None
            wait_for("most records", lambda: len(lines.lines) > TALKS * TALK / 2)
            live.send(signal.SIGINT)
            self.assertEqual(live.wait(), 3)
        self.check_lost(live)
        lines = lines.all()
        watch.parse(lines[:50] + lines[-50:])
        last = json.loads(lines[-1])["stats"]
        code, out, _ = watch.run("read", "--json", place("x.pcapng"))
        self.assertEqual((code, last["packets"], last["dropped"]), (0, packets, 0))
        self.assertGreater(last["output_dropped"], 0)
        self.assertEqual(len(lines) + last["output_dropped"], len(out.splitlines()))


class Full(watch.Test):
    def setUp(self):
        super().setUp()
        os.mkdir(place("disk"))
        wire.run("mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "tmpfs", place("disk"))

    def tearDown(self):
        wire.run("umount", place("disk"))
        super().tearDown()

    def filled(self, *arguments, **options):
        live = Watch("--json", "-i", "cap0", *arguments, **options)
        self.frames = [frame for port in (40000, 40001, 40002) for frame in wire.talkative_session(port, 3000)]
        wire.send("peer0", *self.frames)
        live.wait_said("No space left on device; tried again every ")
        live.wait_packets(len(self.frames))
        return live

    def test_packets(self):
        with self.filled("-w", "disk/x.pcapng") as live:
            records = live.end(code=3)
        self.assertEqual(live.said().count("No space left on device; tried again"), 1)
        self.assertEqual(records[-1]["stats"]["packets"], len(self.frames))
        self.assertEqual(len(of_type(records, "ftp")), 9003)
        missing = len(self.frames) - len(same_records.packet_ids(place("disk/x.pcapng")))
        self.assertGreater(missing, 0)
        self.assertIn(f"ftpscope: disk/x.pcapng: {missing} packets could not be written: No space left on device\n", live.said())
        self.assertIn(f"; records and packets not written: {missing}\n", live.said())
        self.assertEqual(read_records(place("disk/x.pcapng"))[-1]["stats"]["packets"], len(self.frames) - missing)

    def test_records_and_then_there_is_room(self):
        with self.filled("--log", "disk/x.log") as live:
            wire.run("mount", "-o", "remount,size=16m", place("disk"))
            live.wait_said("disk/x.log: is written again; records that are missing: 0\n")
            live.end()
        self.assertEqual(live.said().count("No space left"), 1)
        with open(place("disk/x.log"), "rb") as file:
            lines = file.readlines()
        self.assertEqual(len(watch.parse(lines[:100] + lines[-100:])), 200)
        self.assertEqual(sum(b'"event_type":"ftp"' in line for line in lines), 9003)

    def check_lost_records(self, live, path, name):
        """What is there is whole; what is missing is counted, the same everywhere, with the reason."""
        lines = whole(path).splitlines(keepends=True)
        self.assertEqual(watch.wrong_lines(lines), [])
        lost = 3 * 3001 + 3 + 1 - len(lines)  # commands and replies, greetings, sessions and the last counters
        self.assertIn(f"ftpscope: {name}: {lost} records could not be written: No space left on device\n", live.said())
        self.assertIn(f"; records and packets not written: {lost}\n", live.said())

    def test_records_and_the_end_comes_first(self):
        with self.filled("--log", "disk/x.log") as live:
            live.end(code=3)
        self.check_lost_records(live, "disk/x.log", "disk/x.log")

    def test_standard_output(self):
        with open(place("disk/x.out"), "wb") as out, self.filled(out=out) as live:
            live.end(code=3)
        self.check_lost_records(live, "disk/x.out", "standard output")


watch.main()
