"""The camera's pictures, 640x360 at 30 a second, each with a stamp, and what a viewer's program made of them.

The stamp is that of `test:bars` (Sources/Drivers/MediaFiles/FrameStamp.swift): in the lowest fifth four rows of 24
fields, dark for 0 and bright for 1: 24 bits number, 40 bits time in 100 µs, and a CRC-32 of both."""

import functools
import zlib

import numpy

WIDTH, HEIGHT, PER_SECOND = 640, 360, 30
BYTES = WIDTH * HEIGHT * 3 // 2
COLUMNS, ROWS, BAND = 24, 4, HEIGHT * 16 // 20
LOOP = 90  # pictures until they come again
GRID = 8  # every eighth sample of every eighth row is compared
DIFFERENT, DAMAGED = 40, 0.01  # a sample differs by more than that; a picture is damaged from that share of samples on


@functools.cache
def clip():
    """A soft background that drifts, a bright disc on its way round, and a little noise."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH].astype("f4")
    noise = numpy.random.default_rng(1).normal(0, 2, (HEIGHT, WIDTH))
    pictures = []
    for index in range(LOOP):
        turn = 2 * numpy.pi * index / LOOP
        luma = 110 + 40 * numpy.sin(x / 70 + turn) + 30 * numpy.cos(y / 45 - turn) + numpy.roll(noise, 7 * index, 1)
        disc = (x - 320 - 220 * numpy.cos(turn)) ** 2 + (y - 140 - 90 * numpy.sin(turn)) ** 2 < 45**2
        picture = numpy.full(BYTES, 128, "u1")
        picture[: WIDTH * HEIGHT] = numpy.where(disc, 230, luma).astype("u1").ravel()
        pictures.append(picture)
    return pictures


@functools.cache
def fields(width, height):
    """Where the middle of each field's rows and columns begins and ends."""
    def middle(first, end):
        margin = (end - first) // 4
        return first + margin, end - margin
    rows = [middle(height * row // 20, height * (row + 1) // 20) for row in range(16, 16 + ROWS)]
    columns = [middle(width * column // COLUMNS, width * (column + 1) // COLUMNS) for column in range(COLUMNS)]
    return rows, numpy.array(columns)


@functools.cache
def _owner():
    """For each sample of the band: the number of its field."""
    column = numpy.searchsorted([WIDTH * c // COLUMNS for c in range(1, COLUMNS)], numpy.arange(WIDTH), "right")
    row = numpy.searchsorted([HEIGHT * r // 20 for r in range(17, 20)], numpy.arange(BAND, HEIGHT), "right")
    return (row[:, None] * COLUMNS + column[None, :]).ravel()


def stamped(number, moment):
    """The bytes of the picture with this number, made at `moment` (seconds)."""
    word = (number & 0xFFFFFF) << 40 | round(moment * 10_000) & 0xFFFFFFFFFF
    data = word.to_bytes(8, "big")
    bits = numpy.unpackbits(numpy.frombuffer(data + zlib.crc32(data).to_bytes(4, "big"), "u1"))
    picture = clip()[number % LOOP].copy()
    picture[BAND * WIDTH : HEIGHT * WIDTH] = numpy.where(bits, 216, 40).astype("u1")[_owner()]
    return picture.tobytes()


def read_stamp(picture, width=WIDTH, height=HEIGHT):
    """Number and time in 100 µs of a picture's stamp; None when there is none, or not a whole one."""
    luma = numpy.frombuffer(picture, "u1", width * height).reshape(height, width)
    rows, columns = fields(width, height)
    sums = numpy.zeros((ROWS, width + 1), "i8")
    for index, (first, end) in enumerate(rows):
        sums[index, 1:] = luma[first:end].sum(axis=0, dtype="i8").cumsum() // (end - first)
    means = (sums[:, columns[:, 1]] - sums[:, columns[:, 0]]) / (columns[:, 1] - columns[:, 0])
    if means.max() - means.min() < 32:
        return None
    data = numpy.packbits(2 * means.ravel() > means.max() + means.min()).tobytes()
    if zlib.crc32(data[:8]) != int.from_bytes(data[8:], "big"):
        return None
    word = int.from_bytes(data[:8], "big")
    return word >> 40, word & 0xFFFFFFFFFF


def is_damaged(picture, number):
    """Whether a picture of full size shows something else than the camera made."""
    def grid(bytes):
        luma = numpy.frombuffer(bytes, "u1", WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)
        return luma[: BAND - GRID : GRID, ::GRID].astype("i2")
    return (abs(grid(picture) - grid(clip()[number % LOOP])) > DIFFERENT).mean() > DAMAGED


def freezes(moments):
    """How often the picture stood still, as libwebrtc counts it, by the mean gap of the last 30 pictures: a gap of at
    least three times that, and of at least 150 ms more."""
    gaps, count = [], 0
    for before, after in zip(moments, moments[1:]):
        if recent := gaps[-30:]:
            mean = sum(recent) / len(recent)
            count += after - before >= max(3 * mean, mean + 0.15)
        gaps.append(after - before)
    return count
