"""usage: view.py FTPSCOPE CAPTURES GENERATE [NAME...]: every screen of `ftpscope view`, as a user sees it in tmux."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time

from screen import Screen

PROGRAM, CAPTURES, GENERATE = map(os.path.abspath, sys.argv[1:4])
SIZES = [(80, 24), (132, 40)]


def capture(name):
    return os.path.join(CAPTURES, name + ".pcap")


def view(name, *options, **more):
    return Screen([PROGRAM, "view", *options, name if os.path.isabs(name) else capture(name)], **more)


def sessions():
    for cols, rows in SIZES:
        with view("passive-timeout", cols=cols, rows=rows) as s:
            text = s.wait("1 session", "198.51.100.10", "whole", "198.51.100.10", "203.0.113.21", "lab", "closed", "1/0",
                          "passive-timeout: The client tried 6 times", "Advice:", "F1 Help", "q Quit")
            assert "✗198.51.100.10" in text.replace("✗  1 ", "✗"), text
            s.keys("q")
            s.ends()


def refusals():
    """A session with refusals and no finding is not one in which nothing is wrong; a password in clear text stands behind."""
    with view("file-probes") as s:
        s.wait("whole", "Diagnosis")
        text = s.wait("550 to MDTM", "3 refusals, the last: MDTM report.bin: 550 Could not", "cleartext-password: A password",
                      gone="Nothing is wrong")
        assert "cleartext-password" not in text.split("───")[0], text


def columns():
    """80 columns have room for all but the transfer's own, and those that are small come back."""
    with view("passive-timeout") as s:
        titles = s.wait("whole", "Diagnosis").splitlines()[2].split()
        assert titles == ["Client", "Server", "User", "State", "TLS", "4/5xx", "Age", "Diagnosis"], titles


def ladder():
    for cols, rows in SIZES:
        with view("passive-timeout", cols=cols, rows=rows) as s:
            s.wait("whole", "198.51.100.10")
            s.keys("Enter")
            s.wait("client 198.51.100.10", "data", "220 (vsFTPd 3.0.3)", "USER lab", "PASS <hidden>", "delta", "220 Greeting")
            s.keys("Down")
            s.wait("frame 8", "USER: ")  # what the command is
            s.keys("!")
            text = s.wait("425 Cannot open the data connection", "Advice: After PORT use passive mode", "passive-timeout: The client",
                          "no connection:", "◀ 425 Failed", "6.006")
            assert "▶✗" in text, text
            s.keys("t")
            s.wait("total", "6.016")
            s.keys("Enter")  # all that is known
            s.wait("Windows shows 10060", "CuteFTP help", gone="USER lab")
            s.keys("Escape")
            s.wait("RETR /pub")
            s.keys("q")
            s.wait("q Quit")
            s.keys("q")
            s.ends()


def search():
    with view("passive-timeout") as s:
        s.wait("whole", "198.51.100.10")
        s.keys("Enter")
        s.wait("(1 of 18)")
        s.keys("/")
        s.wait("Search:")
        s.type("retr")
        s.keys("Enter")
        s.wait("(10 of 18)")
        s.keys("n")
        s.wait("(14 of 18)")  # the finding names RETR
        s.keys("n")
        s.wait("(10 of 18)")
        s.keys("N")
        s.wait("(14 of 18)")
        s.keys("/")
        s.type("nowhere")
        s.keys("Enter")
        s.wait("not found: nowhere", "F1 Help")


def expand():
    with view("anonymous") as s:
        s.wait("whole", gone="no FTP session")
        s.keys("Enter")
        s.wait("220 ")
        s.type("/(+")  # no reply is searched by its mark, only by its text
        s.keys("Escape")
        before = int(s.wait("(1 of ").split("(1 of ")[1].split(")")[0])
        s.keys("e")
        s.wait_for("more rows", lambda: f"(1 of {before})" not in s.text())


def transfers():
    for cols, rows in SIZES:
        with view("passive-timeout", cols=cols, rows=rows) as s:
            s.wait("whole", "198.51.100.10")
            s.keys("2")
            s.wait("▼RETR", "report.bin", "failed", "Verdict", "Path", "passive-timeout: The client tried")
            s.keys("Enter")
            s.wait("(10 of 18)", "frame 17")  # the session at its command


def problems():
    for cols, rows in SIZES:
        with view("passive-timeout", cols=cols, rows=rows) as s:
            s.wait("1 session", "198.51.100.10", "3 Problems 2")
            s.keys("3")
            text = s.wait("passive-timeout", "cleartext-password", "proof", "What happened")
            assert text.index("passive-timeout") < text.index("cleartext-password"), "the worst comes first"
            s.keys("c")
            s.wait("Count", "What it says", "passive-timeout")
            s.keys("c")
            s.wait("What happened")
            s.keys("Enter")
            s.wait("Advice:", "frames 16, 17, 18, 24, 27", "Windows shows 10060", "CuteFTP help", "fits here", "session 1: lab",
                   "RETR /pub/report.bin: failed", "tried to connect to")
            s.keys("Enter")
            s.wait("(14 of 18)")
            s.keys("q")
            s.wait("fits here")


def statistics():
    for cols, rows in SIZES:
        with view("passive-timeout", cols=cols, rows=rows) as s:
            s.wait("whole", "198.51.100.10")
            s.keys("4")
            s.wait("Sessions", "Transfers", "failed", "Replies", "4xx", "Time to the first reply")
            if rows == 40:
                s.wait("425", "Commands", "PASV", "packets")
            else:
                s.wait("more below")
                s.keys("End")
                s.wait("packets", "PASV")
            assert re.search(r" history +\d+\.\d kB of 1\.1 GB", s.line("history")), s.text()


def raw():
    for cols, rows in SIZES:
        with view("passive-timeout", cols=cols, rows=rows) as s:
            s.wait("whole", "198.51.100.10")
            s.keys("5")
            s.wait("13 lines", "▶ USER lab", "◀ 227 Entering Passive Mode (203,0,113,21,195,87).", "PASS <hidden>")
            s.keys("w")
            s.wait("▶ USER lab")
            s.keys("q")
            s.wait("q Quit")


def secrets_when_asked():
    with view("passive-timeout", "--show-secrets") as s:
        s.wait("whole", "198.51.100.10")
        s.keys("5")
        s.wait("PASS ", gone="<hidden>")


def filter_and_sort():
    with tempfile.NamedTemporaryFile(suffix=".pcap") as many:
        subprocess.run([GENERATE, "--sessions", "200"], stdout=many, check=True)
        with view(many.name, cols=132, rows=40) as s:
            s.wait("200 sessions", "whole", gone="no FTP session")
            s.keys("/")
            s.wait("Filter:")
            s.type("is:failed")
            s.wait("11 match: is:failed", "storage-full")
            s.keys("C-u")
            s.type("code:55")
            s.wait("code: takes codes or classes", "no filter", gone="match")
            s.keys("Enter")  # not taken
            s.type("2")
            s.wait("1 match: code:552", gone="code: takes")
            s.keys("Enter")
            s.wait("F1 Help")
            s.keys("Escape")
            s.wait("/ Filter", gone="match:")
            s.keys(*[">"] * 2)
            s.wait("Client▲")
            first = s.text().splitlines()[3]
            s.keys("r")
            s.wait("Client▼")
            s.wait_for("another order", lambda: s.text().splitlines()[3] != first)
            s.keys("G")
            s.wait_for("the same at the end", lambda: first[6:30] in s.text())
            s.keys("Space")
            s.wait("1 marked")
            s.type("/is:marked")
            s.wait("1 match: is:marked")
            s.keys("Escape")
            s.keys("F")
            s.wait("following")


def pause():
    with view("passive-timeout") as s:
        s.wait("whole", "198.51.100.10")
        s.keys("p")
        s.wait("PAUSED")
        s.keys("Enter")
        s.wait("USER lab", "PAUSED")
        s.keys("p")
        s.wait("whole", gone="PAUSED")


def help_overlay():
    for cols, rows in SIZES:
        with view("passive-timeout", cols=cols, rows=rows) as s:
            s.wait("whole", "198.51.100.10")
            s.keys("?")
            s.wait("Keys: Sessions", "F1 ?", "filter while typing")
            s.keys(*["PageDown"] * 4)
            s.wait("user:an*", "Ctrl-Z suspends")
            s.keys("x")
            s.wait("passive-timeout: ", gone="Keys: Sessions")
            s.keys("F1")
            s.wait("Keys: Sessions")


def records(text):
    found = [json.loads(line) for line in text.splitlines()]
    return [r for r in found if r["event_type"] != "stats"]


def read(path, *options):
    return subprocess.run([PROGRAM, "read", *options, path], capture_output=True, text=True, check=True,
                          env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")).stdout


def save_as(s, name, *before):
    s.keys("s")
    s.wait("Save", "File:")
    s.keys(*before)
    s.keys("C-u")
    s.type(name)
    s.wait("File: " + name)
    s.keys("Enter")


def faulty_filter():
    with view("passive-timeout") as s:
        s.wait("whole", "198.51.100.10")
        s.type("/usr:x")
        s.keys("Enter")
        s.wait("there is no usr: but user: host: path: code: is:", "no filter", "198.51.100.10", gone=["match", "F1 Help"])
        s.keys("Escape")
        s.wait("F1 Help", gone="no filter")
        s.keys("s")
        s.wait("(*) all sessions", "those of this list: it has no filter")
        s.keys("Escape")
        s.type("/user:lab")
        s.keys("Enter", "s")
        s.wait("(*) those of this list (filtered)", "1 match")


def letters_of_other_alphabets():
    """Their numbers are those that curses gives to keys: U+0161 to Shift-Tab, U+0157 to Enter."""
    letters = "šŗĂăĄąćĈŚœ"
    with view("passive-timeout") as s:
        s.wait("whole", "198.51.100.10")
        s.keys("/")
        s.wait("Filter:")
        s.type(letters)
        s.wait("Filter: " + letters, "nothing matches the filter")
        s.keys("Escape")
        save_as(s, letters + ".ndjson", "BTab", "Right", "Tab")
        s.wait(letters + ".ndjson: saved")


LEFT, WHEEL_UP, WHEEL_DOWN = 0, 64, 65


def mouse_at(s, button, row, col, times=1):
    """As a terminal reports it that is no xterm (here: "screen"): pressed, and let go. Several times without a pause, as two clicks
    that lie apart are no double click."""
    codes = ((button, 3) if button == LEFT else (button,)) * times
    s.send("".join("\033[M" + "".join(chr(33 + n) for n in (code - 1, col, row)) for code in codes))


def mouse():
    with tempfile.NamedTemporaryFile(suffix=".pcap") as many:
        subprocess.run([GENERATE, "--sessions", "200"], stdout=many, check=True)
        with view(many.name) as s:
            s.wait("200 sessions", "whole")
            s.keys("M")
            s.wait("mouse on")
            first = next(i for i, line in enumerate(s.text().splitlines()) if "Client" in line) + 1
            before = s.text().splitlines()[first + 3]
            mouse_at(s, LEFT, first + 3, 5)
            s.wait_for("the row that was clicked, as the current one", lambda: s.selected_row() == first + 3)
            for _ in range(10):  # three lines each
                mouse_at(s, WHEEL_DOWN, 10, 10)
            s.wait_for("another part of the list", lambda: before not in s.text())
            for _ in range(10):
                mouse_at(s, WHEEL_UP, 10, 10)
            s.wait_for("the first part", lambda: before in s.text())
            mouse_at(s, LEFT, 1, s.text().splitlines()[1].index("Transfers"))
            s.wait("Progress")
            mouse_at(s, LEFT, 1, s.text().splitlines()[1].index("Sessions"))
            s.wait("Diagnosis")
            mouse_at(s, LEFT, first + 1, 5, times=2)
            s.wait("delta", "client")
            mouse_at(s, LEFT, 4, 5)
            s.wait("(2 of ")
            mouse_at(s, LEFT, 20, 5)  # what is known of that line
            s.keys("t")
            s.wait("total", "(2 of ")
            s.keys("q", "q")
            s.ends()


def save_everything():
    """The same as `read` says; pcapng read again gives the same records, with other frame numbers at most."""
    path = capture("passive-timeout")
    with view(path) as s:
        s.wait("1 session", "198.51.100.10", "whole")
        save_as(s, "out.ndjson", "BTab", "Right", "Tab")
        s.wait("out.ndjson: saved")
        assert records(s.read("out.ndjson")) == records(read(path, "--json"))
        save_as(s, "out.txt", "BTab", "Right", "Tab")
        s.wait("out.txt: saved")
        assert "passive-timeout" in s.read("out.txt") and "RETR /pub/report.bin" in s.read("out.txt")
        save_as(s, "out.pcapng", "BTab", "Right", "Tab")
        s.wait("out.pcapng: ", "packets of 1 session")
        again = records(read(s.path("out.pcapng"), "--json"))
        assert [r["event_type"] for r in again] == [r["event_type"] for r in records(read(path, "--json"))]
        assert again[-1]["ftp_session"] == records(read(path, "--json"))[-1]["ftp_session"]


def save_some():
    with tempfile.NamedTemporaryFile(suffix=".pcap") as many:
        subprocess.run([GENERATE, "--sessions", "30"], stdout=many, check=True)
        with view(many.name) as s:
            s.wait("30 sessions", "whole", gone="no FTP session")
            s.keys("Down", "Space", "Down", "Space")
            s.wait("2 marked")
            save_as(s, "two.pcapng")
            s.wait("packets of 2 sessions")
            found = {r["session"] for r in records(read(s.path("two.pcapng"), "--json"))}
            assert len(found) == 2, found
            whole = {(r["src_ip"], r["src_port"]) for r in records(read(many.name, "--json")) if r["session"] in (2, 4)}
            assert whole == {(r["src_ip"], r["src_port"]) for r in records(read(s.path("two.pcapng"), "--json"))}
            s.keys("U")
            s.wait("q Quit", gone="marked")
            s.type("/code:5xx")
            s.wait("4 match")
            s.keys("Enter")
            save_as(s, "refused.ndjson", "BTab", "Right", "Tab")
            s.wait("refused.ndjson: saved")
            told = {r["session"] for r in records(s.read("refused.ndjson"))}
            codes = [r for r in records(read(many.name, "--json")) if r["event_type"] == "ftp_session"]
            assert told == {r["session"] for r in codes if any(c[0] == "5" for c in r["ftp_session"]["codes"])}, told


def save_never_overwrites_unasked():
    with view("passive-timeout") as s:
        s.wait("1 session", "198.51.100.10", "whole")
        with open(s.path("there.ndjson"), "w", encoding="utf-8") as file:
            file.write("precious")
        save_as(s, "there.ndjson", "BTab", "Right", "Tab")
        s.wait("there.ndjson exists. Replace it?")
        s.keys("n")
        s.wait("Esc: no")
        assert s.read("there.ndjson") == "precious"
        s.keys("Enter")
        s.wait("Replace it?")
        s.keys("y")
        s.wait("there.ndjson: saved")
        assert "ftp_session" in s.read("there.ndjson")
        save_as(s, "no/such/folder.ndjson")
        s.wait("no/such", "No such file")  # in the dialog
        os.symlink(capture("passive-timeout"), s.path("the-same.pcap"))
        s.keys("C-u")
        s.type("the-same.pcap")
        s.keys("Enter")
        s.wait("the-same.pcap is being viewed: it would be lost")
        s.keys("Escape", "q")
        s.ends()


def resizing():
    with view("passive-timeout", cols=132, rows=40) as s:
        s.wait("1 session", "198.51.100.10", "TLS")
        s.resize(80, 24)
        s.wait("passive-timeout: The client", "q Quit", gone="TLS  Down")
        s.resize(40, 10)
        s.wait("198.51.100.10", "passive-timeout")
        s.keys("Enter")
        s.wait("USER lab", "220 Greeting")
        s.resize(30, 8)
        s.wait("too small: 30 x 8", "needs 40 x 10")
        s.resize(132, 40)
        s.wait("client 198.51.100.10", "server 203.0.113.21:21", gone="too small")
        s.keys("q", "q")
        s.ends()


def without_utf8():
    with view("passive-timeout", env={"LC_ALL": "C"}) as s:
        s.wait("1 session", "198.51.100.10", "x198.51.100.10")
        s.keys("Enter", "!")
        text = s.wait("|< 425 Failed", "USER lab ---")
        assert text.isascii(), [c for c in text if not c.isascii()]


def without_color():
    no_color = {"NO_COLOR": "1"}
    for options, env, colored in [((), {}, True), ((), no_color, False), (["--color=never"], {}, False), (["--color=auto"], no_color, False),
                                  (["--color"], no_color, True)]:
        with view("passive-timeout", *options, env=env) as s:
            s.wait("whole", "198.51.100.10")
            text = s.text(colors=True)
            assert "\x1b[7m" in text or colored, text
            assert any(f"\x1b[{n}m" in text for n in range(30, 48) if n != 39) == colored, (options, env, text)


def kinds_of_terminals():
    for kind in ("linux", "vt100", "xterm"):  # the first is described without a size
        with view("passive-timeout", env={"TERM": kind, "LINES": "7", "COLUMNS": "30"}, cols=100, rows=30) as s:
            s.wait("1 session", "whole")
            assert "q Quit" in s.text().splitlines()[29], s.text()
            s.keys("q")
            s.ends()
    for env, words in [({"TERM": "dumb"}, 'type "dumb" cannot show a screen'),
                       ({"TERM": "no-such-terminal"}, 'type "no-such-terminal" is not known'),
                       ({"TERM": ""}, "TERM is not set")]:
        with view("passive-timeout", env=env) as s:
            s.ends(2)
            assert words in s.stderr(), s.stderr()
    result = subprocess.run([PROGRAM, "view", capture("passive-timeout")], capture_output=True, text=True, check=False)
    assert result.returncode == 2 and "standard output is no terminal" in result.stderr, result


def broken_files():
    with tempfile.NamedTemporaryFile(suffix=".pcap") as cut:
        with open(capture("passive-timeout"), "rb") as whole:
            cut.write(whole.read()[:1500])
        cut.flush()
        name = os.path.basename(cut.name)
        with view(cut.name) as s:
            s.wait("1 session", " broken off", "198.51.100.10", "lab", gone="whole")
            s.keys("4", "End")
            s.wait("Messages", " broken off")
            s.keys("1", "q")
            s.ends(3)
            assert name in s.stderr()
        with Screen([PROGRAM, "view", "/etc/passwd", cut.name], cols=100) as s:
            s.wait("1 session", " unreadable", gone="whole")
            s.keys("4", "End")
            s.wait("offset 0: not a")
            s.keys("1", "q")
            s.ends(2)
            assert name in s.stderr() and "/etc/passwd: offset 0: not a pcap" in s.stderr()


def no_capture_at_all():
    """What is no capture is said before a screen opens."""
    for files, words in [(["/no/such/file.pcap"], ["/no/such/file.pcap: No such file or directory"]), ([CAPTURES], ["is a folder"]),
                         (["/etc/passwd", "/no/such"], ["/etc/passwd: offset 0: not a pcap or pcapng file", "/no/such: No such"])]:
        with Screen([PROGRAM, "view", *files]) as s:
            s.ends(2)
            assert all(w in s.stderr() for w in words), s.stderr()
            lines = [line for line in s.text().splitlines() if line]
            assert lines == ["the shell again"], lines


def options():
    """What a screen cannot do is not offered, and told by name all the same."""
    def said(*words):
        return subprocess.run([PROGRAM, "view", *words], capture_output=True, text=True, check=False)
    offered = said("--help").stdout
    assert "--filter" in offered and not any(w in offered for w in ("--json", "--separate")), offered
    assert "a screen shows no NDJSON" in said("-j", capture("fxp")).stderr
    assert "--separate: a screen shows one capture" in said("--separate", capture("fxp"), capture("fxp")).stderr


def save_broken_off():
    with tempfile.NamedTemporaryFile(suffix=".pcap") as many:
        subprocess.run([GENERATE, "--sessions", "5000" if "sanitizers" in PROGRAM else "20000"], stdout=many, check=True)
        with view(many.name) as s:
            s.wait("00 sessions", "whole", gone="no FTP session")
            save_as(s, "out.pcapng")
            s.wait("saving ...")
            send_signal(s, "INT")
            s.ends(2)
            assert "a save was broken off: its file was not written" in s.stderr(), s.stderr()
            assert not os.path.exists(s.path("out.pcapng"))


def send_signal(s, name):
    pid = s.tmux("display-message", "-p", "#{pane_pid}").strip()
    subprocess.run(["pkill", f"-{name}", "-P", pid, "ftpscope"], check=True)


def hostile_names():
    """What the wire says is escaped; wide characters keep the columns in line."""
    with view("names-utf8") as s:
        s.wait("session", "whole", gone="no FTP session")
        s.keys("5")
        s.wait("lines")
        assert "\x1b]" not in s.text(colors=True)


def signals():
    for signal in ("TERM", "INT", "HUP"):
        with view("passive-timeout") as s:
            s.wait("whole", "198.51.100.10")
            send_signal(s, signal)
            s.ends()
    with view("passive-timeout") as s:
        s.wait("whole", "198.51.100.10")
        send_signal(s, "SEGV")
        s.wait("the shell again")  # also after a crash
        if "sanitizers" not in PROGRAM:
            assert s.read("before") == s.read("after")
            assert s.tmux("display-message", "-p", "#{alternate_on}").strip() == "0"


def many_sessions_stay_quick():
    count = 2000 if "sanitizers" in PROGRAM else 20000
    with tempfile.NamedTemporaryFile(suffix=".pcap") as many:
        subprocess.run([GENERATE, "--kind", "idle", "--sessions", str(count)], stdout=many, check=True)
        with view(many.name, cols=132, rows=40) as s:
            s.wait(f"{count:,} sessions", "whole")
            for key in ["G", "g", ">", ">", "r", "g", "PageDown"]:
                start = time.monotonic()
                before = s.text(colors=True)
                s.keys(key)
                s.wait_for("a change", lambda before=before: s.text(colors=True) != before)
                assert time.monotonic() - start < 5, key
            s.type("/camera")
            s.wait("match: camera")


CASES = [sessions, refusals, columns, ladder, search, expand, transfers, problems, statistics, raw, secrets_when_asked, filter_and_sort, faulty_filter, letters_of_other_alphabets, pause,
         mouse,
         help_overlay, save_everything, save_some, save_never_overwrites_unasked, resizing, without_utf8, without_color,
         kinds_of_terminals, broken_files, no_capture_at_all, options, save_broken_off,
         hostile_names, signals, many_sessions_stay_quick]


def main():
    wanted = sys.argv[4:]
    failed = 0
    for case in CASES:
        if wanted and case.__name__ not in wanted:
            continue
        try:
            case()
            print(f"ok      {case.__name__}", flush=True)
        except AssertionError as error:
            failed += 1
            print(f"FAILED  {case.__name__}: {error}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
