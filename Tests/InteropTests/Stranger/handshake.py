"""Handshake packets and what they carry: PROTOCOL §2."""

import hashlib
import os
import time

import cbor2
from nacl import bindings as sodium
from nacl.exceptions import CryptoError

import noise
from names import encode, verify_certificate

PACKET = 1_200


def blake2b(data, size, key=b""):
    return hashlib.blake2b(data, digest_size=size, key=key).digest()


def mac1_key(static):
    return blake2b(b"parley/1 mac1" + static, 32)


def mac1(static, data):
    return blake2b(data, 16, mac1_key(static))


def frame(header, message, static):
    packet = header + message
    return packet + mac1(static, packet) + bytes(16)


def with_cookie(packet, cookie):
    return packet[:-16] + blake2b(packet[:-16], 16, cookie)


def open_cookie(packet, answered_mac1, static):
    """The cookie in a 0xC3 from the owner of `static`."""
    key = blake2b(b"parley/1 cookie" + static, 32)
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(packet[32:64], answered_mac1, packet[8:32], key)


def index():
    return int.from_bytes(os.urandom(3), "little") % (2**24 - 1) + 1


def three(number):
    return number.to_bytes(3, "little")


def psk(pairing=None, invite=None, resume=None):
    if pairing:
        parts = b"pairing" + pairing
    elif invite:
        parts = b"invite" + noise.hkdf(b"parley/1 invite", invite, b"psk", 32)
    else:
        parts = b"none" + bytes(32)
    parts += b"room" + bytes(32) + b"resume" + (resume or bytes(32))
    return noise.hkdf(b"parley/1 psk", parts, b"", 32)


def resume_tag(resume):
    return noise.hmac_sha256(resume, b"parley/1 resume tag")[:8]


class Keys:
    """What a finished handshake leaves."""

    def __init__(self, handshake, is_initiator, local, remote, epoch):
        forth, back = handshake.split()
        self.sending, self.receiving = (forth, back) if is_initiator else (back, forth)
        self.resume = noise.hmac_sha256(handshake.ck, b"parley/1 resume")
        self.pairing = noise.hmac_sha256(handshake.ck, b"parley/1 pairing")
        self.hash, self.local, self.remote, self.epoch = handshake.h, local, remote, epoch
        self.counter, self.seen = 0, set()


class Stamps:
    """TAI64N, always later than the last."""

    last = 0

    @classmethod
    def next(cls):
        cls.last = max(cls.last + 1, time.time_ns())
        seconds, nanoseconds = divmod(cls.last, 10**9)
        return (2**62 + 10 + seconds).to_bytes(8, "big") + nanoseconds.to_bytes(4, "big")


def offer(identity, selectors, versions=(1,), count=PACKET - 136):
    """The payload of message 1, padded to `count` bytes."""
    fields = {1: identity.certificate, 2: Stamps.next(), 3: selectors, 4: list(versions), 5: 60, 8: identity.name}
    for filler in ({}, {11: 0}):
        for size in range(count):
            payload = encode({**fields, **filler, 9: bytes(size)})
            if len(payload) == count:
                return payload
    raise ValueError(count)


class Initiation:
    """A handshake that we begin."""

    def __init__(self, identity, static, *, pairing=None, invite=None, resume=None, epoch=0, payload=None, version=1):
        selectors = {1: True} if pairing else {}
        if invite:
            selectors[2] = invite.id
        if resume:
            selectors[4] = resume_tag(resume)
        self.static, self.local, self.epoch, self.resumed = static, index(), epoch, None
        header = b"\xc1" + three(self.local) + bytes([version, 0, 0, 0])
        self._noise = noise.Handshake(b"parley/1" + header, identity.static, static, os.urandom(32), True)
        self._own = noise.public_key(identity.static)
        secret = invite.secret if invite else None
        self._psks = [psk(pairing, secret, resume), psk(pairing, secret)] if resume else [psk(pairing, secret)]
        self.packet = frame(header, self._noise.write_first(payload or offer(identity, selectors)), static)

    def finish(self, packet):
        """Reads message 2: the keys, and who answered."""
        assert packet[0] == 0xC2 and packet[7] == 0 and packet[4:7] == three(self.local)
        assert packet[-32:-16] == mac1(self._own, packet[:-32])
        state = dict(vars(self._noise))
        for number, secret in enumerate(self._psks):
            try:
                payload = self._noise.read_second(packet[8:-32], secret)
                break
            except CryptoError:
                vars(self._noise).update(state)
        else:
            raise ValueError("message 2 does not open")
        assert payload[:8] == packet[:8]
        self.resumed = len(self._psks) == 2 and number == 0
        fields = cbor2.loads(payload[8:])
        person = verify_certificate(fields[1], self.static)
        remote = int.from_bytes(packet[1:4], "little")
        return Keys(self._noise, True, self.local, remote, self.epoch if self.resumed else 0), person, fields[8]


class Answer:
    """A handshake that the other side begins: reads message 1 and writes message 2."""

    def __init__(self, identity, packet, pairing=None):
        assert packet[0] == 0xC1 and packet[4:8] == bytes([1, 0, 0, 0]) and len(packet) == PACKET
        assert packet[-32:-16] == mac1(noise.public_key(identity.static), packet[:-32])
        handshake = noise.Handshake(b"parley/1" + packet[:8], identity.static, None, os.urandom(32), False)
        fields = cbor2.loads(handshake.read_first(packet[8:-32]))
        self.person = verify_certificate(fields[1], handshake.rs)
        assert len(fields[2]) == 12 and 1 in fields[4] and fields[5] < 65_536 and len(fields[8].encode()) <= 64
        self.selectors = fields[3]
        remote, local = int.from_bytes(packet[1:4], "little"), index()
        header = b"\xc2" + three(local) + three(remote) + b"\0"
        payload = encode({1: identity.certificate, 8: identity.name})
        secret = psk(pairing if self.selectors.get(1) else None)  # a resume tag that we do not know is left out
        message = handshake.write_second(header + payload, secret)
        self.packet = frame(header, message, handshake.rs)
        self.keys = Keys(handshake, False, local, remote, 0)
