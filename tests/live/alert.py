#!/usr/bin/env python3
"""alert.py ALERT_TRY: the command of --on-finding gets exactly the finding, as an unprivileged user, without a shell, and neither
a flood, nor a command that hangs, nor a helper that stands still holds up the monitor."""
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.geteuid() == 0
DRIVER = ""
FOLDER = ""
LIMIT = 60  # seconds that anything may take here


def wait_for(what, condition):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


def is_alive(pid):
    """A zombie is not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


class Try:
    def __init__(self, command, *options, before=(), env=None):
        environment = {k: v for k, v in os.environ.items() if k not in ("SUDO_UID", "SUDO_GID")}
        environment.update(env or {})
        self.process = subprocess.Popen([*before, DRIVER, *options, "--", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=environment, cwd=FOLDER)
        self.said = self.process.stdout.readline().rstrip("\n")
        self.helper = children(self.process.pid)[0] if self.said == "started" else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.helper is not None and is_alive(self.helper):
            os.kill(self.helper, signal.SIGCONT)
        self.process.kill()
        self.process.communicate(timeout=LIMIT)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")

    def send(self, text):
        return self.ask("send " + text).split()[0] == "1"

    def counters(self):
        return json.loads(self.ask("counters"))

    def close(self):
        word, counters = self.ask("close").split(" ", 1)
        return word, json.loads(counters)


def script(name, text):
    """A command that everybody may run."""
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def content(name):
    try:
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


class Alert(unittest.TestCase):
    def setUp(self):
        for name in os.listdir(FOLDER):
            if name != "alert_try":
                os.unlink(os.path.join(FOLDER, name))

    def test_exact_finding(self):
        keep = script("keep", 'cat >> got; printf "\\n%s\\n" "$FTPSCOPE_SKIPPED" >> got\n')
        record = '{"event_type": "ftp_finding", "finding": {"summary": "a \\" b \\u0000 $(touch x) `touch y` ü"}}'
        with Try(keep) as t:
            self.assertTrue(t.send(record))
            self.assertTrue(t.send("{}"))
            word, counters = t.close()
        self.assertEqual(content("got"), f"{record}\n0\n{{}}\n0\n")
        self.assertEqual(word, "ended")
        self.assertEqual(counters, {"sent": 2, "dropped": 0, "skipped": 0, "run": 2, "failed": 0, "killed": 0, "last_failure": 0, "gone": 0,
                                    "words": "2 commands run"})

    def test_no_shell(self):
        show = script("show", 'for word; do echo "<$word>"; done > words\n')
        with Try(f"{show} '$HOME' ~ *.c ; touch x | cat && \"two words\" a\\ b >y $(touch z)") as t:
            self.assertEqual(t.said, "started")
            t.send("{}")
            t.close()
        self.assertEqual(content("words").split("\n")[:-1], ["<$HOME>", "<~>", "<*.c>", "<;>", "<touch>", "<x>", "<|>", "<cat>", "<&&>", "<two words>", "<a b>",
                                                            "<>y>", "<$(touch>", "<z)>"])
        self.assertEqual(sorted(os.listdir(FOLDER)), ["alert_try", "show", "words"])

    def test_what_cannot_be_run(self):
        me = "nobody" if ROOT else pwd.getpwuid(os.getuid()).pw_name
        plain = os.path.join(FOLDER, "plain")
        with open(plain, "w", encoding="utf-8") as file:
            file.write("text")
        cases = {"": "--on-finding: ", "'open": "--on-finding: ", "/no/such/program x": f"--on-finding: /no/such/program: user {me} finds no such program",
                 "nosuchprogram": f"--on-finding: nosuchprogram: user {me} finds no such program", plain: f"--on-finding: {plain}: user {me} may not run it"}
        if ROOT:
            secret = script("secret", "true\n")
            os.chmod(secret, 0o700)
            cases[secret] = f"--on-finding: {secret}: user nobody may not run it"
        for command, words in cases.items():
            with Try(command) as t:
                self.assertTrue(t.said.startswith(words), t.said)
                self.assertEqual(t.process.wait(LIMIT), 1)

    def test_rate_limit(self):
        count = script("count", 'cat > /dev/null; echo "$FTPSCOPE_SKIPPED" >> skipped\n')
        with Try(count, "--burst", "3", "--per-minute", "20") as t:
            self.assertEqual(t.ask("repeat 50 {}").split()[0], "50")
            wait_for("the burst", lambda: t.counters()["run"] == 3)
            wait_for("the others to be left out", lambda: t.counters()["skipped"] == 47)
            self.assertIn("3 commands run, 47 findings left out (the rate limit, or the end)", t.ask("words"))
            wait_for("the next that may run", lambda: t.send("{}") and (time.sleep(0.5) or t.counters()["run"] == 4))
            counters = t.counters()
            self.assertIn("4 commands run, ", t.close()[1]["words"])
        told = [int(line) for line in content("skipped").split()]
        self.assertEqual((len(told), sum(told)), (4, counters["skipped"]))
        self.assertEqual(counters["sent"], 4 + counters["skipped"])

    def test_one_at_a_time(self):
        one = script("one", 'mkdir running || echo two >> wrong; sleep 0.1; rmdir running\n')
        with Try(one) as t:
            t.ask("repeat 5 {}")
            wait_for("five runs", lambda: t.counters()["run"] == 5)
            self.assertEqual(t.counters()["failed"], 0)
        self.assertEqual(content("wrong"), "")

    def test_a_command_that_hangs_is_killed_with_all_it_started(self):
        hang = script("hang", 'echo $$ >> pids; sleep 1000 & echo $! >> pids; trap "" TERM; sleep 1000\n')
        with Try(hang, "--seconds", "1") as t:
            t.send("{}")
            counters = wait_for("the kill", lambda: t.counters()["run"] == 1 and t.counters())
            self.assertEqual((counters["killed"], counters["failed"], counters["last_failure"]), (1, 1, 256 + signal.SIGKILL))
            self.assertIn("1 failed (last: signal 9), 1 killed after 1 s", t.ask("words"))
            pids = content("pids").split()
            self.assertEqual(len(pids), 2)
            for pid in pids:
                wait_for("its processes to end", lambda pid=pid: not is_alive(pid))
            wait_for("no zombie", lambda: children(t.helper) == [])

    def test_failures_are_told(self):
        with Try(script("fail", "exit 3\n")) as t:
            t.send("{}")
            wait_for("the failure", lambda: t.counters()["failed"] == 1)
            self.assertEqual(t.ask("words"), "1 command run, 1 failed (last: exit code 3)")

    def test_a_helper_that_stands_still_holds_up_nobody(self):
        with Try(script("eat", "cat > /dev/null\n")) as t:
            os.kill(t.helper, signal.SIGSTOP)
            wait_for("the stop", lambda: content_of_state(t.helper) == "T")
            taken, slowest = map(int, t.ask("repeat 20000 " + 500 * "x").split())
            self.assertLess(slowest, 1000000)
            counters = t.counters()
            self.assertEqual(counters["sent"], taken)
            self.assertEqual(counters["dropped"], 20000 - taken)
            self.assertGreater(taken, 50)
            self.assertGreater(counters["dropped"], 10000)
            os.kill(t.helper, signal.SIGCONT)
            wait_for("the helper to go on", lambda: t.counters()["run"] >= 10)
            self.assertTrue(t.send("{}"))

    def test_dropped_ones_are_told_to_the_next_command(self):
        count = script("count", 'cat > /dev/null; echo "$FTPSCOPE_SKIPPED" >> skipped\n')
        with Try(count, "--burst", "1000", "--per-minute", "60000") as t:
            self.assertEqual(t.ask("size 65537").split()[0], "0")
            self.assertEqual(t.ask("size 65536").split()[0], "1")
            self.assertEqual(t.counters()["dropped"], 1)
            t.close()
        self.assertEqual(content("skipped"), "1\n")

    def test_unread_input_is_no_trouble(self):
        with Try(script("deaf", "exit 0\n")) as t:
            self.assertEqual(t.ask("size 65536").split()[0], "1")
            wait_for("the run", lambda: t.counters()["run"] == 1)
            self.assertEqual(t.counters()["failed"], 0)

    def test_ends_with_the_monitor(self):
        with Try("cat") as t:
            t.process.kill()
            wait_for("the helper to end", lambda: not is_alive(t.helper))

    def test_last_finding_is_delivered(self):
        """Behind SIGKILL too, and although Ctrl-C reached everybody in the terminal."""
        keep = script("keep", "sleep 0.3; cat >> got\n")
        with Try(keep) as t:
            os.kill(t.helper, signal.SIGINT)
            os.kill(t.helper, signal.SIGTERM)
            self.assertNotEqual(os.getsid(t.helper), os.getsid(t.process.pid))
            t.send("last")
            t.process.kill()
            wait_for("the finding", lambda: content("got") == "last")
            wait_for("the helper to end", lambda: not is_alive(t.helper))

    def test_close_waits_two_seconds_at_most(self):
        slow = script("slow", "sleep 5; cat >> got\n")
        with Try(slow) as t:
            t.send("1")
            t.send("2")
            begun = time.monotonic()
            word, _ = t.close()
            self.assertEqual(word, "still")
            self.assertLess(time.monotonic() - begun, 4)
            wait_for("what ran already to end by itself", lambda: content("got") == "1")
            wait_for("the helper to end", lambda: not is_alive(t.helper))
            self.assertEqual(content("got"), "1")

    def test_helper_that_was_killed(self):
        with Try("cat") as t:
            os.kill(t.helper, signal.SIGKILL)
            wait_for("its end to be seen", lambda: t.counters()["gone"] == 1)
            self.assertFalse(t.send("{}"))
            self.assertEqual(t.counters()["dropped"], 1)
            self.assertIn("the helper process has ended", t.ask("words"))
            self.assertEqual(t.close()[0], "ended")

    def test_what_it_prints(self):
        talk = script("talk", "echo out; echo err >&2\n")
        for options, expected in ((["--quiet"], ""), ([], "err\nout\n")):
            with Try(talk, *options) as t:
                t.send("{}")
                t.close()
                out, err = t.process.communicate(timeout=LIMIT)
            self.assertEqual((out, "".join(sorted(err.splitlines(True)))), ("", expected))

    def test_nothing_is_inherited(self):
        look = script("look", "ls -l /proc/self/fd | grep -v /proc/ > fds; ls /proc/self/fd | wc -l >> fds\n")
        readable, writable = os.pipe()
        try:
            with subprocess.Popen([DRIVER, "--", look], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(readable, writable), cwd=FOLDER) as p:
                p.communicate(b"send {}\nclose\n", timeout=LIMIT)
        finally:
            os.close(readable)
            os.close(writable)
        self.assertEqual(content("fds").split()[-1], "4", content("fds"))  # 0 1 2 and the folder that ls reads

    def test_from_the_sandbox(self):
        """The monitor may not start programs any more; the helper may."""
        keep = script("keep", "cat >> got\n")
        with Try(keep) as t:
            self.assertEqual(t.ask("sandbox"), "ok")
            self.assertTrue(t.send("{}"))
            wait_for("the run", lambda: t.counters()["run"] == 1)
            self.assertEqual(t.close()[0], "ended")
        self.assertEqual(content("got"), "{}")

    def test_rights(self):
        look = script("look", "cat /proc/self/status > status; echo $HOME $USER $LOGNAME > who; id -G >> who; ulimit -c >> who\n")
        wanted = pwd.getpwnam("daemon") if ROOT else pwd.getpwuid(os.getuid())
        with Try(look, "-Z", wanted.pw_name) as t:
            with open(f"/proc/{t.helper}/status", encoding="ascii") as file:
                helper = file.read()
            t.send("{}")
            t.close()
        for text in (helper, content("status")):
            status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
            self.assertEqual(status["Uid"].split(), [str(wanted.pw_uid)] * 4)
            self.assertEqual(status["Gid"].split(), [str(wanted.pw_gid)] * 4)
            for name in ("CapEff", "CapPrm", "CapInh", "CapAmb") + (("CapBnd",) if ROOT else ()):
                self.assertEqual(int(status[name], 16), 0, name)
            self.assertEqual(status["NoNewPrivs"], "1")
        who = content("who").splitlines()
        self.assertEqual(who[0], f"{wanted.pw_dir} {wanted.pw_name} {wanted.pw_name}")
        if ROOT:
            self.assertEqual(who[1], str(wanted.pw_gid))
        self.assertEqual(who[2], "0")


def content_of_state(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ftpscope-alert-") as FOLDER:
        os.chmod(FOLDER, stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        DRIVER = shutil.copy(sys.argv.pop(1), os.path.join(FOLDER, "alert_try"))  # where everybody can reach it
        unittest.main(verbosity=1)
