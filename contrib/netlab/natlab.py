"""Hosts behind NATs, each in a network namespace, and a public one with coturn. Root only."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PUBLIC = "10.99.0.1"
NAMESPACES = "pub ra rb a b".split()


class Lab:
    """Two hosts behind routers of their own, and a public host."""

    def __init__(self, nat):
        self.name, self.coturn = f"nat{os.getpid()}", None
        self.folder = Path(tempfile.mkdtemp(prefix="nat."))
        try:
            self.make(nat)
        except BaseException:
            self.close()
            raise

    def make(self, nat):
        for namespace in NAMESPACES:
            self.ip("netns", "add", self.space(namespace))
            self.ip("-n", self.space(namespace), "link", "set", "lo", "up")
        self.within("pub", "ip link add br0 type bridge; ip addr add 10.99.0.1/24 dev br0; ip link set br0 up;"
                    "ip link add s0 type veth peer name s1; ip link set s0 up; ip link set s1 up;"
                    "ip route add default dev s0")  # coturn fails without a way to its peers' private addresses
        for index, host in enumerate("ab"):
            self.route(host, f"10.99.0.{11 + index}", f"192.168.{101 + index}", nat)

    def space(self, name):
        return f"{self.name}-{name}"

    def ip(self, *arguments):
        subprocess.run(["ip", *arguments], check=True)

    def within(self, namespace, script, **options):
        subprocess.run(["ip", "netns", "exec", self.space(namespace), "sh", "-ec", script], check=True, **options)

    def output(self, namespace, script):
        """What a script says there."""
        return subprocess.run(["ip", "netns", "exec", self.space(namespace), "sh", "-ec", script], check=True,
                              capture_output=True, text=True).stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def route(self, host, wan, lan, nat):
        router = self.space(f"r{host}")
        self.ip("link", "add", "wan", "netns", router, "type", "veth", "peer", "name", f"p{host}", "netns",
                self.space("pub"))
        self.within("pub", f"ip link set p{host} master br0; ip link set p{host} up")
        self.ip("link", "add", "lan", "netns", router, "type", "veth", "peer", "name", "eth0", "netns",
                self.space(host))
        self.within(f"r{host}", f"ip addr add {wan}/24 dev wan; ip link set wan up; ip addr add {lan}.1/24 dev lan;"
                    "ip link set lan up; echo 1 > /proc/sys/net/ipv4/ip_forward")
        self.within(host, f"ip addr add {lan}.2/24 dev eth0; ip link set eth0 up; ip route add default via {lan}.1")
        rules = f"""
            table ip nat {{
                chain post {{
                    type nat hook postrouting priority 100
                    oifname wan masquerade {nat}
                }}
            }}
            table ip filter {{
                chain forward {{
                    type filter hook forward priority 0; policy drop
                    ct state established,related accept
                    iifname lan accept
                }}
                chain input {{
                    type filter hook input priority 0; policy accept
                    ct state established,related accept
                    iifname wan ip protocol udp drop
                }}
            }}"""
        self.within(f"r{host}", "nft -f -", input=rules.encode())

    def count_strays(self, host, wanted):
        """Counts the packets that leave `host` as `wanted` for the public host, and those for anybody else."""
        self.within(host, "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6")  # the kernel's own would count too
        self.within(host, "nft -f -", input=f"""
            table inet strays {{
                counter used {{ }}
                counter other {{ }}
                chain out {{
                    type filter hook output priority 0
                    oifname lo accept
                    ip daddr {PUBLIC} {wanted} counter name used accept
                    # The kernel tells the server that a socket is closed.
                    ip daddr {PUBLIC} ip protocol icmp accept
                    counter name other
                }}
            }}""".encode())

    def strays(self, host):
        """What `count_strays` has counted so far."""
        told = json.loads(self.output(host, "nft -j list counters"))["nftables"]
        packets = {row["counter"]["name"]: row["counter"]["packets"] for row in told if "counter" in row}
        return packets["used"], packets["other"]

    def serve(self):
        """Starts coturn on the public host."""
        self.coturn = subprocess.Popen(
            ["ip", "netns", "exec", self.space("pub"), "turnserver", "-n", "--no-cli", "--no-tls", "--no-dtls",
             "--listening-ip", PUBLIC, "--relay-ip", PUBLIC, "--lt-cred-mech", "--realm", "lab", "--user", "u:p",
             "--userdb", str(self.folder / "db"), "--pidfile", str(self.folder / "pid"), "--log-file", "stdout"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.within("pub", "for i in $(seq 100); do ss -ltn | grep -q ':3478 ' && exit 0; sleep 0.1; done; exit 1")

    def close(self):
        if self.coturn:
            self.coturn.kill()  # an idle coturn takes no notice of SIGTERM
            self.coturn.wait()
        for namespace in NAMESPACES:
            subprocess.run(["ip", "netns", "delete", self.space(namespace)], capture_output=True)
        shutil.rmtree(self.folder)
