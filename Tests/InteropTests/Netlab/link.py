"""What contrib/netlab/link does to plain UDP: link.py FOLDER_OF_LINKS SCENARIO."""

import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from links import Link  # noqa: E402

SIZE = 1_200  # of an IP packet
PATIENCE = 20  # seconds; a test that has to wait so long has failed


class Bench:
    """A link with a socket at each end."""

    def __init__(self, **options):
        self.link = Link(**options)
        self.sender, self.receiver = self.link.socket(0), self.link.socket(1)
        self.receiver.settimeout(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sender.close()
        self.receiver.close()
        self.link.close()

    def send(self, number):
        self.sender.send(number.to_bytes(4, "little") + bytes(SIZE - 28 - 4))

    def receive(self):
        return int.from_bytes(self.receiver.recv(2 * SIZE)[:4], "little")

    @property
    def count(self):
        return self.link.counters()["ab"]

    def send_all(self, count):
        """Sends datagrams and reads what the link says that it delivers; their numbers in the order of arrival."""
        heard, first = [], self.count["delivered"]
        for number in range(count):
            self.send(number)
            # Not so many at a time that a socket's memory would not do.
            if number % 40 == 39 or number == count - 1:
                self.drain(heard, first)
        return heard

    def drain(self, heard, first):
        deadline = time.monotonic() + PATIENCE
        while True:
            count = self.count
            while first + len(heard) < count["delivered"]:
                heard.append(self.receive())
            if count["waiting"] == 0 and first + len(heard) == self.count["delivered"]:
                return
            assert time.monotonic() < deadline, count


def conserved(count):
    """Every packet went somewhere."""
    into = count["packets"] + count["duplicated"]
    out = sum(count[name] for name in ("lost", "overflowed", "delivered", "undelivered", "waiting"))
    assert into == out and count["refused"] == 0 and count["undelivered"] == 0, count


def delay():
    with Bench(delay=60, seed=1) as bench:
        took = []
        for number in range(50):
            began = time.monotonic()
            bench.send(number)
            assert bench.receive() == number
            took.append(time.monotonic() - began)
        took.sort()
        # Never earlier; later only where the machine is busy, and then not always.
        assert took[0] >= 0.060 and took[25] < 0.160, took
        bench.send(50)
        bench.link.set("delay 0")
        bench.send(51)
        assert (bench.receive(), bench.receive()) == (50, 51), "nothing overtakes what was slower"
        conserved(bench.count)
        print(f"delay 60 ms: {1000 * took[0]:.2f} to {1000 * took[-1]:.2f}, half under {1000 * took[25]:.2f} ms")


def loss():
    def heard(seed):
        with Bench(loss=0.05, seed=seed) as bench:
            numbers = bench.send_all(4_000)
            assert numbers == sorted(set(numbers)), "order is kept, and nothing comes twice"
            count = bench.count
            conserved(count)
            assert count["packets"] == 4_000 and count["lost"] == 4_000 - len(numbers), count
            return numbers

    once, again, other = heard(7), heard(7), heard(8)
    assert once == again, "a seed loses the same packets again"
    assert once != other
    # Three standard deviations of 4,000 packets are one percent.
    for numbers in (once, other):
        assert 0.04 < 1 - len(numbers) / 4_000 < 0.06, len(numbers)
    print(f"loss 5 %: {100 - len(once) / 40:.2f} and {100 - len(other) / 40:.2f} %")


def bursts():
    with Bench(gilbert="0.02 0.25", seed=3) as bench:
        numbers = set(bench.send_all(10_000))
        lost = [number for number in range(10_000) if number not in numbers]
        bursts = sum(number - 1 not in lost for number in lost)
        count = bench.count
        conserved(count)
        assert (count["lost"], count["bursts"]) == (len(lost), bursts), count
        # Theory: 0.02 / (0.02 + 0.25) = 7.4 % in bursts of 1 / 0.25 = 4.
        assert 0.05 < len(lost) / 10_000 < 0.10 and 3 < len(lost) / bursts < 5, (len(lost), bursts)
        print(f"bursts: {len(lost) / 100:.2f} % lost in bursts of {len(lost) / bursts:.2f}")


def rate():
    with Bench(rate=2_000, queue=60_000, seed=1) as bench:
        began = time.monotonic()
        for number in range(200):
            bench.send(number)
        spent = time.monotonic() - began
        heard = []
        bench.drain(heard, 0)
        took, count = time.monotonic() - began, bench.count
        conserved(count)
        # 4.8 ms a packet: 50 of them fit the queue, and those that were carried while the others came.
        assert 50 <= len(heard) <= 52 + spent / 0.0048, (len(heard), spent)
        assert count["overflowed"] == 200 - len(heard), count
        assert took >= 0.0048 * len(heard), took
        assert took < 0.0048 * len(heard) + 2, took
        print(f"rate 2 Mbit/s: {len(heard)} of 200 at once came in {1000 * took:.0f} ms, computed "
              f"{4.8 * len(heard):.0f}")


def copies_and_order():
    with Bench(delay=5, duplicate=0.1, reorder="0.1 30", seed=5) as bench:
        numbers, count = bench.send_all(2_000), bench.count
        conserved(count)
        assert count["duplicated"] == len(numbers) - 2_000 and set(numbers) == set(range(2_000)), count
        assert 150 < count["duplicated"] < 250 and 150 < count["held_back"] < 300, count
        assert numbers != sorted(numbers)
        bench.link.set("duplicate 0")
        bench.link.set("reorder 0")
        assert bench.send_all(400) == list(range(400))
        print(f"{count['duplicated']} of 2,000 came twice, {count['held_back']} late")


def commands():
    with Bench(seed=1) as bench:
        bench.link.set("ab-loss 1")
        assert bench.send_all(100) == []
        bench.link.set("ab-loss 0")
        assert bench.send_all(100) == list(range(100))
        bench.link.set("ba-loss 1")
        assert bench.send_all(100) == list(range(100)), "that is for the other direction"
        for line in ("", "loss", "loss 2", "loss -1", "loss x", "loss 0.1 0.2", "loss nan", "delay inf", "speed 3",
                     "gilbert 0.1", "gilbert 0.1 2", "gilbert 1 1 1 1 1", "reorder 1 2 3", "ab-", "x" * 3_000):
            try:
                bench.link.set(line)
            except ValueError:
                continue
            raise AssertionError(f"{line} was taken")
        assert bench.send_all(100) == list(range(100)), "a line that is refused changes nothing"
        conserved(bench.count)


{scenario.__name__: scenario for scenario in (delay, loss, bursts, rate, copies_and_order, commands)}[sys.argv[2]]()
print("all of it")
