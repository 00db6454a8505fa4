"""A terminal in tmux that runs one command: keys in, text out. Nothing sleeps: what is expected is waited for."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time

LIMIT = 20  # seconds; sanitizers on a busy machine


class Screen:
    def __init__(self, command, cols=80, rows=24, env=None):
        self.folder = tempfile.mkdtemp(prefix="tui")
        self.socket = os.path.join(self.folder, "socket")
        self.tmux_env = dict(os.environ, LC_ALL="C.UTF-8", TERM="xterm-256color")
        self.tmux_env.pop("TMUX", None)
        settings = {"LC_ALL": "C.UTF-8", "TZ": "UTC", **(env or {})}
        words = ["env", "-u", "NO_COLOR", "-u", "COLUMNS", "-u", "LINES"]
        words += [f"{k}={v}" for k, v in settings.items()] + [str(w) for w in command]
        line = (f"cd {shlex.quote(self.folder)}; stty -a >before; {shlex.join(words)} 2>stderr; echo \"code $?\" >code; "
                "stty -a >after; echo the shell again; exec cat")
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(cols), "-y", str(rows), "sh", "-c", line)

    def tmux(self, *words, check=True):
        result = subprocess.run(["tmux", "-u", "-S", self.socket, *words], env=self.tmux_env, capture_output=True, text=True,
                                check=False)
        if check and result.returncode != 0:
            raise AssertionError(f"tmux {words}: {result.stderr}")
        return result.stdout

    def keys(self, *keys):
        for key in keys:
            self.tmux("send-keys", key)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def send(self, raw):
        """As a terminal sends it, in one piece."""
        self.tmux("set-buffer", raw)
        self.tmux("paste-buffer", "-d", "-r")

    def text(self, colors=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colors else []))

    def resize(self, cols, rows):
        self.tmux("resize-window", "-x", str(cols), "-y", str(rows))

    def wait_for(self, what, is_there):
        end = time.monotonic() + LIMIT
        while not is_there():
            over = os.path.exists(self.path("code")) and "again" not in what
            if over or time.monotonic() > end:
                raise AssertionError(f"{what}: not within {LIMIT} s; the screen:\n{self.text()}\n{self.stderr()}")
            time.sleep(0.03)

    def wait(self, *texts, gone=()):
        """Waits until all of these are on the screen at once, and none of `gone`."""
        gone = [gone] if isinstance(gone, str) else gone

        def is_there():
            now = self.text()
            return all(t in now for t in texts) and not any(t in now for t in gone)
        self.wait_for(f"{texts} without {gone}", is_there)
        return self.text()

    def line(self, part):
        return next((line for line in self.text().splitlines() if part in line), "")

    def selected_row(self):
        """The line of the screen that is shown in reverse."""
        return next((i for i, line in enumerate(self.text(colors=True).splitlines()) if re.search(r"\033\[(\d+;)*7m", line)), None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        try:
            with open(self.path(name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def stderr(self):
        return self.read("stderr")

    def ends(self, code=0):
        """Waits for the program's end; the terminal must be as it was."""
        self.wait("the shell again")
        assert self.read("code").strip() == f"code {code}", self.read("code") + self.stderr()
        assert self.read("before") == self.read("after"), "the settings of the terminal are not as before"
        assert self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}").strip() == "0 1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
