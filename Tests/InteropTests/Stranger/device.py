"""A device: one UDP socket, handshakes and sessions on it."""

import select
import socket
import time

from handshake import PACKET, Answer, Initiation, open_cookie, with_cookie
from session import PADDING, Session

RETRIES = (0.15, 0.15, 0.15, 0.3, 0.6, 1.2, 2.4, 4, 4, 4)


class Timeout(Exception):
    pass


class Device:
    def __init__(self, identity, control=None):
        self.identity, self.control = identity, control
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.sessions, self.attempt, self.established = [], None, None
        self.pairing, self.accepts, self._answered = None, False, {}
        self.count = {"cookies": 0, "answered": 0}

    def transmit(self, packet, address):
        assert len(packet) <= PACKET
        self.socket.sendto(packet, address)

    # Handshakes

    def connect(self, address, static, **secrets):
        """Begins a handshake and waits until it is done."""
        self.attempt = Initiation(self.identity, static, **secrets)
        self.established = None
        for pause in RETRIES:
            self.transmit(self.attempt.packet, address)
            try:
                self.pump(lambda: self.established, pause)
                break
            except Timeout:
                continue
        if not self.established:
            raise Timeout("nobody answers")
        keys, person, name = self.established
        session = Session(self, address, keys, True)
        self.sessions.append(session)
        session.send(bytes([PADDING]))  # confirms the session
        return session, person, name

    def receive(self, packet, address):
        kind = packet[0]
        if kind == 0xC1:
            self._answer(packet, address)
        elif kind == 0xC2 and self.attempt:
            self.established, self.attempt = self.attempt.finish(packet), None
        elif kind == 0xC3 and self.attempt:
            cookie = open_cookie(packet, self.attempt.packet[-32:-16], self.attempt.static)
            self.attempt.packet = with_cookie(self.attempt.packet, cookie)
            self.count["cookies"] += 1
            self.transmit(self.attempt.packet, address)
        elif kind == 0xC4:
            local = int.from_bytes(packet[1:4], "little")
            for session in self.sessions:
                if local in session.keys:
                    assert address == session.address, "an answer leaves from the address that was spoken to"
                    session.receive(packet)

    def _answer(self, packet, address):
        if not self.accepts:
            return
        answer = self._answered.get(packet[:-32])
        if not answer:
            answer = self._answered[packet[:-32]] = Answer(self.identity, packet, self.pairing)
            self.sessions.append(Session(self, address, answer.keys, False))
            self.count["answered"] += 1
        self.transmit(answer.packet, address)

    def heard(self, session, message):
        """A control message came."""
        session.messages.append(message)
        if message[0] == 1:  # paired
            session.say({0: 2})
        elif message[0] == 4 and self.attempt:  # rekey, message 2
            keys, _, _ = self.attempt.finish(message[1])
            assert self.attempt.resumed
            self.attempt = None
            session.adopt(keys)
            session.send(bytes([PADDING]))
        elif message[0] == 5:  # goodbye
            session.is_over = True

    # Waiting

    def pump(self, until, limit=10.0):
        """Handles what comes until `until` holds; raises when that takes longer than `limit` seconds."""
        end = time.monotonic() + limit
        while not until():
            left = end - time.monotonic()
            if left <= 0:
                raise Timeout
            watched = [self.socket] + ([self.control.socket] if self.control else [])
            ready, _, _ = select.select(watched, [], [], min(left, 0.05))
            if self.socket in ready:
                packet, address = self.socket.recvfrom(2_048)
                self.receive(packet, address)
            if self.control and self.control.socket in ready:
                self.control.receive()
            for session in self.sessions:
                session.report()
                session.resend()
