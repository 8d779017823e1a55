#!/usr/bin/env python3
"""Scores speech that was received against speech that was sent: PESQ-WB (ITU-T P.862.2) at 16 kHz.

    contrib/measure/pesq.py SENT.wav RECEIVED.wav [--json]

The received file may begin later, be longer and lag: it is aligned by cross-correlation first. One line is printed:
the score (1 to 4.64), and by how much the received file lags. The package `pesq` of PyPI does the scoring; it is
installed into a virtual environment of its own (PARLEY_VENV, else ~/.cache/parley/pesq) at the first run.
"""

import importlib.util
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

del sys.path[0]  # this folder, where the name of the package is this file's

RATE = 16_000
PACKAGES = ["numpy", "scipy", "pesq"]


def run_inside_environment():
    """Runs this script again by the environment's own Python, which is made and filled when it is not there."""
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "parley" / "pesq"
    folder = Path(os.environ.get("PARLEY_VENV", default))
    python = folder / "bin" / "python3"
    marker = folder / "complete"
    if not marker.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, stdout=sys.stderr)
        marker.touch()
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


def read(path):
    """The samples of a WAV file at 16 kHz, one channel, from -1 to 1."""
    import numpy
    from scipy.io import wavfile
    from scipy.signal import resample_poly

    rate, samples = wavfile.read(path)
    scale = {"int16": 32_768, "int32": 2**31, "uint8": 128}.get(samples.dtype.name, 1)
    samples = samples.astype(numpy.float64) / scale - (1 if samples.dtype == numpy.uint8 else 0)
    if samples.ndim > 1:
        samples = samples.mean(axis=1)
    divisor = numpy.gcd(rate, RATE)
    return resample_poly(samples, RATE // divisor, rate // divisor)


def align(sent, received):
    """What of `received` belongs to `sent`, and by how many samples it lags."""
    import numpy
    from scipy.signal import correlate

    correlation = correlate(received, sent, mode="full", method="fft")
    lag = int(numpy.argmax(numpy.abs(correlation))) - (len(sent) - 1)
    begin, end = max(0, lag), min(len(received), lag + len(sent))
    return sent[begin - lag : end - lag], received[begin:end], lag


def main():
    import warnings

    from pesq import pesq

    warnings.simplefilter("ignore")  # chunks of a WAV file that hold no samples
    paths = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if len(paths) != 2:
        sys.exit(__doc__)
    sent, received, lag = align(*map(read, paths))
    if len(sent) < RATE // 2:
        sys.exit("less than half a second is common to both files")
    score = pesq(RATE, sent, received, "wb")
    lag_ms = lag * 1000 / RATE
    if "--json" in sys.argv:
        print(json.dumps({"pesq_wb": round(score, 3), "lag_ms": round(lag_ms, 1), "seconds": round(len(sent) / RATE, 2)}))
    else:
        print(f"PESQ-WB {score:.3f}   lag {lag_ms:.1f} ms   {len(sent) / RATE:.2f} s")


if all(importlib.util.find_spec(package) for package in PACKAGES):
    main()
else:
    run_inside_environment()
