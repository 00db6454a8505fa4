"""sharkd with the plugin: one program that opens files, shows frames in any order, and is asked again and again."""
import json
import subprocess


class Daemon:
    """What a person at Wireshark's window does, over a pipe. Errors of sharkd are answers of the kind {"error": ...}."""

    def __init__(self, shark, environment=None):
        self.count, self.stderr = 0, None
        # A file, as nobody reads a pipe while answers are awaited.
        self.errors = open(shark.home / "sharkd.errors", "w+b")
        self.process = subprocess.Popen([*shark.rights(), "sharkd", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        env=shark.environment(True) | (environment or {}))

    def ask(self, method, **params):
        self.count += 1
        request = {"jsonrpc": "2.0", "id": self.count, "method": method, "params": params}
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"sharkd ended at {request}: {self.process.wait()}\n{self.said()[-4000:]}")
        answer = json.loads(line.decode("utf-8", "replace"))
        return answer["error"] if "error" in answer else answer["result"]

    def load(self, capture):
        answer = self.ask("load", file=str(capture))
        if answer.get("status") != "OK":
            raise SystemExit(f"sharkd cannot load {capture}: {answer}")

    def set(self, preference, value):
        answer = self.ask("setconf", name=preference, value=value)
        if answer.get("status") != "OK":
            raise SystemExit(f"sharkd cannot set {preference} to {value}: {answer}")

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def close(self):
        """Exit status and what it wrote to stderr."""
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(), self.said()
