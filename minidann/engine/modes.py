"""The two switches of the engine, each with its context manager, and each its own in every thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Mode(threading.local):
    recording = True  # does a tensor remember the op that made it?
    anomaly = False  # is every result checked for NaN and infinity?


mode = _Mode()


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, ops remember nothing: for predictions, which need no gradient and so should cost no graph."""
    before, mode.recording = mode.recording, False
    try:
        yield
    finally:
        mode.recording = before


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Inside, the first NaN or infinity, forward or backward, raises FloatingPointError at the op that made it.

    The message holds the line of your code that called the op. Every result is looked at, so this is for finding a
    fault, not for training. The forward pass and the sweep both belong inside.
    """
    before, mode.anomaly = mode.anomaly, True
    try:
        yield
    finally:
        mode.anomaly = before
