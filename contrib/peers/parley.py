"""Two of our daemons, called through their control sockets as any program would."""

import shutil
import tempfile
import threading
import time
from pathlib import Path

from daemons import Daemon, acquaint
from programs import Unavailable, run

QUIET = {"upnp": False, "lan": {"enabled": False}, "dht": {"enabled": False}}


class Call:
    def __init__(self, program, link, ends, log):
        self.ends, self.nodes, self.folder = ends, [], Path(tempfile.mkdtemp(prefix="compare-"))
        try:
            for name, namespace in zip("ab", link.names):
                self.nodes.append(Daemon(program.folder, self.folder / name, QUIET, namespace))
                self.nodes[-1].start()
            acquaint(*self.nodes)
        except BaseException:
            self.close()
            raise

    def parameters(self, side):
        """Media of a call, and the descriptors behind them."""
        kinds = ["audio", "video"][: len(self.ends[side].theirs) // 2]
        return {"sources": [f"pipe:?fd={2 * index}" for index in range(len(kinds))],
                "sinks": ["pipe:?fd=1", "pipe:?fd=3&kind=y4m"][: len(kinds)]}, kinds

    def dial(self):
        for work in (lambda: self.connected(0), self.answer):
            threading.Thread(target=work, daemon=True).start()
        parameters, kinds = self.parameters(0)
        now = time.monotonic()
        number, _ = self.nodes[0].send("call.start", self.ends[0].theirs, to="Callee", media=kinds, **parameters)
        self.name = self.nodes[0].finish(number)["call"]
        self.ends[0].give()
        return now

    def answer(self):
        incoming = self.nodes[1].event("call.incoming")[1]["call"]
        self.nodes[1].request("call.answer", self.ends[1].theirs, call=incoming, **self.parameters(1)[0])
        self.ends[1].give()
        self.connected(1)

    def connected(self, side):
        self.nodes[side].event("call.connected")
        self.ends[side].begin.set()

    def hang_up(self):
        """Both closing objects."""
        since = [len(node.events) for node in self.nodes]
        self.nodes[0].request("call.end", call=self.name)
        return {side: node.event("call.ended", count)[1]
                for side, node, count in zip(("caller", "callee"), self.nodes, since)}

    def close(self):
        for node in self.nodes:
            node.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Parley:
    """Ours: release builds of parleyd in the folder `build`."""

    is_framed = True
    call = Call

    def __init__(self, build):
        self.folder = Path(build).resolve() / "release"
        if not (self.folder / "parleyd").exists():
            raise Unavailable("build it first: swift build -c release --product parleyd")
        self.version = run(self.folder / "parleyd", "--version").split()[-1]
