"""Real daemons for measuring: started with homes of their own, spoken to over their control sockets."""

import array
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path


class Refused(Exception):
    """The daemon answered a request with an error."""


class Daemon:
    """One parleyd and one connection to its control socket. Events carry the moment at which they were read."""

    def __init__(self, programs, home, configuration=None, namespace=None):
        self.programs, self.home, self.namespace = Path(programs), Path(home), namespace
        self.process = self.socket = None
        (self.home / "config").mkdir(parents=True, mode=0o700)
        if configuration:
            (self.home / "config" / "parley.json5").write_text(json.dumps(configuration))

    def start(self):
        """Starts the process and connects; returns when it is ready."""
        prefix = ["ip", "netns", "exec", self.namespace] if self.namespace else []
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PARLEY_", "NOTIFY_"))}
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*prefix, str(self.programs / "parleyd"), "--home", str(self.home)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                start_new_session=True)  # Ctrl-C is for the script, which stops it
        self.socket = self._connect(str(self.home / "run" / "parley.sock"))
        self.events, self._answers, self._next = [], {}, 1
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.request("events.subscribe")
        return self

    def _connect(self, path):
        deadline = time.monotonic() + 20
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(path)
                return connection
            except OSError:
                connection.close()
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"no daemon: see {self.home / 'log'}") from None
                time.sleep(0.01)

    @property
    def pid(self):
        """The process of the daemon itself (`ip netns exec` becomes it)."""
        return self.process.pid

    def stop(self):
        """Ends the daemon; True when it stopped cleanly."""
        if not self.process or self.process.poll() is not None:
            return False
        self.process.send_signal(signal.SIGTERM)
        try:
            clean = self.process.wait(15) == 0
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            clean = False
        if self.socket:
            self.socket.close()
        return clean

    def _read(self):
        rest = b""
        while True:
            try:
                chunk = self.socket.recv(1 << 16)
            except OSError:
                return
            now = time.monotonic_ns()
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            with self._changed:
                for message in map(json.loads, lines):
                    if message.get("method") == "event":
                        self.events.append((now, message["params"]))
                    elif "id" in message:
                        self._answers[message["id"]] = message
                self._changed.notify_all()

    def request(self, method, descriptors=(), timeout=30, **parameters):
        """Calls a method; returns its result."""
        return self.finish(self.send(method, descriptors, **parameters)[0], timeout)

    def send(self, method, descriptors=(), **parameters):
        """Writes a request; returns its number and the moment just before it was written."""
        number, self._next = self._next, self._next + 1
        line = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}).encode() + b"\n"
        ancillary = []
        if descriptors:
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        now = time.monotonic_ns()
        self.socket.sendmsg([line], ancillary)
        return number, now

    def finish(self, number, timeout=30):
        """The result of the request `number`."""
        answer = self._wait(lambda: self._answers.pop(number, None), timeout, f"answer to request {number}")
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def event(self, kind, since=0, timeout=30):
        """The first event of this type after the first `since` ones: its moment and its data."""
        moment, event = self._wait(
            lambda: next((e for e in self.events[since:] if e[1]["type"] == kind), None), timeout, f"event {kind}")
        return moment, event["data"]

    def _wait(self, find, timeout, what):
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                if (found := find()) is not None:
                    return found
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"no {what} within {timeout} s: see {self.home / 'log'}")


def acquaint(caller, callee):
    """Gives both an identity and makes them contacts."""
    for daemon, name in ((caller, "Caller"), (callee, "Callee")):
        daemon.request("identity.create", name=name, unprotected=True)
    code = caller.request("invite.create")["code"]
    callee.request("invite.accept", code=code)
