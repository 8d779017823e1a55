"""Text for people, invite codes, identities and certificates: PROTOCOL §1 and §7."""

import base64
import os
import time

import cbor2
from nacl.signing import SigningKey, VerifyKey

from noise import public_key

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
GROUP = 13


def encode(value):
    """Deterministic CBOR. Keys are below 24, so that both orders of RFC 7049 and RFC 8949 are the same."""
    return cbor2.dumps(value, canonical=True)


def check(symbols, number):
    def double(value):
        value <<= 1
        return value ^ 0b100101 if value & 32 else value

    def multiply(left, right):
        product = 0
        for bit in range(5):
            if right >> bit & 1:
                product ^= left
            left = double(left)
        return product

    total, weight = number % 32, 1
    for symbol in symbols:
        weight = double(weight)
        total ^= multiply(symbol, weight)
    return total


def text_of(data):
    symbols = base64.b32encode(data).decode().lower().rstrip("=")
    groups = []
    for number, start in enumerate(range(0, len(symbols), GROUP)):
        group = symbols[start:start + GROUP]
        groups.append(group + ALPHABET[check([ALPHABET.index(one) for one in group], number)])
    return "-".join(groups)


def bytes_of(text):
    compact = text.lower().replace("-", "").replace(" ", "").translate(str.maketrans("018", "olb"))
    symbols = ""
    for number, start in enumerate(range(0, len(compact), GROUP + 1)):
        group = compact[start:start + GROUP + 1]
        assert check([ALPHABET.index(one) for one in group[:-1]], number) == ALPHABET.index(group[-1]), number
        symbols += group[:-1]
    return base64.b32decode(symbols.upper() + "=" * (-len(symbols) % 8))


class Invite:
    def __init__(self, code):
        data = bytes_of(code)
        assert data[0] == 1
        self.person, self.static, self.secret = data[1:33], data[33:65], data[65:81]
        self.id = int.from_bytes(data[81:89], "big")
        self.expiry = int.from_bytes(data[89:93], "big") * 60
        self.addresses, rest = [], data[94:]
        for _ in range(data[93]):
            count = rest[0]
            family = ".".join(map(str, rest[1:5])) if count == 4 else rest[1:1 + count].hex(":", 2)
            self.addresses.append((family, int.from_bytes(rest[1 + count:3 + count], "big")))
            rest = rest[3 + count:]
        assert not rest


class Identity:
    """A person on one device."""

    def __init__(self, name):
        self.name = name
        self.person, self.device, cosigner = (SigningKey.generate() for _ in range(3))
        self.static = os.urandom(32)
        now = int(time.time())
        body = encode({
            1: 1, 2: bytes(self.person.verify_key), 3: bytes(self.device.verify_key), 4: public_key(self.static),
            5: public_key(os.urandom(32)), 6: public_key(os.urandom(32)), 7: bytes(cosigner.verify_key), 8: now,
            9: now + 30 * 86_400,
        })
        signed = b"parley/1 certificate" + body
        self.certificate = encode([body, self.person.sign(signed).signature, self.device.sign(signed).signature])

    @property
    def peer(self):
        return text_of(bytes(self.person.verify_key))


def verify_certificate(certificate, static):
    """The person whose certificate it is; raises for one that does not hold."""
    body, by_person, by_device = cbor2.loads(certificate)
    fields = cbor2.loads(body)
    signed = b"parley/1 certificate" + body
    VerifyKey(fields[2]).verify(signed, by_person)
    VerifyKey(fields[3]).verify(signed, by_device)
    assert len(certificate) <= 512 and fields[1] == 1 and fields[4] == static
    assert fields[8] < fields[9] <= fields[8] + 30 * 86_400 and fields[8] < time.time() + 300 < fields[9] + 300
    return fields[2]
