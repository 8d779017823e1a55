"""What one listener's ears and screen tell of a call."""

import numpy

import picture
import sound


def between(feed, start, end):
    """The numbers of a feed's blocks that were due in this time."""
    first = int(numpy.ceil((start - feed.begun) / feed.period))
    return max(0, first), min(feed.count, int((end - feed.begun) / feed.period))


def percentiles(delays):
    """The median and the 95th hundredth, in milliseconds."""
    return [float(1000 * value) for value in numpy.percentile(delays, (50, 95))] if len(delays) else [None, None]


def of_sound(microphone, ear, start, end):
    """How much of what was said from `start` to `end` was heard, and when."""
    first, last = between(microphone, start, end)
    delays = sound.match(ear.chunks, microphone.begun, last)[first:]
    heard = delays[~numpy.isnan(delays)]
    p50, p95 = percentiles(heard)
    return {"sound_heard": 100 * len(heard) / max(1, last - first), "sound_p50": p50, "sound_p95": p95}


def of_pictures(camera, screen, start, end):
    """How many of the pictures that were taken from `start` to `end` were shown, and whole, when, and the freezes."""
    first, last = between(camera, start, end)
    delays, whole = {}, set()
    for moment, number, is_damaged in screen.pictures:
        if number is not None and first <= number < last:
            delays.setdefault(number, moment - camera.begun - number * camera.period)
            if not is_damaged:
                whole.add(number)
    moments = [moment for moment, *_ in screen.pictures if start <= moment <= end]
    p50, p95 = percentiles(list(delays.values()))
    wanted = max(1, last - first)
    figures = {"pictures_shown": min(100, 100 * len(moments) / wanted), "pictures_whole": 100 * len(whole) / wanted,
               "picture_p50": p50, "picture_p95": p95}
    if moments:
        figures["freezes"] = picture.freezes(moments + [end]) * 60 / (end - start)
    return figures
