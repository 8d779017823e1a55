"""What the Python programs under test share: a channel for offers, TCP over the link under test, and their pipes."""

import os
import socket
import sys
import time

PORT = 9001


def connect(is_caller, own, other):
    """A connected socket; the one who is called listens."""
    if is_caller:
        deadline = time.monotonic() + 30
        while True:
            try:
                channel = socket.create_connection((other, PORT), 5)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
    else:
        with socket.create_server((own, PORT)) as listener:
            channel, _ = listener.accept()
    channel.settimeout(None)
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return channel


def tell(word):
    """Says to contrib/compare what has happened: `ready` or `connected`."""
    print(word, flush=True)


def arguments():
    """Whether it calls, its address, the other's, and the descriptors of microphone, loudspeaker, camera and screen."""
    role, own, other, *descriptors = sys.argv[1:]
    return role == "caller", own, other, [int(descriptor) for descriptor in descriptors]


def read_whole(descriptor, count):
    """So many bytes; fewer at the end of the pipe."""
    data = os.read(descriptor, count)
    while len(data) < count and (chunk := os.read(descriptor, count - len(data))):
        data += chunk
    return data
