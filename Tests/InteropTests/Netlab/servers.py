"""What is told of TURN servers that are of no use: servers.py FOLDER_OF_LAB PROGRAMS SCENARIO. Two daemons behind
symmetric NATs, a third as introducer, real coturn."""

import json
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from daemons import Daemon, Refused  # noqa: E402
from natlab import PUBLIC, Lab  # noqa: E402

PROGRAMS = sys.argv[2]
QUIET = {"upnp": False, "lan": {"enabled": False}, "dht": {"enabled": False}}


def turn(port=3478, credential="p", transport="udp"):
    return {"url": f"turn:{PUBLIC}:{port}?transport={transport}", "username": "u", "credential": credential}


def url(server):
    return server["url"]


class Scene:
    """Alice and bob, who use `server`, and ivy, who introduces them."""

    def __init__(self, server, silent=False):
        self.lab, self.server = Lab("fully-random"), server
        if silent:  # from the beginning: what a server did is asked seldom
            port = server["url"].split(":")[2].partition("?")[0]
            self.lab.within("pub", "nft 'add table inet lab; add chain inet lab in { type filter hook input priority 0; };"
                            f" add rule inet lab in udp dport {port} drop'")
        answering = {"autoAnswer": "contacts", "autoAnswerSources": ["test:speech"]}
        ice = {"turn": [server]}
        self.daemons = {
            "ivy": Daemon(PROGRAMS, self.lab.folder / "ivy", QUIET, self.lab.space("pub")),
            "alice": Daemon(PROGRAMS, self.lab.folder / "alice", {**QUIET, "ice": ice}, self.lab.space("a")),
            "bob": Daemon(PROGRAMS, self.lab.folder / "bob", {**QUIET, "ice": ice, "call": answering},
                          self.lab.space("b")),
        }

    def __enter__(self):
        try:
            self.lab.serve()
            for who, daemon in self.daemons.items():
                daemon.start().request("identity.create", name=who, unprotected=True)
            ivy, self.alice, self.bob = self.daemons.values()
            for inviter, invited in (ivy, self.alice), (ivy, self.bob), (self.bob, self.alice):
                invited.request("invite.accept", code=inviter.request("invite.create")["code"])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for daemon in self.daemons.values():
            daemon.stop()
        self.lab.close()

    def call(self):
        return self.alice.request("call.start", to="bob", sources=["test:speech"], sinks=["null:"])["call"]

    def command(self, *words):
        """Exit code and output of alice's `parley`."""
        done = subprocess.run([f"{PROGRAMS}/parley", *words], capture_output=True, text=True,
                              env={**os.environ, "PARLEY_HOME": str(self.alice.home)})
        return done.returncode, done.stdout

    def ended(self):
        """Waits for the end of the call; what alice is told of the server then."""
        _, closing = self.alice.event("call.ended", timeout=60)
        server, = self.alice.request("daemon.status")["servers"]
        _, command = self.command("status")
        assert server["state"] == "faulty" and url(self.server) == server["url"], server
        assert server["url"] in command and server["fault"] in command, command
        assert server["url"] in closing["cause"] and server["fault"] in closing["cause"], closing
        told = [str(server), str(closing), command, (self.alice.home / "log").read_text()]
        assert not any("sesame" in text for text in told), "a credential was told"
        # It is connected over what introduced the two, or is not yet.
        assert closing["outcome"] in ("unreachable", "peer_vanished"), closing
        print(f"{closing['outcome']}: {closing['cause']}")
        return server


def wrong_password():
    with Scene(turn(credential="sesame")) as scene:
        assert scene.alice.request("daemon.status")["servers"][0]["state"] in ("untried", "faulty")
        scene.call()
        try:
            scene.alice.request("net.ping", peer="bob", timeout_ms=15_000)
            # The ping may go over what introduced the two.
        except Refused as refusal:
            assert url(scene.server) in str(refusal), refusal
        assert "credential" in scene.ended()["fault"]


def absent():
    with Scene(turn(port=3999)) as scene:
        scene.call()
        assert "nothing listens there" in scene.ended()["fault"]


def silent():
    with Scene(turn(port=3999), silent=True) as scene:
        scene.call()
        assert "does not answer" in scene.ended()["fault"]


def dies(transport):
    with Scene(turn(transport=transport)) as scene:
        call = scene.call()
        scene.bob.event("call.media_started", timeout=20)
        deadline = time.monotonic() + 10
        while scene.alice.request("call.stats", call=call).get("path", {}).get("kind") != f"turn-{transport}":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # As people see it: relayed is exit 3, and the pair is shown.
        code, told = scene.command("net", "ping", "bob", "--count", "2")
        assert code == 3 and f"over turn-{transport}" in told and "2 of 2 came back" in told, (code, told)
        code, told = scene.command("net", "paths", "bob", "--json")
        path = json.loads(told)["paths"][0]
        assert code == 3 and path["kind"] == f"turn-{transport}" and path["state"] == "active", (code, told)
        assert path["remote"].startswith((PUBLIC + ":", "10.99.0.12:")), path
        assert path["local"].startswith((PUBLIC + ":", "10.99.0.11:")), path
        scene.lab.coturn.kill()
        scene.lab.coturn.wait()
        assert "lost it in use" in scene.ended()["fault"]


def hidden():
    """Under the policy relay a server that is of no use lets nothing out, and says why."""
    with Lab("") as lab:
        lab.count_strays("a", "udp dport 3478")
        lab.serve()
        ice = {"turn": [turn(credential="sesame")], "policy": "relay"}
        daemon = Daemon(PROGRAMS, lab.folder / "alice", {**QUIET, "ice": ice}, lab.space("a")).start()
        try:
            daemon.request("identity.create", name="alice", unprotected=True)
            deadline = time.monotonic() + 20
            while (server := daemon.request("daemon.status")["servers"][0])["state"] != "faulty":
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert "credential" in server["fault"] and daemon.request("daemon.status")["listen"] == []
            try:
                raise AssertionError(daemon.request("invite.create"))
            except Refused as refusal:
                assert server["url"] in str(refusal) and server["fault"] in str(refusal), refusal
            used, others = lab.strays("a")
            assert used > 0 and others == 0, (used, others)
            listening = lab.output("a", "ss -Huln; ss -Htln")
            assert listening == "", listening
        finally:
            daemon.stop()


{
    "hidden": hidden, "wrong_password": wrong_password, "absent": absent, "silent": silent,
    "dies_udp": lambda: dies("udp"), "dies_tcp": lambda: dies("tcp"),
}[sys.argv[3]]()
print("all of it")
