"""One measured call of one program over a link of its own."""

import time

import figures
import stop
import usage
from ends import Ends
from links import Link

SIDES = ("caller", "callee")
SETTLE = 3  # seconds from the first media on that are not measured: rates and buffers find their size
TAIL = 2.5  # seconds at the end in which what is on its way may arrive
GIVE_UP = 20  # seconds for the call to come about


class Use:
    """Processor time and memory of the nodes, from the making to `stop`."""

    def __init__(self, nodes):
        self.trees = [usage.tree(node.pid) for node in nodes]
        for pid in sum(self.trees, []):
            usage.reset_peak(pid)
        self.proportional = [0] * len(self.trees)

    def begin(self):
        self.began, self.before = time.monotonic(), self.seconds()

    def seconds(self):
        return [sum(map(usage.cpu_seconds, tree)) for tree in self.trees]

    def look(self):
        for side, tree in enumerate(self.trees):
            self.proportional[side] = max(self.proportional[side], sum(map(usage.proportional_mb, tree)))

    def stop(self):
        """Figures of each node."""
        minutes = (time.monotonic() - self.began) / 60
        return [{"cpu": (after - before) / minutes, "resident": sum(map(usage.memory_mb, tree)), "proportional": peak}
                for before, after, tree, peak in zip(self.before, self.seconds(), self.trees, self.proportional)]


def wait_for_media(ends, dialled):
    """Returns when both hear, and see where there are pictures, or when it takes too long."""
    wanted = [thread for end in ends for thread in (end.ear, end.screen) if thread]
    while time.monotonic() < dialled + GIVE_UP:
        if all(thread.first for thread in wanted):
            return
        stop.pause(0.05)
    if not all(end.ear.first for end in ends):
        raise TimeoutError(f"not heard within {GIVE_UP} s")


def measure(program, loss, options):
    """A call at this loss, in percent: the figures of each side, what the program itself tells of it, and how the link
    kept up."""
    has_video = not options.audio_only
    ends, call = [], None
    with Link(delay=options.delay, seed=options.seed) as link, open(options.log, "ab") as log:
        try:
            ends = [Ends(has_video, program.is_framed) for _ in SIDES]
            call = program.call(program, link, ends, log)
            link.set(f"loss {loss / 100}")
            used = Use(call.nodes)
            dialled = call.dial()
            wait_for_media(ends, dialled)
            start, end, sent, health = talk(link, used, options.seconds)
            sides = used.stop()
            for figures_of_side, direction in zip(sides, ("ab", "ba")):
                figures_of_side["wire"] = sent[direction] * 8 / 1000 / (end - start)
            stop.pause(TAIL)
            link.set("loss 0")
            own = call.hang_up()
        finally:
            if call:
                call.close()
            for each in ends:
                each.close()
    for side, (speaker, listener) in zip(sides, (ends[::-1], ends)):
        side |= heard_and_seen(speaker, listener, dialled, start, end)
    return {"sides": dict(zip(SIDES, sides)), "own": own, "link": health}


def talk(link, used, seconds):
    """Lets the call go on: from when to when it is measured, the bytes that each direction was given then, and what the
    link was too slow for: packets that were not taken, and the latest of a hundred, in microseconds."""
    stop.pause(SETTLE)
    before = link.counters()
    start = time.monotonic()
    used.begin()
    while (left := start + seconds - time.monotonic()) > 0:
        stop.pause(min(left, 2))
        used.look()
    end, after = time.monotonic(), link.counters()
    sent = {way: after[way]["bytes"] - before[way]["bytes"] for way in ("ab", "ba")}
    health = {"refused": sum(after[way]["refused"] for way in sent),
              "late_us": max(after[way]["late_us"]["p99"] for way in sent)}
    return start, end, sent, health


def heard_and_seen(speaker, listener, dialled, start, end):
    told = {"first_sound": 1000 * (listener.ear.first - dialled)}
    told |= figures.of_sound(speaker.microphone, listener.ear, start, end)
    if listener.screen:
        if listener.screen.first:
            told["first_picture"] = 1000 * (listener.screen.first - dialled)
        told |= figures.of_pictures(speaker.camera, listener.screen, start, end)
    return told
