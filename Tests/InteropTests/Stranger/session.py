"""Transport packets, receipts, paths and streams: PROTOCOL §2 to §5."""

import os
import time

import cbor2

import noise
from names import encode

PADDING, RECEIPTS, FRAMES, PATH = 0x00, 0x01, 0x02, 0x04


def varint(number):
    for size, prefix in ((1, 0), (2, 1), (4, 2), (8, 3)):
        if number < 1 << (8 * size - 2):
            return (number | prefix << (8 * size - 2)).to_bytes(size, "big")
    raise ValueError(number)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    @property
    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        if count > self.left:
            raise EOFError
        self.at += count
        return self.data[self.at - count:self.at]

    def varint(self):
        size = 1 << (self.take(1)[0] >> 6)
        self.at -= 1
        return int.from_bytes(self.take(size), "big") & (1 << (8 * size - 2)) - 1


class Session:
    """One session: keys by our own indexes, stream 0, and what is to be acknowledged."""

    def __init__(self, device, address, keys, is_initiator):
        self.device, self.address, self.is_initiator = device, address, is_initiator
        self.first_hash, self.current = keys.hash, keys
        self.keys = {keys.local: keys}
        self.messages, self.media, self.answers = [], [], set()
        self.is_over = False
        self._sent_bytes, self._message_id, self._last_message = 0, 0, -1
        self._unacknowledged = {}
        self._pieces, self._stream, self._read = {}, b"", 0
        self._reports = set()

    # Sealing and opening

    def adopt(self, keys):
        """New keys of the same chain."""
        self.keys[keys.local] = self.current = keys

    def send(self, plaintext, keys=None):
        keys = keys or self.current
        if keys.counter % 256 == 0:
            keys.skipped = 1 + os.urandom(1)[0] % 254
        if keys.counter % 256 == keys.skipped:
            keys.counter += 1
        number = keys.counter
        keys.counter += 1
        header = b"\xc4" + keys.remote.to_bytes(3, "little") + number.to_bytes(4, "little")
        self.device.transmit(header + noise.seal(keys.sending, number, plaintext), self.address)
        return keys.epoch, number

    def receive(self, packet):
        keys = self.keys[int.from_bytes(packet[1:4], "little")]
        counter = int.from_bytes(packet[4:8], "little")
        if counter in keys.seen:
            return
        plaintext = noise.open_sealed(keys.receiving, counter, packet[8:])
        keys.seen.add(counter)
        kind = plaintext[0]
        if kind == RECEIPTS:
            self._take_receipts(plaintext)
        elif kind == FRAMES:
            self._take_frames(Reader(plaintext[1:]))
        elif kind == PATH:
            self._take_path(plaintext)
        elif 128 <= kind <= 191:
            self.media.append(plaintext)
        else:
            assert kind == PADDING, kind
        if kind not in (PADDING, RECEIPTS):
            self._reports.add(keys.local)

    # Receipts

    def report(self):
        """Tells what has come since the last time, and what came before it once more."""
        for local in self._reports:
            keys = self.keys[local]
            newest = max(keys.seen)
            base = max(0, newest - 60)
            entries = b"".join(
                (0x8000 if counter in keys.seen else 0).to_bytes(2, "little") for counter in range(base, newest + 1))
            clock = int(time.monotonic() * 65_536) % 2**32
            self.send(
                bytes([RECEIPTS, keys.epoch % 256]) + base.to_bytes(4, "little")
                + (newest + 1 - base).to_bytes(2, "little") + clock.to_bytes(4, "little") + entries)
        self._reports.clear()

    def _take_receipts(self, report):
        base, count = int.from_bytes(report[2:6], "little"), int.from_bytes(report[6:8], "little")
        assert 1 <= count <= 512 and len(report) == 12 + 2 * count
        epochs = [keys.epoch for keys in self.keys.values() if keys.epoch % 256 == report[1]]
        assert epochs, "a receipt for a key that we never had"
        for place in range(count):
            entry = int.from_bytes(report[12 + 2 * place:14 + 2 * place], "little")
            assert entry & 0x6000 == 0
            if entry & 0x8000:
                self._unacknowledged.pop((epochs[-1], base + place), None)

    def resend(self):
        """What was not acknowledged for 300 ms goes out again."""
        now = time.monotonic()
        for number, (frame, sent) in list(self._unacknowledged.items()):
            if now - sent > 0.3:
                del self._unacknowledged[number]
                self._send_frames(frame)

    # Paths

    def challenge(self):
        token = os.urandom(8)
        self.send(bytes([PATH, 0]) + token)
        return token

    def _take_path(self, plaintext):
        assert len(plaintext) == 10
        if plaintext[1] == 0:
            self.send(bytes([PATH, 1]) + plaintext[2:])
        else:
            assert plaintext[1] == 1
            self.answers.add(plaintext[2:])

    # Streams

    def _send_frames(self, frames):
        self._unacknowledged[self.send(bytes([FRAMES]) + frames)] = (frames, time.monotonic())

    @property
    def is_settled(self):
        return not self._unacknowledged

    def say(self, message):
        """Sends a control message."""
        body = encode(message)
        data = varint(len(body)) + varint(self._message_id) + body
        self._message_id += 1
        for start in range(0, len(data), 1_000):
            part = data[start:start + 1_000]
            # STREAM with offset and length
            self._send_frames(b"\x0e" + varint(0) + varint(self._sent_bytes) + varint(len(part)) + part)
            self._sent_bytes += len(part)

    def _take_frames(self, reader):
        while reader.left:
            kind = reader.take(1)[0]
            if 0x08 <= kind <= 0x0F:
                stream = reader.varint()
                offset = reader.varint() if kind & 4 else 0
                data = reader.take(reader.varint() if kind & 2 else reader.left)
                assert stream == 0 and not kind & 1, "nothing but stream 0 is in use"
                self._pieces[offset] = max(data, self._pieces.get(offset, b""), key=len)
                self._take_messages()
            elif kind in (0x00, 0x01):
                pass
            else:
                numbers = {0x04: 3, 0x05: 2, 0x10: 1, 0x11: 2, 0x12: 1, 0x14: 1, 0x15: 2, 0x16: 1}[kind]
                for _ in range(numbers):
                    reader.varint()

    def _take_messages(self):
        for offset in sorted(self._pieces):
            if offset <= len(self._stream) < offset + len(self._pieces[offset]):
                self._stream += self._pieces[offset][len(self._stream) - offset:]
        reader = Reader(self._stream[self._read:])
        try:
            while reader.left:
                count, number = reader.varint(), reader.varint()
                body = reader.take(count)
                self._read += reader.at
                reader = Reader(self._stream[self._read:])
                if number > self._last_message:
                    self._last_message = number
                    self.device.heard(self, cbor2.loads(body))
        except EOFError:
            pass
