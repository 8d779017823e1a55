"""Ends the program at a signal, but only where nothing is half made: an exception elsewhere could leave a process."""

import signal
import time

_came = []


class Stopped(Exception):
    """A signal came; its number."""


def watch():
    """From now on SIGINT, SIGTERM and SIGHUP are remembered."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: _came.append(number))


def check():
    """Raises if a signal came."""
    if _came:
        raise Stopped(_came[0])


def pause(seconds):
    """Sleeps, and raises when a signal comes."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        check()
        time.sleep(min(left, 0.1))
    check()
