"""The switches of the engine and their context managers. Each thread has its own switches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Switch(threading.local):
    """A setting that blocks of code change: ``value`` is the setting of the newest block that is still open.

    Blocks need not close in the reverse order of their opening: two generators, each with a block, can overlap.
    """

    def __init__(self, outside: Any) -> None:
        self.value = self._outside = outside
        self._open: dict[object, Any] = {}  # the value of each open block, the newest last

    @contextmanager
    def set(self, value: Any) -> Iterator[None]:
        """Inside, ``value`` is the setting."""
        here, block = self.__dict__, object()  # of this thread: a generator may be closed in another one
        self._open[block] = self.value = value
        try:
            yield
        finally:
            del here["_open"][block]
            here["value"] = next(reversed(here["_open"].values()), self._outside)


recording = Switch(True)  # whether a tensor remembers the op that made it
anomaly = Switch(False)  # whether every result is checked for NaN and infinity


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, no graph is recorded. Predictions need no gradient, and then cost no memory for a graph."""
    with recording.set(False):
        yield


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Inside, the first NaN or infinity, forward or backward, raises FloatingPointError at the op that made it.

    The message holds the line of your code that called the op. An array that was changed in place between the forward
    pass and the sweep raises ValueError. Every result is tested and copied: use this to find a fault, not to train. The
    forward pass and the sweep both belong inside.
    """
    with anomaly.set(True):
        yield
