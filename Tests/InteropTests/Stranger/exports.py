"""Exports that nobody reads, beside a client who wants to read the journal."""

import array
import json
import os
import socket
import sys


class Client:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(sys.argv[1])
        self.lines = self.socket.makefile("rb")
        self.next = 1
        self.lines.readline()

    def ask(self, method, descriptor=None, **parameters):
        request = {"jsonrpc": "2.0", "id": self.next, "method": method, "params": parameters}
        self.next += 1
        ancillary = []
        if descriptor is not None:
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        self.socket.sendmsg([json.dumps(request).encode() + b"\n"], ancillary)
        return request["id"]

    def answer(self, number):
        while True:
            answer = json.loads(self.lines.readline())
            if answer.get("id") == number:
                return answer


def full_pipe():
    """A pipe that takes no byte until somebody reads."""
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    try:
        while True:
            os.write(sink, b" " * 4096)
    except BlockingIOError:
        os.set_blocking(sink, True)
    return source, sink


first, second = Client(), Client()
assert "result" in second.answer(second.ask("events.subscribe", topics=["journal"]))
assert "result" in first.answer(first.ask("identity.create", name="anna", unprotected=True))
second.lines.readline()  # the journal has its first checkpoint
pipes, exports = [], []
for client in (first, first, second, second):
    source, sink = full_pipe()
    exports.append((client, client.ask("journal.export", sink, fd=0)))
    os.close(sink)
    pipes.append(source)
assert first.answer(first.ask("journal.verify"))["result"]["ok"] is True
assert second.answer(second.ask("journal.query"))["result"]["entries"]
print("the journal is read while four exports wait for their readers")

source, sink = full_pipe()
refusal = first.answer(first.ask("journal.export", sink, fd=0))["error"]["data"]
assert (refusal["kind"], refusal["exit"], refusal["retryable"]) == ("rate_limited", 75, True), refusal
print("a further one is told to try again")

for source, (client, number) in zip(pipes, exports):
    text = b""
    while True:
        more = os.read(source, 65_536)
        if not more:
            break
        text += more
    entries = text.strip().split(b"\n")
    result = client.answer(number)["result"]
    assert result["entries"] == len(entries) and b"journal.export" in entries[-1], result
print("each is whole once it is read")
print("all of it")
