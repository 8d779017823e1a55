"""A link of contrib/netlab/link between two namespaces of its own, for scripts. It wants root."""

import ctypes
import itertools
import json
import os
import socket
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent / "link"
_numbers = itertools.count()


class Link:
    """Two namespaces with the addresses 10.77.0.1 and 10.77.0.2, and the link between them, until `close`.

    `options`: of the program, such as {"delay": 25, "gilbert": "0.01 0.2", "ab-rate": 500, "seed": 1}."""

    addresses = ("10.77.0.1", "10.77.0.2")

    def __init__(self, **options):
        number = next(_numbers)
        self.names = [f"parley-{os.getpid()}-{number}{side}" for side in "ab"]
        self._process = None
        try:
            for name in self.names:
                _ip("netns", "add", name)
                _ip("-n", name, "link", "set", "lo", "up")
            words = [word for name, value in options.items()
                     for word in (f"--{name.replace('_', '-')}", *str(value).split())]
            self._process = subprocess.Popen([PROGRAM, *(f"{name}:wan" for name in self.names), *words],
                                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                                             start_new_session=True)
            if self._process.stdout.readline() != "ready\n":
                raise RuntimeError("the link did not begin")
            for name, address in zip(self.names, self.addresses):
                _ip("-n", name, "address", "add", f"{address}/24", "dev", "wan")
        except BaseException:
            self.close()
            raise

    def set(self, line):
        """Changes the link, as `loss 0.05` does, from now on."""
        if (answer := self._ask(line)) != "ok":
            raise ValueError(f"{line}: {answer}")

    def counters(self):
        """What both directions, "ab" and "ba", have counted so far."""
        return json.loads(self._ask("counters"))

    def socket(self, side):
        """A UDP socket in the first (0) or the second (1) namespace, from its address to the other's."""
        libc, home = ctypes.CDLL(None, use_errno=True), os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/var/run/netns/{self.names[side]}", os.O_RDONLY)
        try:
            if libc.setns(there, 0) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            if libc.setns(home, 0) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        finally:
            os.close(there)
            os.close(home)
        made.bind((self.addresses[side], 9000))
        made.connect((self.addresses[1 - side], 9000))
        return made

    def close(self):
        """Ends the link and its namespaces."""
        if self._process:
            self._process.stdin.close()
            self._process.wait()
            self._process.stdout.close()
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _ask(self, line):
        self._process.stdin.write(line + "\n")
        return self._process.stdout.readline().rstrip("\n")


def _ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)
