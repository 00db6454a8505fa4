#!/usr/bin/env python3
"""program_rights.py FTPSCOPE: where `ftpscope live` captures, with which rights, and what it says when it cannot."""
import os
import pwd
import re
import signal
import subprocess

import watch
import wire
from watch import NOBODY, Watch, of_type, place

SESSION = wire.session(40000)
NET_RAW = (*NOBODY, "--inh-caps=+net_raw", "--ambient-caps=+net_raw")


class Refusals(watch.Test):
    def check(self, *arguments, before=(), says=()):
        code, out, err = watch.run("live", *arguments, before=before)
        self.assertEqual((code, out), (2, b""), err)
        for words in says:
            self.assertIn(words, err)
        self.assertTrue(err.startswith("ftpscope"), err)
        return err

    def test_no_rights(self):
        err = self.check("-i", "cap0", "port", "21", before=NOBODY, says=["cap0: no right to capture packets", "sudo setcap "])
        mend = re.search(r"sudo (setcap cap_net_raw\+ep \S+)\n", err).group(1)
        if subprocess.run(mend.split(), stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("files have no capabilities here")
        try:
            code, _, err = watch.run("live", "-i", "cap0", "--duration", "1", "port", "21", before=NOBODY)
            self.assertEqual(code, 0, err)
        finally:
            wire.run("setcap", "-r", watch.PROGRAM)

    def test_what_is_not_there(self):
        self.check("-i", "nowhere0", says=["nowhere0: there is no such network interface; there are: ", "cap0"])
        self.check("-i", "cap0", "-i", "nowhere0", says=["nowhere0: "])
        self.check("-i", "cap0", "-Z", "nobody-of-this-name", says=["-Z nobody-of-this-name: there is no such user"])
        self.check("-i", "cap0", "-w", "no-such-folder/x", says=["no-such-folder/x: No such file or directory"])
        self.check("-i", "cap0", "--log", "no-such-folder/x", says=["no-such-folder/x: No such file or directory"])

    def test_filters(self):
        self.check("-i", "cap0", "-f", "tcp prot 21", says=['cap0: filter "tcp prot 21": ', "syntax error"])
        self.check("-i", "cap0", "tcp", "prot", "21", says=['filter "tcp prot 21": '])
        self.check("-r", "-", "tcp", "prot", says=['filter "tcp prot": '])
        self.check("-i", "cap0", "-f", "port 21", "port", "21", says=["not both"])

    def test_words_that_do_not_fit(self):
        for words in (["--json", "--plain"], ["-B", "0"], ["-s", "10"], ["-s", "67"], ["-s", "262145"], ["--count", "0"], ["--duration", "soon"], ["-C", "1"],
                      ["-w", "x", "-W", "2"], ["-w", "-", "--json"], ["--sandbox", "maybe"], ["-r", "-", "-i", "cap0"],
                      ["-w", "x", "--record", "some"], ["--no-such-option"]):
            with self.subTest(words):
                self.check(*words, says=["Try: ftpscope live --help"])

    def test_a_folder_where_the_new_user_may_not_write(self):
        os.mkdir(place("closed"), 0o700)
        self.check("-i", "cap0", "-w", "closed/x", says=["closed: user nobody cannot write there: ", "chown nobody closed", "-Z USER"])
        self.assertEqual(os.listdir(place("closed")), [])

    def test_a_capture_instead_of_a_filter(self):
        with open(place("x.pcap"), "wb"):
            err = self.check("x.pcap", says=["x.pcap is a file", "ftpscope view x.pcap", "live -r x.pcap"])
        self.assertNotIn("syntax", err)

    def test_only_root_may_become_another(self):
        self.check("-i", "cap0", "-Z", "daemon", before=NET_RAW, says=["-Z daemon: only root can become another user; this is user nobody"])


class Interfaces(watch.Test):
    def packets(self, *arguments, senders=("peer0",), **options):
        with Watch("--json", *arguments, **options) as live:
            for sender in senders:
                wire.send(sender, *SESSION)
            records = live.end()
        return records[-1]["stats"], records, live.said()

    def test_the_list(self):
        code, out, _ = watch.run("live", "-D", before=NOBODY)
        self.assertEqual(code, 0)
        for words in (b"cap0 ", b"peer0 ", b"lo ", b"127.0.0.1", b"any "):
            self.assertIn(words, out)

    def test_any_takes_both_ends_and_tells_every_session_once(self):
        stats, records, said = self.packets("-i", "any")
        self.assertEqual((stats["packets"], stats["sessions"]), (2 * len(SESSION), 1))
        self.assertEqual(len(of_type(records, "ftp")), 4)
        self.assertIn("ftpscope: watching any; ", said)

    def test_two(self):
        wire.make_wire("cap1", "peer1")
        stats, records, said = self.packets("-i", "cap0", "-i", "cap1", senders=("peer0", "peer1"))
        wire.run("ip", "link", "del", "cap1")
        self.assertEqual((stats["packets"], stats["sessions"]), (2 * len(SESSION), 1))
        self.assertEqual(len(of_type(records, "ftp")), 4)
        self.assertIn("ftpscope: watching cap0, cap1; ", said)

    def test_promiscuous_or_not(self):
        for arguments, wanted in ((["-i", "cap0"], "promiscuity 1 "), (["-i", "cap0", "-p"], "promiscuity 0 ")):
            with Watch("--json", *arguments) as live:
                shown = subprocess.run(["ip", "-d", "link", "show", "cap0"], capture_output=True, text=True, check=True).stdout
                self.assertIn(wanted, shown, arguments)
                live.end()

    def test_a_snap_length_cuts_all_packets(self):
        stats, _, _ = self.packets("-i", "cap0", "-s", "68")
        self.assertEqual((stats["packets"], stats["complete"]), (len(SESSION), False))
        self.assertGreater(stats["gap_bytes"], 0)

    def test_a_snap_length_of_0_is_everything(self):
        """Also of what is no control connection by its port, of which else a head is taken."""
        other = wire.Connection(40001, 5000).open().data(b"x" * 1300).taken()
        for arguments, cut in ((["-s", "0"], 0), ([], 1)):
            with Watch("--json", "-i", "cap0", *arguments) as live:
                wire.send("peer0", *SESSION, *other)
                records = live.end()
            self.assertEqual(records[-1]["stats"]["truncated_packets"], cut, arguments)

    def test_a_snap_length_with_which_nothing_can_be_seen(self):
        for word in ("10", "67"):
            code, _, err = watch.run("live", "-i", "cap0", "-s", word)
            self.assertEqual(code, 2)
            self.assertIn("-s takes 0 (whole packets) or a number of bytes from 68, which the headers need, ", err)

    def test_a_small_buffer_loses_packets_and_says_so(self):
        frames = wire.talkative_session(40000, 60000)
        with Watch("--json", "-i", "cap0", "-B", "1M", out=subprocess.DEVNULL) as live:
            live.send(signal.SIGSTOP)
            watch.wait_for("its stop", lambda: live.threads()[0]["State"].startswith("T"))
            wire.send("peer0", *frames)
            live.send(signal.SIGCONT)
            watch.wait_for("counters", lambda: " 0 dropped" not in live.counters())
            live.end()
        got, dropped = map(int, re.findall(r"cap0: (\d+) packets, (\d+) dropped", live.said())[-1])
        self.assertEqual(got + dropped, len(frames))
        self.assertGreater(dropped, len(frames) / 4)

    def test_a_filter_as_last_words(self):
        other = wire.session(40001, server_port=2121)
        with Watch("--json", "-i", "cap0", "port", "2121") as live:
            wire.send("peer0", *SESSION, *other)
            records = live.end()
        self.assertEqual([s["dest_port"] for s in of_type(records, "ftp_session")], [2121])
        self.assertEqual(records[-1]["stats"]["packets"], len(other))


class Rights(watch.Test):
    def check_threads(self, live, user, seccomp):
        threads = live.threads()
        self.assertGreater(len(threads), 1)
        for thread in threads:
            self.assertEqual(thread["Uid"].split(), [str(user.pw_uid)] * 4)
            self.assertEqual(thread["Gid"].split(), [str(user.pw_gid)] * 4)
            self.assertEqual(thread["Groups"].split(), [])
            for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                self.assertEqual(int(thread[name], 16), 0, name)
            self.assertEqual((thread["NoNewPrivs"], thread["Seccomp"]), ("1", seccomp))

    def check(self, words, *arguments, user="nobody", seccomp="2", **options):
        """All that has a thread of its own runs; the words at the start are what the kernel says."""
        with Watch("--json", "-i", "cap0", "-w", "x.pcapng", "--log", "x.log", "--metrics", "0", "--metrics-file", "x.prom",
                   "--on-finding", "true", *arguments, **options) as live:
            self.assertRegex(live.said(), f"ftpscope: watching cap0; running as user {user}, no capabilities; {words}\n")
            self.check_threads(live, pwd.getpwnam(user), seccomp)
            wire.send("peer0", *SESSION)
            live.end()
        self.assertEqual(len(of_type(watch.records_in(place("x.log")), "ftp_session")), 1)
        return live

    CONFINED = r"files: Landlock \(ABI \d+\); system calls: seccomp"

    def setUp(self):
        super().setUp()
        code, _, err = watch.run("live", "-i", "cap0", "--duration", "1", "--sandbox=strict")
        if "kernel without Landlock" in err:
            self.skipTest(err)
        self.assertEqual(code, 0, err)

    def test_root_becomes_nobody(self):
        self.check(self.CONFINED)

    def test_strict(self):
        self.check(self.CONFINED + ", strict", "--sandbox=strict")

    def test_off(self):
        self.check("--sandbox=off: files and system calls are not restricted", "--sandbox=off", seccomp="0")

    def test_a_user_by_name_and_the_one_behind_sudo(self):
        self.check(self.CONFINED, "-Z", "daemon", user="daemon")
        for name in ("x.pcapng", "x.log", "x.prom"):
            self.assertEqual(os.stat(place(name)).st_uid, pwd.getpwnam("daemon").pw_uid, name)
            os.unlink(place(name))
        daemon = pwd.getpwnam("daemon")
        self.check(self.CONFINED, user="daemon", env={**os.environ, "SUDO_UID": str(daemon.pw_uid), "SUDO_GID": str(daemon.pw_gid)})

    def test_with_cap_net_raw_alone(self):
        self.check(self.CONFINED, before=NET_RAW)


watch.main()
