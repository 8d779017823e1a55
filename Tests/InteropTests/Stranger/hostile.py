#!/usr/bin/python3
"""What strangers, replayers, blocked contacts and floods get from a running daemon: nothing, and its calls go on.

    hostile.py SOCKET       the control socket of a daemon that has no identity yet; its last address is spoken to
"""

import os
import random
import select
import socket
import sys
import time

import scenes
from control import Control
from device import Device, Timeout
from handshake import PACKET, Initiation, blake2b, index, mac1, mac1_key, offer, three
from names import Identity
from session import PADDING

CHANCE = random.Random(7)
STRANGERS = ["stranger"]


class Raw:
    """A socket without any protocol, at an address of its own."""

    def __init__(self, target, host="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.target = target

    def send(self, packet):
        self.socket.sendto(packet, self.target)

    def answers(self):
        found = []
        while select.select([self.socket], [], [], 0)[0]:
            found.append(self.socket.recv(2_048))
        return found


class Victim:
    """The daemon, with a contact in a session that must not notice anything."""

    def __init__(self, path):
        self.control = Control(path)
        self.device = Device(Identity("Stranger"), self.control)
        self.captured = []
        send = self.device.transmit

        def transmit(packet, address):
            self.captured.append(packet)
            send(packet, address)

        self.device.transmit = transmit
        self.session, self.invite = scenes.pair(self.device, self.control)
        self.target, self.static = self.session.address, self.invite.static

    def drops(self):
        return self.control.call(self.device, "daemon.status")["drops"]

    def unsent(self, plaintext):
        """A packet of the session that is not sent."""
        packets, send = [], self.device.transmit
        self.device.transmit = lambda packet, _: packets.append(packet)
        self.session.send(plaintext)
        self.device.transmit = send
        self.session.current.counter -= 1
        return packets[0]

    def settle(self):
        """Everything sent so far has been handled: datagrams come in order, and a later one was answered."""
        token = self.session.challenge()
        self.device.pump(lambda: token in self.session.answers)

    def expect_silence(self, name, packets, reasons=None):
        """All packets are dropped without an answer; each is counted, under one of `reasons` if given."""
        raw, before, count = Raw(self.target), self.drops(), 0
        for packet in packets:
            raw.send(packet)
            count += 1
            if count % 20 == 0:
                self.settle()
        self.settle()
        assert raw.answers() == [], name
        after = self.drops()
        counted = {key: after[key] - before[key] for key in after if after[key] != before[key]}
        if reasons is not None:
            assert sum(counted.values()) == count and set(counted) <= set(reasons), (name, count, counted)
        scenes.say(f"{name}: {count} packets, no answer, {counted}")


def framed(static, message, version=1, sender=None):
    """A message 1 with a right mac1, whatever it holds."""
    packet = b"\xc1" + three(sender or index()) + bytes([version, 0, 0, 0]) + message
    return packet + mac1(static, packet) + bytes(16)


def strangers(victim):
    static = victim.static
    garbage = [CHANCE.randbytes(CHANCE.randrange(1, 1_400)) for _ in range(300)]
    garbage = [packet for packet in garbage if not 0xC1 <= packet[0] <= 0xC5] + [b""]
    victim.expect_silence("garbage", garbage, ["unknown_type"])
    typed = [bytes([CHANCE.randrange(0xC1, 0xC6)]) + CHANCE.randbytes(CHANCE.randrange(0, 1_300)) for _ in range(500)]
    victim.expect_silence("garbage that looks like ours", typed)

    valid = Initiation(Identity("Nobody"), static).packet
    wrong = valid[:-32] + bytes(16) + valid[-16:]
    victim.expect_silence("wrong mac1", [wrong] * 20, ["wrong_mac"])
    noise = [framed(static, CHANCE.randbytes(PACKET - 40)) for _ in range(20)]
    victim.expect_silence("right mac1, nothing behind it", noise, ["handshake_failed"])
    unknown = [Initiation(Identity("Nobody"), static).packet for _ in range(10)]
    victim.expect_silence("right mac1, unknown person", unknown, STRANGERS)
    named = [Initiation(Identity("Nobody"), static, invite=victim.invite).packet for _ in range(3)]
    victim.expect_silence("an invite that is used", named, STRANGERS)
    short = [Initiation(Identity("Nobody"), static, payload=offer(Identity("N"), {}, count=900)).packet]
    victim.expect_silence("message 1 without padding", short, ["unpadded"])
    # A budget of ours is half empty now; it fills again while these are cheap to refuse.
    cut = [valid[:count] for count in CHANCE.sample(range(1, PACKET), 200)]
    victim.expect_silence("truncated", cut, ["truncated", "wrong_mac"])
    victim.expect_silence("too long", [valid + b"\0"], ["oversized"])

    raw = Raw(victim.target)
    question = framed(static, b"", version=9)
    raw.send(question)
    victim.settle()
    [answer] = raw.answers()
    assert answer[0] == 0xC5 and answer[1:4] == question[1:4] and len(answer) <= len(question)
    assert answer[-16:] == blake2b(answer[:-16] + question[-32:-16], 16, mac1_key(static)) and answer[4:-16] == b"\x01"
    scenes.say("an unknown version is told ours, in fewer bytes")


def replayers(victim):
    initiations = [packet for packet in victim.captured if packet[0] == 0xC1]
    transports = [packet for packet in victim.captured if packet[0] == 0xC4]
    assert initiations and len(transports) > 10
    victim.expect_silence("transport packets again", transports[:50], ["replayed"])

    def flipped(packet, bit):
        return packet[:bit // 8] + bytes([packet[bit // 8] ^ 1 << bit % 8]) + packet[bit // 8 + 1:]

    fresh = victim.unsent(bytes([4, 0]) + bytes(8))
    bits = CHANCE.sample(range(8, len(fresh) * 8), 100)
    victim.expect_silence(
        "transport packets with a bit flipped", [flipped(fresh, bit) for bit in bits],
        ["unknown_index", "authentication_failed", "replayed"])
    fresh = Initiation(victim.device.identity, victim.static, pairing=victim.device.pairing).packet
    covered = [flipped(fresh, bit) for bit in CHANCE.sample(range((PACKET - 16) * 8), 200)]
    victim.expect_silence("message 1 of a contact with a bit flipped", covered)
    raw = Raw(victim.target)
    for packet in initiations:
        raw.send(packet)
    victim.settle()
    answers = raw.answers()
    assert len(answers) <= len(initiations) and all(answer[0] == 0xC2 and len(answer) <= PACKET for answer in answers)
    scenes.say(f"message 1 again: {len(answers)} of {len(initiations)} get what answered it before, and no more bytes")


def flood(victim, seconds=4, rate=1_000):
    """Messages 1 with a right mac1 from many addresses, while sound flows both ways."""
    device, control, session = victim.device, victim.control, victim.session
    control.events.clear()
    call_id, ssrc = os.urandom(16), 7
    session.say({0: scenes.OFFER, 1: call_id, 2: 30_000, 3: [[scenes.AUDIO, ssrc]]})
    incoming = control.wait(device, "call.incoming")
    control.call(device, "call.answer", call=incoming["call"], sources=["test:tone"], sinks=["null:"])
    scenes.expect(device, session, scenes.ACCEPT)
    session.say({0: scenes.SOURCE, 1: call_id, 5: scenes.AUDIO, 6: True})
    raws = [Raw(victim.target, f"127.0.1.{number}") for number in range(1, 21)]
    packets = [Initiation(Identity("Nobody"), victim.static).packet for _ in range(64)]
    before, begin, sent, echoed = victim.drops(), time.monotonic(), 0, 0
    while time.monotonic() - begin < seconds:
        while sent < (time.monotonic() - begin) * rate:
            # A sender index of its own makes each a new one; mac1 is made anew.
            packet = packets[sent % 64]
            packet = packet[:1] + three(index()) + packet[4:-32]
            raws[sent % 20].send(packet + mac1(victim.static, packet) + bytes(16))
            sent += 1
        try:
            device.pump(lambda: False, 0.005)
        except Timeout:
            pass
        for packet in session.media[echoed:]:
            session.send(packet[:8] + ssrc.to_bytes(4, "big") + packet[12:])
            echoed += 1
    scenes.checked_media(session, int.from_bytes(session.media[0][8:12], "big"))
    victim.settle()
    after = victim.drops()
    answers = [answer for raw in raws for answer in raw.answers()]
    assert all(answer[0] == 0xC3 and len(answer) == 64 for answer in answers)
    cookies = after["cookie_required"] - before["cookie_required"]
    assert cookies == len(answers) > sent / 2, (cookies, len(answers), sent)
    session.say({0: scenes.END, 1: call_id, 4: 1})
    ended = control.wait(device, "call.ended")
    assert (ended["audio"]["lost"], ended["audio"]["received"]) == (0, echoed), ended
    scenes.say(f"flood: {sent} messages 1 in {seconds} s, {cookies} cookies; {echoed} packets of sound each way, none lost")


def contact_under_load(victim):
    """A contact gets through with a cookie while the port is under load."""
    raw, send = Raw(victim.target, "127.0.2.1"), victim.device.transmit
    noise = [framed(victim.static, CHANCE.randbytes(PACKET - 40)) for _ in range(100)]

    def transmit(packet, address):
        while noise:
            raw.send(noise.pop())
        send(packet, address)

    victim.device.transmit = transmit
    session, _, _ = victim.device.connect(victim.target, victim.static, pairing=victim.device.pairing)
    victim.device.transmit = send
    assert victim.device.count["cookies"] == 1, victim.device.count
    token = session.challenge()
    victim.device.pump(lambda: token in session.answers)
    victim.device.sessions, victim.session = [session], session
    scenes.say("a contact comes in with a cookie")


def blocked(victim):
    """A blocked contact sees what somebody offline looks like, whatever it sends, what was answered before included."""
    device, control, heard = victim.device, victim.control, []
    device.receive = lambda packet, _: heard.append(packet)
    fresh = [Initiation(device.identity, victim.static, pairing=device.pairing).packet for _ in range(5)]
    fresh.append(Initiation(device.identity, victim.static).packet)
    in_session = [victim.unsent(bytes([4, 0]) + os.urandom(8)), victim.unsent(bytes([PADDING]))]
    control.call(device, "contact.block", peer="Stranger")
    device.pump(lambda: control.call(device, "daemon.status")["sessions"] == 0)
    heard.clear()
    initiations = [packet for packet in victim.captured if packet[0] == 0xC1]
    packets = initiations + fresh + in_session + [packet for packet in victim.captured if packet[0] == 0xC4][-50:]
    before = victim.drops()
    for packet in packets:
        device.socket.sendto(packet, victim.target)
    try:
        device.pump(lambda: heard, 1)
    except Timeout:
        pass
    assert not heard, "a blocked contact was answered"
    after = victim.drops()
    assert sum(after.values()) - sum(before.values()) == len(packets), (before, after, len(packets))
    scenes.say(f"blocked: {len(packets)} packets, {len(initiations)} of them messages 1 that were answered before: no answer")


def liar(victim):
    """Who acknowledges what was never sent, or breaks the rules of streams, loses the session."""
    device, control = victim.device, victim.control
    lies = {
        "a receipt of what was not sent": bytes([1, 0]) + (900).to_bytes(4, "little") + (1).to_bytes(2, "little")
        + bytes(4) + (0x8000).to_bytes(2, "little"),
        "a receipt of an unknown epoch": bytes([1, 77]) + bytes(4) + (1).to_bytes(2, "little") + bytes(4) + b"\0\x80",
        "an unknown frame": b"\x02\x30",
        "the end of stream 0": b"\x02\x09\x00",
        "a stream above the limit": b"\x02\x0a" + (0x4000_0000 | 100 << 5 | 3 << 2).to_bytes(4, "big") + b"\x01x",
        "a frame that ends early": b"\x02\x0e\x00\x00\x40",
        "more than stream 0 has credit for": b"\x02\x0e\x00\x80\x10\x00\x00\x01x",
        "a message that is too long": b"\x02\x0a\x00\x05\x80\x10\x00\x00\x00",
        "a path packet of 9 bytes": b"\x04\x00" + bytes(7),
    }
    for name, plaintext in lies.items():
        session, _, _ = device.connect(victim.target, victim.static, pairing=device.pairing)
        device.sessions = [session]
        token = session.challenge()
        device.pump(lambda: token in session.answers)
        session.send(plaintext)
        device.pump(lambda: control.call(device, "daemon.status")["sessions"] == 0, 5)
    scenes.say(f"{len(lies)} broken rules, {len(lies)} sessions closed")
    victim.session, _, _ = device.connect(victim.target, victim.static, pairing=device.pairing)
    device.sessions = [victim.session]
    victim.settle()


def main():
    victim = Victim(sys.argv[1])
    strangers(victim)
    replayers(victim)
    flood(victim)
    contact_under_load(victim)
    time.sleep(2)  # the port's budget fills again
    liar(victim)
    blocked(victim)
    scenes.say("all of it")


main()
