"""A node of a call by aiortc; contrib/compare starts it in a virtual environment of its own."""

import asyncio
import json
import os
import sys
from fractions import Fraction

import av
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import vpx

from signalling import arguments, connect, read_whole, tell

vpx.DEFAULT_BITRATE = vpx.MAX_BITRATE = 600_000  # it would rise to 1,500,000
WIDTH, HEIGHT = 640, 360


class Source(MediaStreamTrack):
    """What a pipe brings, block by block."""

    def __init__(self, kind, descriptor, count, make):
        self.kind = kind
        super().__init__()
        self.descriptor, self.count, self.make, self.number = descriptor, count, make, 0

    async def recv(self):
        block = await asyncio.get_running_loop().run_in_executor(None, read_whole, self.descriptor, self.count)
        if len(block) < self.count:
            self.stop()
            raise asyncio.CancelledError
        self.number += 1
        return self.make(block, self.number)


def in_rows(data, before, after):
    """The same rows with another number of bytes each."""
    if before == after:
        return data
    rows = (data[first : first + min(before, after)] for first in range(0, len(data), before))
    return b"".join(row.ljust(after, b"\0") for row in rows)


def sound(block, number):
    frame = av.AudioFrame("s16", "mono", 960)
    frame.planes[0].update(block)
    frame.sample_rate, frame.pts, frame.time_base = 48_000, 960 * number, Fraction(1, 48_000)
    return frame


def picture(block, number):
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    first = 0
    for plane in frame.planes:
        count = plane.width * plane.height
        plane.update(in_rows(block[first : first + count], plane.width, plane.line_size))
        first += count
    frame.pts, frame.time_base = 3000 * number, Fraction(1, 90_000)
    return frame


def heard(frame):
    """Samples of the first channel."""
    count, channels = frame.samples, len(frame.layout.channels)
    return memoryview(bytes(frame.planes[0])[: 2 * channels * count]).cast("h")[::channels].tobytes()


def seen(frame):
    return b"".join(in_rows(bytes(plane), plane.line_size, plane.width) for plane in frame.planes)


async def take(track, descriptor, turn):
    try:
        while True:
            os.write(descriptor, turn(await track.recv()))
    except Exception:  # aiortc tells the end of a track by an exception of its own
        return


async def main():
    is_caller, own, other, (microphone, ear, *pictures) = arguments()
    channel = connect(is_caller, own, other)
    reader, writer = await asyncio.open_connection(sock=channel)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    call = RTCPeerConnection()
    tasks = []

    @call.on("connectionstatechange")
    def changed():
        if call.connectionState == "connected":
            tell("connected")

    @call.on("track")
    def track(track):
        is_sound = track.kind == "audio"
        tasks.append(asyncio.create_task(take(track, ear if is_sound else pictures[1], heard if is_sound else seen)))

    def send():
        description = {"type": call.localDescription.type, "sdp": call.localDescription.sdp}
        writer.write(json.dumps(description).encode() + b"\n")

    async def signals():
        while line := await reader.readline():
            await call.setRemoteDescription(RTCSessionDescription(**json.loads(line)))
            if not is_caller:
                await call.setLocalDescription(await call.createAnswer())
                send()

    call.addTrack(Source("audio", microphone, 1920, sound))
    if pictures:
        call.addTrack(Source("video", pictures[0], WIDTH * HEIGHT * 3 // 2, picture))
    tasks.append(asyncio.create_task(signals()))
    tell("ready")
    while line := await commands.readline():
        if line == b"dial\n":
            await call.setLocalDescription(await call.createOffer())
            send()
    os._exit(0)  # its threads may wait for pipes


asyncio.run(main())
