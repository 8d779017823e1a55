"""A client of the daemon's control socket (Docs/API.md)."""

import json
import socket


class Control:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self._buffer, self._next = b"", 1
        self.answers, self.events = {}, []

    def receive(self):
        data = self.socket.recv(65_536)
        assert data, "the daemon closed the control socket"
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "id" in message:
                self.answers[message["id"]] = message
            elif message["method"] == "event":
                self.events.append((message["params"]["type"], message["params"]["data"]))

    def ask(self, method, **parameters):
        request = {"jsonrpc": "2.0", "id": self._next, "method": method, "params": parameters}
        self._next += 1
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        return request["id"]

    def call(self, device, method, **parameters):
        """Asks and waits, while `device` goes on."""
        number = self.ask(method, **parameters)
        device.pump(lambda: number in self.answers, 20)
        answer = self.answers.pop(number)
        assert "result" in answer, answer
        return answer["result"]

    def wait(self, device, kind, limit=10.0):
        """The data of the next event of a kind."""
        device.pump(lambda: any(name == kind for name, _ in self.events), limit)
        place = next(place for place, (name, _) in enumerate(self.events) if name == kind)
        return self.events.pop(place)[1]
