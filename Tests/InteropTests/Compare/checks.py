"""What contrib/compare makes of sound and pictures: checks.py FOLDER_OF_PEERS sound|pictures|stamp NUMBER."""

import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import numpy  # noqa: E402

import picture  # noqa: E402
import sound  # noqa: E402

COUNT, BEGUN = 400, 1_000.0


def listen(fate):
    """The delays of frames that came as `fate` says: for each a delay and the bytes that came, or None for none."""
    spoken, chunks = sound.frames(COUNT), []
    for number in range(COUNT):
        if came := fate(number, spoken):
            chunks.append((BEGUN + number * 0.02 + came[0], came[1]))
    return sound.match(chunks, BEGUN, COUNT)


def sounds():
    delays = listen(lambda number, spoken: (0.08, spoken[number]))
    assert not numpy.isnan(delays).any() and abs(delays - 0.08).max() < 0.003, delays
    chance = random.Random(5)
    lost = {number for number in range(COUNT) if chance.random() < 0.2}

    def same(made_up):
        delays = listen(lambda number, spoken: made_up(number, spoken) if number in lost else (0.08, spoken[number]))
        unheard = set(numpy.flatnonzero(numpy.isnan(delays)))
        # A lone frame between gaps may be taken for one of them.
        assert len(unheard ^ lost) <= 0.01 * COUNT, unheard ^ lost
    before = [max((came for came in range(number) if came not in lost), default=0) for number in range(COUNT)]
    same(lambda number, spoken: (0.08, spoken[before[number]]))  # goes on as before
    same(lambda number, spoken: (0.08, bytes(2 * sound.FRAME)))
    same(lambda number, spoken: None)
    grown = listen(lambda number, spoken: (0.08 if number < 200 else 0.3, spoken[number]))
    assert abs(numpy.nanmedian(grown[:190]) - 0.08) < 0.003 and abs(numpy.nanmedian(grown[210:]) - 0.3) < 0.003
    late = listen(lambda number, spoken: (sound.LONGEST + 0.5, spoken[number]))
    assert numpy.isnan(late).mean() > 0.8, numpy.isnan(late).mean()  # chance finds a few
    assert numpy.isnan(listen(lambda number, spoken: (0.08, bytes(2 * sound.FRAME)))).all()
    assert numpy.isnan(listen(lambda number, spoken: None)).all()


def pictures():
    for number in (0, 1, 12_345, 0xFFFFFF):
        made = picture.stamped(number, 12.3456)
        assert picture.read_stamp(made) == (number, 123_456)
        assert not picture.is_damaged(made, number) and picture.is_damaged(made, number + picture.LOOP // 2)
    luma = numpy.frombuffer(made, "u1", picture.WIDTH * picture.HEIGHT).reshape(picture.HEIGHT, picture.WIDTH)
    assert picture.read_stamp(luma[::2, ::2].tobytes(), 320, 180) == (0xFFFFFF, 123_456)
    torn = bytearray(made)
    torn[picture.BAND * picture.WIDTH : (picture.BAND + 18) * picture.WIDTH] = bytes([40]) * (18 * picture.WIDTH)
    assert picture.read_stamp(torn) is None
    assert picture.read_stamp(bytes(picture.BYTES)) is None
    steady = [number / 30 for number in range(100)]
    assert picture.freezes(steady) == 0
    assert picture.freezes(steady[:50] + steady[54:]) == 0  # 166 ms
    assert picture.freezes(steady[:50] + steady[55:]) == 1
    assert picture.freezes([]) == picture.freezes([1]) == 0


if sys.argv[2] == "stamp":
    sys.stdout.buffer.write(picture.stamped(int(sys.argv[3]), 65.4321))
else:
    {"sound": sounds, "pictures": pictures}[sys.argv[2]]()
    print("all of it")
