"""The programs that Parley is compared with: how each is installed and started, and how it is told to call."""

import os
import subprocess
import threading
import time
from pathlib import Path

import stop

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "parley" / "compare"
INSTALLER = HERE.parent / "packages"


class Unavailable(Exception):
    """A program that cannot be had here, and why."""


def run(*command):
    """Runs an installing command; its words go to stderr only when it fails."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    stop.check()
    if result.returncode:
        words = result.stdout.strip().splitlines() or ["it failed without a word"]
        raise Unavailable(f"{' '.join(map(str, command[:3]))}: {words[-1]}")
    return result.stdout.strip()


class Node:
    """A running program in a namespace; what it has told so far."""

    def __init__(self, command, namespace, ends, log):
        self.ends, self._told = ends, {}
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", namespace, *map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=log, pass_fds=ends.theirs, text=True, bufsize=1, start_new_session=True)
        ends.give()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self):
        return self.process.pid

    def _listen(self):
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "connected":
                self.ends.begin.set()
            self._told[word] = rest
        self._told["gone"] = ""

    def wait(self, word, timeout):
        """What it said behind this word."""
        end = time.monotonic() + timeout
        while word not in self._told:
            if "gone" in self._told or time.monotonic() > end:
                raise RuntimeError("it ended by itself" if "gone" in self._told else f"not {word} within {timeout} s")
            stop.pause(0.05)
        return self._told[word]

    def tell(self, line):
        self.process.stdin.write(line + "\n")

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(3)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


class Call:
    """Two nodes that are about to call."""

    def __init__(self, program, link, ends, log):
        self.nodes = []
        try:
            for side, role in enumerate(("caller", "callee")):
                command = [*program.command, role, link.addresses[side], link.addresses[1 - side], *ends[side].theirs]
                self.nodes.append(Node(command, link.names[side], ends[side], log))
            self.meet(link)
        except BaseException:
            self.close()
            raise

    def meet(self, link):
        """Returns when only the dialling is left to do."""
        for node in self.nodes:
            node.wait("ready", 30)

    def dial(self):
        """Begins the call; the moment just before."""
        now = time.monotonic()
        self.nodes[0].tell("dial")
        return now

    def hang_up(self):
        """What the program itself tells of the call: nothing."""
        return {}

    def close(self):
        for node in self.nodes:
            node.close()


class Webrtcbin:
    """GStreamer's WebRTC element, from Debian."""

    is_framed = False
    call = Call

    def __init__(self, _):
        run(INSTALLER, "--only", "gstreamer1.0-nice", "gstreamer1.0-plugins-bad", "gstreamer1.0-plugins-base",
            "gstreamer1.0-plugins-good", "gir1.2-gst-plugins-bad-1.0", "gir1.2-gst-plugins-base-1.0", "python3-gst-1.0")
        self.command = ["/usr/bin/python3", "-B", HERE / "webrtcbin.py"]
        self.version = run("dpkg-query", "-W", "-f", "${Version}", "gstreamer1.0-plugins-bad")


class Aiortc:
    """WebRTC in Python, from PyPI, in a virtual environment of its own."""

    is_framed = False
    call = Call

    def __init__(self, _):
        run(INSTALLER, "--only", "python3-venv")
        python = CACHE / "aiortc" / "bin" / "python"
        version = python, "-c", "import aiortc; print(aiortc.__version__)"
        if not python.exists() or subprocess.run(version, capture_output=True).returncode:
            run("/usr/bin/python3", "-m", "venv", "--clear", CACHE / "aiortc")
            run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "aiortc<2")
        self.command, self.version = [python, "-B", HERE / "aiortc_node.py"], run(*version)


class ToxCall(Call):
    def meet(self, link):
        """Makes the two friends of each other, without a server; they find each other in ten seconds or so."""
        ids = [node.wait("id", 10) for node in self.nodes]
        for side, node in enumerate(self.nodes):
            node.tell(f"friend {ids[1 - side]} {link.addresses[1 - side]}")
        for node in self.nodes:
            node.wait("ready", 60)


class Toxcore:
    """Tox's library, from Debian, under a small program that is built here."""

    is_framed = False
    call = ToxCall

    def __init__(self, _):
        run(INSTALLER, "--only", "gcc", "libc6-dev", "libtoxcore-dev", "pkg-config")
        CACHE.mkdir(parents=True, exist_ok=True)
        self.command = [CACHE / "toxcore"]
        flags = run("pkg-config", "--cflags", "--libs", "toxcore").split()
        run("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", *self.command, HERE / "toxcore.c", *flags,
            "-pthread")
        self.version = run("pkg-config", "--modversion", "toxcore")


