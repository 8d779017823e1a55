"""The ends of a node under test, each a pipe, the same for every program: microphone, loudspeaker, camera, screen."""

import fcntl
import os
import struct
import termios
import threading
import time

import numpy

import picture
import sound

LOUD = 1000  # a sample above that is sound
PIPE_BYTES = 1 << 20  # three pictures
WAV_HEADER = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 1, sound.RATE,
                         2 * sound.RATE, 2, 16, b"data", 0xFFFFFFFF)
Y4M_HEADER = f"YUV4MPEG2 W{picture.WIDTH} H{picture.HEIGHT} F{picture.PER_SECOND}:1 Ip A1:1 C420\n".encode()


def is_loud(chunk):
    """Whether there is sound in these bytes."""
    return abs(numpy.frombuffer(chunk, "<i2", len(chunk) // 2).astype("i4")).max() > LOUD


class Feed(threading.Thread):
    """Hands a block over whole, at the moment when it is due, from the event `begin` on.

    As with a device, what nobody takes is lost: while two blocks wait, the next is left out."""

    def __init__(self, pipe, header, make, period, begin):
        super().__init__(daemon=True)
        self.pipe, self.header, self.make, self.period, self.begin = pipe, header, make, period, begin
        self.begun, self.count, self.is_over = None, 0, False

    def run(self):
        try:
            if self.header:
                os.write(self.pipe, self.header)
            self.begin.wait()
            self.begun = time.monotonic() + 0.002
            while not self.is_over:
                due = self.begun + self.count * self.period
                block = self.make(self.count, due)
                time.sleep(max(0, due - time.monotonic()))
                waiting = fcntl.ioctl(self.pipe, termios.FIONREAD, bytes(4))
                if struct.unpack("i", waiting)[0] < 2 * len(block):
                    os.write(self.pipe, block)
                self.count += 1
        except BrokenPipeError:
            pass  # the program is gone
        finally:
            os.close(self.pipe)

    def stop(self):
        self.is_over = True
        self.begin.set()


class Ear(threading.Thread):
    """Keeps what the loudspeaker's pipe brings, and when: 16 bits, mono, 48 kHz, behind a header of so many bytes."""

    def __init__(self, pipe, header):
        super().__init__(daemon=True)
        self.pipe, self.header, self.chunks, self.first = pipe, header, [], None

    def run(self):
        ahead = self.header
        while chunk := os.read(self.pipe, 1 << 16):
            now = time.monotonic()
            skipped = min(ahead, len(chunk))
            ahead, chunk = ahead - skipped, chunk[skipped:]
            if len(chunk) < 2:
                continue
            if not self.first and is_loud(chunk):
                self.first = now
            self.chunks.append((now, chunk))
        os.close(self.pipe)


class Screen(threading.Thread):
    """Looks at each picture that the screen's pipe brings: when it was whole, its number, whether it is damaged."""

    def __init__(self, pipe, is_y4m):
        super().__init__(daemon=True)
        self.file, self.is_y4m, self.pictures, self.first = os.fdopen(pipe, "rb", 0), is_y4m, [], None

    def run(self):
        width, height = picture.WIDTH, picture.HEIGHT
        if self.is_y4m:
            words = {word[:1]: word[1:] for word in self.file.readline().split()[1:]}
            if not words:
                return
            width, height = int(words[b"W"]), int(words[b"H"])
        buffer = bytearray(width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2))
        while (not self.is_y4m or self.file.readline()) and self._fill(memoryview(buffer)):
            now = time.monotonic()
            self.first = self.first or now
            stamp = picture.read_stamp(buffer, width, height)
            is_whole = stamp and (width != picture.WIDTH or not picture.is_damaged(buffer, stamp[0]))
            self.pictures.append((now, stamp[0] if stamp else None, not is_whole))
        self.file.close()

    def _fill(self, view):
        while view:
            if not (count := self.file.readinto(view)):
                return False
            view = view[count:]
        return True


class Ends:
    """The ends of one node. `theirs` are the descriptors for the program: microphone, loudspeaker, camera, screen."""

    def __init__(self, has_video, is_framed):
        """`is_framed`: WAV and Y4M go through the pipes, else bare samples and pictures."""
        self.begin = threading.Event()
        pipes = [os.pipe() for _ in range(4 if has_video else 2)]
        self.theirs = [pipe[index % 2] for index, pipe in enumerate(pipes)]
        ours = [pipe[1 - index % 2] for index, pipe in enumerate(pipes)]
        spoken = sound.frames(60 * 60 * 50 // 4)
        self.microphone = Feed(ours[0], WAV_HEADER if is_framed else b"", lambda number, _: spoken[number],
                               sound.FRAME / sound.RATE, self.begin)
        self.ear = Ear(ours[1], len(WAV_HEADER) if is_framed else 0)
        self.camera = self.screen = None
        if has_video:
            for pipe in ours[2:]:
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            frame = b"FRAME\n" if is_framed else b""
            picture.clip()
            self.camera = Feed(ours[2], Y4M_HEADER if is_framed else b"",
                               lambda number, due: frame + picture.stamped(number, due),
                               1 / picture.PER_SECOND, self.begin)
            self.screen = Screen(ours[3], is_framed)
        self._threads = [thread for thread in (self.microphone, self.ear, self.camera, self.screen) if thread]
        for thread in self._threads:
            thread.start()

    def give(self):
        """Forgets the program's descriptors: it has them now."""
        for descriptor in self.theirs:
            os.close(descriptor)
        self.theirs = []

    def stop(self):
        """Ends microphone and camera."""
        for feed in (self.microphone, self.camera):
            if feed:
                feed.stop()

    def close(self):
        """Waits until all pipes are at their end; the programs must be gone."""
        self.stop()
        self.give()
        for thread in self._threads:
            thread.join(10)
