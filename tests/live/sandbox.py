#!/usr/bin/env python3
"""sandbox.py SANDBOX_TRY: what the kernel says of every thread, what is refused and what still works, in each mode, as root and
as somebody else. Root's part is skipped, with a word, where there is no root."""
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = os.geteuid() == 0
DRIVER = ""
FOLDER = ""
NOBODY = pwd.getpwnam("nobody")


class Run:
    """One run of the driver: its words, its threads (dicts of their status files) and its attempts."""

    def __init__(self, *arguments, before=(), env=None):
        environment = {k: v for k, v in os.environ.items() if k not in ("SUDO_UID", "SUDO_GID")}
        environment.update(env or {})
        done = subprocess.run([*before, DRIVER, *arguments], capture_output=True, text=True, env=environment, timeout=120)
        self.code, self.stderr, self.all = done.returncode, done.stderr, done.stdout
        head, _, tail = done.stdout.partition("===\n")
        self.warnings = [line[9:] for line in head.splitlines() if line.startswith("warning: ")]
        self.error = next((line[7:] for line in done.stdout.splitlines() if line.startswith("error: ")), None)
        self.words = next((line[7:] for line in head.splitlines() if line.startswith("words: ")), None)
        self.threads = [dict(line.split(":\t", 1) for line in part.splitlines() if ":\t" in line) for part in head.split("---\n")[1:]]
        self.attempts = dict(line.rsplit(" ", 1) for line in tail.splitlines())


def landlock_abi():
    """As the kernel says it to a program that is not restricted."""
    words = Run(before=nobody() if ROOT else ()).words or ""
    return int(words.split("(ABI ")[1].split(")")[0]) if "(ABI " in words else 0


def nobody(*more):
    return ("setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups", *more)


def make(name, mode, content=None):
    """A file (or folder) of this user below FOLDER."""
    path = os.path.join(FOLDER, name)
    if content is None:
        os.makedirs(path, exist_ok=True)
    else:
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
    os.chmod(path, mode)
    return path


class Sandbox(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.abi = landlock_abi()
        cls.out = make("out", 0o777)
        cls.other = make("other", 0o777)
        cls.closed = make("closed", 0o700)
        cls.input = make("input", 0o644, "bytes")

    def check_attempts(self, run, ok=(), refused=()):
        self.assertEqual(run.error, None, run.all + run.stderr)
        self.assertEqual({a: run.attempts.get(a) for a in ok}, {a: "ok" for a in ok})
        wrong = {a: run.attempts.get(a) for a in refused if run.attempts.get(a) not in ("EPERM", "EACCES")}
        self.assertEqual(wrong, {}, "these were to be refused")

    def check_threads(self, run, count, user, seccomp="2", kept=0):
        self.assertEqual(len(run.threads), count, run.all)
        for thread in run.threads:
            self.assertEqual(thread["Uid"].split(), [str(user.pw_uid)] * 4)
            self.assertEqual(thread["Gid"].split(), [str(user.pw_gid)] * 4)
            for name in ("CapPrm", "CapEff"):
                self.assertEqual(int(thread[name], 16), kept, name)
            for name in ("CapInh", "CapAmb"):
                self.assertEqual(int(thread[name], 16), 0, name)
            self.assertEqual(thread["NoNewPrivs"], "1")
            self.assertEqual(thread["Seccomp"], seccomp)

    def allowed(self):
        return [f"new_file:{self.out}/new", f"write:{self.out}/a", f"rename:{self.out}/a", f"truncate:{self.out}/a.old",
                f"unlink:{self.out}/a.old", f"mkdir:{self.out}/{os.urandom(4).hex()}", f"read:{self.input}", "list:/sys/class/net",
                "read:/sys/class/net/lo/statistics/rx_packets", "read:/proc/self/status", "list:/proc/self/task", "read:/proc/self/net/dev",
                "write:/dev/null", "terminal", "tty", "thread", "raise", "local_time:Europe/Vienna"]

    def refused_files(self):
        return ["read:/etc/passwd", "read:/etc/shadow", "list:/", f"list:{self.out}", f"write:{self.other}/b",
                f"new_file:{self.other}/b", f"write:{self.input}", "read:/proc/1/status"]

    refused_calls = ["exec:/bin/true", "fork", "socket:inet", "socket:inet6", "socket:unix", "socket:packet", "socket:netlink",
                     "type", f"kill:{os.getppid()}", f"trace:{os.getppid()}", "code", "connect"]

    def needs_landlock(self):
        if self.abi == 0:
            self.skipTest("this kernel has no Landlock")

    def test_allowed_and_refused(self):
        self.needs_landlock()
        refused = self.refused_files() + self.refused_calls + ["root"] + (["bind"] if self.abi >= 4 else [])
        allowed = self.allowed()
        run = Run("--output", self.out, "--input", self.input, "--threads", "3", *allowed, *refused, before=self.unprivileged())
        self.check_attempts(run, allowed, refused)
        self.check_threads(run, 4, NOBODY if ROOT else pwd.getpwuid(os.getuid()))
        self.assertIn("no capabilities; files: Landlock (ABI ", run.words)
        self.assertTrue(run.words.endswith("; system calls: seccomp"), run.words)
        self.assertEqual(run.warnings, [])

    def unprivileged(self):
        return nobody() if ROOT else ()

    def test_strict_does_the_same_work(self):
        self.needs_landlock()
        allowed = self.allowed()
        run = Run("--sandbox", "strict", "--output", self.out, "--input", self.input, *allowed, *self.refused_files(),
                  before=self.unprivileged())
        self.check_attempts(run, allowed, self.refused_files())
        self.assertTrue(run.words.endswith("; system calls: seccomp, strict"), run.words)

    def test_strict_ends_the_program(self):
        self.needs_landlock()
        for attempt in ("fork", "exec:/bin/true", "socket:inet", "code", "type"):
            run = Run("--sandbox", "strict", attempt, before=self.unprivileged())
            self.assertEqual(run.code, -signal.SIGSYS, attempt + run.all)
            self.assertEqual(run.attempts, {}, attempt)

    def test_strict_wants_both(self):
        for call, word in (("landlock_create_ruleset", "Landlock"), ("seccomp", "seccomp")):
            run = Run("--sandbox", "strict", "--without", call, before=self.unprivileged())
            self.assertEqual(run.code, 1, run.all)
            self.assertIn("--sandbox=strict is not possible here: ", run.error)
            self.assertIn(word, run.error)

    def test_on_says_what_is_missing(self):
        run = Run("--without", "landlock_create_ruleset", "read:/etc/passwd", "fork", before=self.unprivileged())
        self.assertTrue(run.words.endswith("; kernel without Landlock: files are not restricted; system calls: seccomp"), run.words)
        self.check_attempts(run, ["read:/etc/passwd"], ["fork"])
        run = Run("--without", "seccomp", "read:/etc/passwd", "fork", before=self.unprivileged())
        self.assertRegex(run.words, "; seccomp: .*: system calls are not restricted$")
        self.check_attempts(run, ["fork"], ["read:/etc/passwd"] if self.abi else [])

    def test_off_restricts_nothing(self):
        run = Run("--sandbox", "off", "read:/etc/passwd", "fork", "socket:inet", "socket:packet", "root", before=self.unprivileged())
        self.assertTrue(run.words.endswith("no capabilities; --sandbox=off: files and system calls are not restricted"), run.words)
        self.check_attempts(run, ["read:/etc/passwd", "fork", "socket:inet"], ["socket:packet", "root"])
        self.check_threads(run, 1, NOBODY if ROOT else pwd.getpwuid(os.getuid()), seccomp="0")

    def test_unknown_mode(self):
        self.assertEqual(Run("--sandbox", "maybe").error, "no such mode")

    def test_unwritable_output(self):
        missing = os.path.join(FOLDER, "missing")
        self.assertIn("there is no such folder", Run("--output", missing, before=self.unprivileged()).error)
        if not ROOT:
            return
        run = Run("--output", self.closed)
        self.assertEqual(run.code, 1)
        self.assertEqual(run.error, f"{self.closed}: user nobody cannot write there: give it to that user (chown nobody {self.closed}), "
                         "or run as one who can (-Z USER)")
        run = Run("--optional", self.closed, "--output", self.out, f"write:{self.closed}/x")
        self.assertEqual(len(run.warnings), 1)
        self.assertEqual(run.warnings[0], f"{self.closed}: user nobody cannot write there: nothing is lost")
        self.check_attempts(run, refused=[f"write:{self.closed}/x"])

    def test_a_thread_that_runs_already(self):
        run = Run("--early-thread", before=self.unprivileged())
        self.assertEqual((run.code, run.error), (1, "2 threads run already, and would keep their rights"))

    def test_who_is_not_root(self):
        me = NOBODY if ROOT else pwd.getpwuid(os.getuid())
        run = Run(before=self.unprivileged())
        self.assertTrue(run.words.startswith(f"running as user {me.pw_name}, no capabilities"), run.words)
        run = Run("-Z", me.pw_name, before=self.unprivileged())
        self.assertEqual(run.error, None)
        other = Run("-Z", "root", before=self.unprivileged())
        self.assertEqual((other.code, other.error), (1, f"-Z root: only root can become another user; this is user {me.pw_name}"))

    def test_reader_restricts(self):
        self.needs_landlock()
        run = Run("--reader", "--input", self.input, f"read:{self.input}", "read:/etc/passwd", "fork", before=self.unprivileged())
        self.check_attempts(run, [f"read:{self.input}"], ["read:/etc/passwd", "fork"])
        run = Run("--reader", "--input", FOLDER + "/nothing", f"read:{FOLDER}/nothing", before=self.unprivileged())
        self.assertEqual(run.attempts, {f"read:{FOLDER}/nothing": "ENOENT"})


@unittest.skipUnless(ROOT, "needs root: becoming another user")
class AsRoot(Sandbox):
    """All of the above again, from root; and what only root can do."""

    def unprivileged(self):
        return ()

    def test_who_is_not_root(self):
        self.skipTest("done as nobody")

    def test_bounding_set(self):
        run = Run("--threads", "2")
        self.assertEqual({int(thread["CapBnd"], 16) for thread in run.threads}, {0})
        self.assertEqual({thread["Groups"].strip() for thread in run.threads}, {""})

    def test_groups_are_left(self):
        run = Run(before=("setpriv", "--groups=4,27"))
        self.assertEqual({thread["Groups"].strip() for thread in run.threads}, {""})

    def test_whom(self):
        daemon = pwd.getpwnam("daemon")
        sudo = {"SUDO_UID": str(daemon.pw_uid), "SUDO_GID": str(daemon.pw_gid)}
        cases = [((), {}, "nobody"), ((), sudo, "daemon"), ((), {**sudo, "SUDO_UID": "0"}, "nobody"), ((), {**sudo, "SUDO_GID": "0"}, "nobody"),
                 ((), {"SUDO_UID": "1"}, "nobody"), ((), {**sudo, "SUDO_UID": "1x"}, "nobody"), ((), {**sudo, "SUDO_UID": "-1"}, "nobody"),
                 ((), {**sudo, "SUDO_UID": "4294967295"}, "nobody"), ((), {**sudo, "SUDO_UID": "59999"}, "nobody"),
                 ((), {**sudo, "SUDO_GID": "59999"}, "nobody"), (("-Z", "bin"), sudo, "bin"), (("-Z", "1"), {}, "daemon"),
                 (("-Z", "root"), sudo, "root")]
        for arguments, env, name in cases:
            run = Run(*arguments, env=env)
            self.assertEqual(run.error, None, run.all)
            self.assertTrue(run.words.startswith(f"running as user {name}, no capabilities"), (arguments, env, run.words))
            self.check_threads(run, 1, pwd.getpwnam(name))

    def test_unknown_user(self):
        run = Run("-Z", "nosuchuser")
        self.assertEqual((run.code, run.error), (1, "-Z nosuchuser: there is no such user"))

    def test_root_by_wish_keeps_no_capability(self):
        foreign = make("foreign", 0o755)
        os.chown(foreign, 1, 1)
        run = Run("-Z", "root", "--sandbox", "off", "read:/etc/shadow", f"write:{self.closed}/x", f"write:{foreign}/x", "socket:packet")
        self.check_attempts(run, [f"write:{self.closed}/x"], [f"write:{foreign}/x", "socket:packet"])
        self.check_threads(run, 1, pwd.getpwnam("root"), seccomp="0")

    def test_one_capability(self):
        """As from a unit with AmbientCapabilities=CAP_NET_RAW: it is gone behind the start."""
        raw = nobody("--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw", "--bounding-set=-all,+net_raw")
        probe = subprocess.run([*raw, "grep", "CapEff", "/proc/self/status"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(int(probe.split()[1], 16), 1 << 13)
        run = Run("--threads", "2", "--sandbox", "off", "socket:packet", before=raw)
        self.check_threads(run, 3, NOBODY, seccomp="0")
        self.check_attempts(run, refused=["socket:packet"])

    def test_file_capability(self):
        if shutil.which("setcap") is None:
            self.skipTest("no setcap here (libcap2-bin)")
        subprocess.run(["setcap", "cap_net_raw+ep", DRIVER], check=True)
        try:
            run = Run("--threads", "1", "--sandbox", "off", "socket:packet", before=nobody())
        finally:
            subprocess.run(["setcap", "-r", DRIVER], check=True)
        self.check_threads(run, 2, NOBODY, seccomp="0")
        self.check_attempts(run, refused=["socket:packet"])

    def test_user_namespace(self):
        """Root in name only: there is no nobody to become, and that is not passed over."""
        inside = ("unshare", "--user", "--map-root-user")
        if subprocess.run([*inside, "true"], capture_output=True).returncode != 0:
            self.skipTest("no user namespaces here")
        run = Run(before=inside)
        self.assertEqual(run.code, 1, run.all)
        self.assertIn("cannot become user nobody: ", run.error)
        self.assertIn("-Z root", run.error)
        self.assertTrue(Run("-Z", "root", before=inside).words.startswith("running as user root, no capabilities"))

    def test_reader_as_root(self):
        self.needs_landlock()
        private = make("private", 0o600, "bytes")
        foreign = make("foreign_private", 0o600, "bytes")
        os.chown(foreign, 1, 1)
        run = Run("--reader", "--input", self.input, f"read:{self.input}")
        self.assertTrue(run.words.startswith("running as user nobody, no capabilities"), run.words)
        run = Run("--reader", "--input", private, "--input", foreign, f"read:{private}", f"read:{foreign}", "read:/etc/shadow", "root")
        self.assertTrue(run.words.startswith("running as user root, keeping cap_dac_read_search;"), run.words)
        self.check_attempts(run, [f"read:{private}", f"read:{foreign}"], ["read:/etc/shadow"])
        self.check_threads(run, 1, pwd.getpwnam("root"), kept=1 << 2)
        run = Run("--reader", "--input", self.input, "--output", self.closed, f"new_file:{self.closed}/x", f"write:{self.other}/y")
        self.check_attempts(run, [f"new_file:{self.closed}/x"], [f"write:{self.other}/y"])
        self.assertIn("keeping cap_dac_override and cap_dac_read_search", run.words)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ftpscope-sandbox-") as FOLDER:
        os.chmod(FOLDER, 0o755)
        DRIVER = shutil.copy(sys.argv.pop(1), os.path.join(FOLDER, "sandbox_try"))  # where everybody can reach it
        unittest.main(verbosity=1)
