"""Noise_IKpsk2_25519_ChaChaPoly_SHA256, after revision 34 of the Noise paper, over libsodium."""

import hashlib
import hmac

from nacl import bindings as sodium

NAME = b"Noise_IKpsk2_25519_ChaChaPoly_SHA256"


def hmac_sha256(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def hkdf(salt, key_material, info, count):
    """RFC 5869."""
    secret, output, block = hmac_sha256(salt, key_material), b"", b""
    while len(output) < count:
        block = hmac_sha256(secret, block, info, bytes([len(output) // 32 + 1]))
        output += block
    return output[:count]


def public_key(secret):
    return sodium.crypto_scalarmult_base(secret)


def seal(key, counter, plaintext, associated=b""):
    nonce = bytes(4) + counter.to_bytes(8, "little")
    return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, associated, nonce, key)


def open_sealed(key, counter, ciphertext, associated=b""):
    """Raises nacl.exceptions.CryptoError for what was not sealed so."""
    nonce = bytes(4) + counter.to_bytes(8, "little")
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(ciphertext, associated, nonce, key)


class Handshake:
    """Both sides of the pattern: the initiator calls write_first and read_second, the responder the other two."""

    def __init__(self, prologue, static, remote_static, ephemeral, is_initiator):
        self.s, self.e, self.rs, self.re = static, ephemeral, remote_static, None
        self.h = self.ck = hashlib.sha256(NAME).digest()
        self.k, self.n = None, 0
        self._mix_hash(prologue)
        self._mix_hash(remote_static if is_initiator else public_key(static))

    def write_first(self, payload):
        message = self._write_ephemeral()
        self._mix_key(sodium.crypto_scalarmult(self.e, self.rs))
        message += self._encrypt(public_key(self.s))
        self._mix_key(sodium.crypto_scalarmult(self.s, self.rs))
        return message + self._encrypt(payload)

    def read_first(self, message):
        self._read_ephemeral(message[:32])
        self._mix_key(sodium.crypto_scalarmult(self.s, self.re))
        self.rs = self._decrypt(message[32:80])
        self._mix_key(sodium.crypto_scalarmult(self.s, self.rs))
        return self._decrypt(message[80:])

    def write_second(self, payload, psk):
        message = self._write_ephemeral()
        self._mix_key(sodium.crypto_scalarmult(self.e, self.re))
        self._mix_key(sodium.crypto_scalarmult(self.e, self.rs))
        self._mix_key_and_hash(psk)
        return message + self._encrypt(payload)

    def read_second(self, message, psk):
        self._read_ephemeral(message[:32])
        self._mix_key(sodium.crypto_scalarmult(self.e, self.re))
        self._mix_key(sodium.crypto_scalarmult(self.s, self.re))
        self._mix_key_and_hash(psk)
        return self._decrypt(message[32:])

    def split(self):
        """The key of what the initiator sends, and that of what the responder sends."""
        keys = self._hkdf(b"", 2)
        return keys[0], keys[1]

    def _hkdf(self, material, count):
        secret, block, blocks = hmac_sha256(self.ck, material), b"", []
        for index in range(count):
            block = hmac_sha256(secret, block, bytes([index + 1]))
            blocks.append(block)
        return blocks

    def _mix_hash(self, data):
        self.h = hashlib.sha256(self.h + data).digest()

    def _mix_key(self, material):
        self.ck, self.k = self._hkdf(material, 2)
        self.n = 0

    def _mix_key_and_hash(self, material):
        self.ck, hashed, self.k = self._hkdf(material, 3)
        self._mix_hash(hashed)
        self.n = 0

    def _write_ephemeral(self):
        public = public_key(self.e)
        self._mix_hash(public)
        self._mix_key(public)  # in patterns with a psk (§9.2)
        return public

    def _read_ephemeral(self, public):
        self.re = public
        self._mix_hash(public)
        self._mix_key(public)

    def _encrypt(self, plaintext):
        sealed = seal(self.k, self.n, plaintext, self.h)
        self.n += 1
        self._mix_hash(sealed)
        return sealed

    def _decrypt(self, sealed):
        plaintext = open_sealed(self.k, self.n, sealed, self.h)
        self.n += 1
        self._mix_hash(sealed)
        return plaintext
