#!/usr/bin/env python3
"""program_files.py FTPSCOPE: the files that `ftpscope live` writes: none of them destroys another, and what cannot be written is
told with its path, at the start where it can be known then."""
import os
import shutil
import subprocess

import watch
import wire
from watch import Watch, place


def whole(name):
    with open(place(name), "rb") as file:
        return file.read()


class OwnFiles(watch.Test):
    """The capture that is read stays what it is."""

    def setUp(self):
        super().setUp()
        shutil.copy(os.path.join(watch.CAPTURES, "fxp.pcap"), place("in.pcap"))
        os.chmod(place("in.pcap"), 0o666)
        self.capture = whole("in.pcap")

    def refused(self, *arguments, says, code=2, **options):
        got, _, err = watch.run("live", "--plain", *arguments, **options)
        self.assertEqual((got, whole("in.pcap") == self.capture), (code, True), (arguments, err))
        self.assertIn(says, err)

    def test_the_input_is_no_output(self):
        os.link(place("in.pcap"), place("hard"))
        os.symlink("in.pcap", place("soft"))
        os.mkdir(place("d"))
        os.symlink("..", place("d/up"))
        for name in ("in.pcap", "./in.pcap", place("in.pcap"), "hard", "soft", "d/up/in.pcap"):
            for option, fate in (("--write", "lost"), ("--log", "spoilt"), ("--metrics-file", "lost")):
                with self.subTest(name=name, option=option):
                    self.refused("-r", "in.pcap", option, name, says=f"{option} names the input: it would be {fate}")
        self.refused("-r", "hard", "-w", "in.pcap", says="--write names the input")

    def test_standard_input_is_no_output(self):
        for stream in ("-", "/dev/stdin"):
            for option in ("--write", "--log", "--metrics-file"):
                with self.subTest(stream=stream, option=option), open(place("in.pcap"), "rb") as stdin:
                    self.refused("-r", stream, option, "in.pcap", says=f"{option} names the input", stdin=stdin)

    def test_standard_output_is_not_the_input(self):
        with open(place("in.pcap"), "ab") as out:
            done = subprocess.run([watch.PROGRAM, "live", "--json", "-r", "in.pcap"], stdout=out, stderr=subprocess.PIPE,
                                  cwd=watch.FOLDER, check=False, timeout=watch.LIMIT)
        self.assertEqual((done.returncode, whole("in.pcap") == self.capture), (2, True))
        self.assertIn(b"standard output goes to the input", done.stderr)

    def test_what_an_earlier_run_left_is_no_input_of_this_one(self):
        os.rename(place("in.pcap"), place("x.part"))
        for option in ("--write", "--metrics-file"):
            code, _, err = watch.run("live", "--plain", "-r", "x.part", option, "x")
            self.assertEqual((code, whole("x.part") == self.capture), (2, True), err)
        os.rename(place("x.part"), place("in.pcap"))

    def test_nor_does_a_ring_reach_it(self):
        os.rename(place("in.pcap"), place("x1"))
        code, _, err = watch.run("live", "--plain", "-r", "x1", "-w", "x", "-C", "1k", "-W", "3")
        self.assertIn("x1: is the input, and would be lost", err)
        self.assertEqual(whole("x1"), self.capture)
        self.assertNotEqual(code, 2)

    def test_outputs_are_not_each_other(self):
        with open(place("log"), "wb"):
            os.link(place("log"), place("same"))
        os.mkdir(place("d"))
        os.symlink("..", place("d/up"))
        for one, other in (("log", "log"), ("log", "same"), ("new", "./new"), ("new", "d/up/new")):
            with self.subTest(one=one, other=other):
                self.refused("-r", "in.pcap", "--log", one, "-w", other, says="need files of their own")
        with open(place("log"), "ab") as out:
            done = subprocess.run([watch.PROGRAM, "live", "--json", "-r", "in.pcap", "-w", "log"], stdout=out, cwd=watch.FOLDER,
                                  stderr=subprocess.PIPE, check=False, timeout=watch.LIMIT)
        self.assertEqual(done.returncode, 2, done.stderr)
        code, _, err = watch.run("live", "--json", "-r", "in.pcap", "--log", "out", "-w", "new",
                                 before=["sh", "-c", 'exec "$@" >>out', "sh"])  # nothing goes to standard output then
        self.assertEqual(code, 0, err)

    def test_all_else_is_fine(self):
        with open(place("in.pcap"), "rb") as stdin:
            code, _, err = watch.run("live", "--plain", "-r", "-", "-w", "new.pcapng", "--metrics-file", "new.prom", stdin=stdin)
        self.assertEqual(code, 0, err)
        code, out, err = watch.run("live", "-r", "in.pcap", "-w", "-")
        self.assertEqual((code, out[:4]), (0, b"\x0a\x0d\x0d\x0a"), err)


class Refused(watch.Test):
    """Told at the start, with the path as it was given and what mends it."""

    def refused(self, path, *says):
        code, _, err = watch.run("live", "--plain", "-i", "cap0", "-w", path)
        self.assertEqual(code, 2, err)
        for words in says:
            self.assertIn(words, err)
        self.assertIn(f"ftpscope: {path}", err)

    def test_a_folder(self):
        os.mkdir(place("folder"))
        self.refused("./folder", "./folder: is a folder, a file name is wanted\n")
        self.refused("/tmp", "/tmp: is a folder, a file name is wanted\n")

    def test_a_pipe_that_nobody_reads(self):
        os.mkdir(place("folder"))
        os.mkfifo(place("folder/pipe"))
        os.chmod(place("folder/pipe"), 0o666)
        self.refused("folder/pipe", "folder/pipe: it is a pipe that nobody reads\n")

    def test_a_file_of_root_in_a_sticky_folder(self):
        os.mkdir(place("sticky"))
        os.chmod(place("sticky"), 0o1777)
        with open(place("sticky/x"), "wb") as file:
            file.write(b"mine")
        self.refused("sticky/x", "sticky/x: belongs to another user", "remove it, or name another file\n")
        code, _, err = watch.run("live", "-i", "cap0", "--metrics-file", "sticky/x")
        self.assertEqual(code, 2, err)
        self.assertIn("sticky/x: belongs to another user", err)
        self.assertEqual((os.listdir(place("sticky")), whole("sticky/x")), (["x"], b"mine"))
        os.chown(place("sticky/x"), 65534, 65534)
        with Watch("--json", "-i", "cap0", "-w", "sticky/x") as live:
            live.end()
        self.assertNotEqual(whole("sticky/x"), b"mine")

    def test_what_an_earlier_run_of_root_left(self):
        with open(place("x.part"), "wb"):
            os.chmod(place("x.part"), 0o640)
        self.refused("x", "x.part: an earlier run of another user left it: ", "(chown 65534 x.part)\n")
        os.mkdir(place("sticky"))
        os.chmod(place("sticky"), 0o1777)
        with open(place("sticky/x.part"), "wb"):
            os.chmod(place("sticky/x.part"), 0o666)
        self.refused("sticky/x", "sticky/x.part: an earlier run of another user left it: ")
        wire.run("chown", "65534", place("sticky/x.part"))
        with Watch("--json", "-i", "cap0", "-w", "sticky/x") as live:
            live.end()


watch.main()
