"""The microphone's sound, of which every 20 ms can be told apart, and what a listener heard of it.

Each frame is a low and a high tone, of twelve each, by a fixed sequence in which neither is that of the two frames
before. What a decoder makes up for a lost frame goes on with the tones before, and so is not taken for the frame."""

import random

import numpy

RATE, FRAME = 48_000, 960
LOW, HIGH = [600 + 200 * index for index in range(12)], [3100 + 200 * index for index in range(12)]
HOP = 120  # samples: 2.5 ms, how finely a frame is found
LONGEST = 2.0  # seconds: what comes later than that is not heard
JUMP = 2.0  # frames' worth of likeness that a leap within the recording must gain
HEARD = 0.15  # how much of a frame must be its own tones; in what is made up for it they are less than 0.05


def sequence(count):
    """The tones of the first frames: which low and which high one."""
    chance, pairs = random.Random(20), []
    while len(pairs) < count:
        low, high = chance.randrange(len(LOW)), chance.randrange(len(HIGH))
        if all(low != before[0] and high != before[1] for before in pairs[-2:]):
            pairs.append((low, high))
    return pairs


def frames(count):
    """The first frames, 16 bits a sample."""
    time = numpy.arange(FRAME) / RATE
    ramp = numpy.minimum(1, numpy.minimum(time, time[::-1]) / 0.001)
    lows, highs = ([6_000 * ramp * numpy.sin(2 * numpy.pi * tone * time) for tone in tones] for tones in (LOW, HIGH))
    return [(lows[low] + highs[high]).astype("<i2").tobytes() for low, high in sequence(count)]


def likeness(samples):
    """For each hop and each pair of tones: how much of the 20 ms from there on they are, from 0 to 1; 0 in silence."""
    count = max(0, (len(samples) - FRAME) // HOP + 1)
    window = numpy.hanning(FRAME).astype("f4")
    time = numpy.arange(FRAME) / RATE
    waves = numpy.exp(-2j * numpy.pi * numpy.outer(time, LOW + HIGH)).astype("c8") * window[:, None]
    blocks = numpy.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP][:count] if count else \
        numpy.empty((0, FRAME), "f4")
    shares = numpy.empty((count, len(LOW + HIGH)), "f4")
    for first in range(0, count, 2000):
        block = blocks[first : first + 2000].astype("f4")
        power = abs(block @ waves) ** 2
        total = (block**2 * window).sum(axis=1) * window.sum() / 2  # of a pure tone: its power
        shares[first : first + 2000] = power / numpy.maximum(total, 1e4 * window.sum() ** 2)[:, None]
    return 2 * numpy.sqrt(shares[:, : len(LOW), None] * shares[:, None, len(LOW) :])


def arrivals(chunks):
    """The recording, and for each of its hops when it would be heard, if each chunk were played from its arrival on."""
    samples = numpy.frombuffer(b"".join(chunk for _, chunk in chunks), "<i2")
    sizes = numpy.array([len(chunk) // 2 for _, chunk in chunks])
    firsts = numpy.concatenate(([0], numpy.cumsum(sizes)[:-1])) if len(sizes) else sizes
    positions = numpy.arange(0, max(0, len(samples) - FRAME + 1), HOP)
    chunk = numpy.searchsorted(firsts, positions, "right") - 1
    moments = numpy.array([moment for moment, _ in chunks])
    if not len(positions):
        return samples, positions
    return samples, numpy.maximum.accumulate(moments[chunk] + (positions - firsts[chunk]) / RATE)


def match(chunks, begun, count):
    """For each of `count` frames, the first of them due at `begun`: seconds until it was heard, NaN if it was not.

    The recording is followed from frame to frame (Viterbi): 20 ms further each time, or stretched, or one frame left
    out or put in, or a leap, where that explains more."""
    samples, moments = arrivals(chunks)
    shares, wanted = likeness(samples), sequence(count)
    delays = numpy.full(count, numpy.nan)
    if not len(shares):
        return delays
    step, hops = FRAME // HOP, len(shares)
    steps = (step, 0), (step - 1, 0.1), (step + 1, 0.1), (0, 0.3), (2 * step, 0.3)  # and the price of each
    due = begun + numpy.arange(count) * FRAME / RATE
    came = numpy.zeros((count, hops), "i4")
    best = numpy.zeros(hops, "f4")
    first, last = numpy.searchsorted(moments, due - 0.01), numpy.searchsorted(moments, due + LONGEST)
    for frame in range(count):
        leap = int(best.argmax())
        price_of_leap = JUMP if frame else 0
        score, origin = numpy.full(hops, best[leap] - price_of_leap, "f4"), numpy.full(hops, leap, "i4")
        for reach, price in steps:
            follow = best[: hops - reach] - price
            better = follow > score[reach:]
            score[reach:][better] = follow[better]
            origin[reach:][better] = numpy.flatnonzero(better)
        gain = numpy.zeros(hops, "f4")
        gain[first[frame] : last[frame]] = shares[first[frame] : last[frame], *wanted[frame]]
        best, came[frame] = score + gain, origin
    place = int(best.argmax())
    for frame in reversed(range(count)):
        if first[frame] <= place < last[frame] and shares[place, *wanted[frame]] >= HEARD:
            delays[frame] = moments[place] - due[frame]
        place = came[frame, place]
    return delays
