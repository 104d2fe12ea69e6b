"""Times of several sides that take turns: a machine that slows down then slows all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

BLOCK = 0.25  # seconds of a block of calls, at least one call
MOST = 500  # calls in a block


def interleaved(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """The seconds of one call of each side, a number for each round: the median over a block of calls.

    In a round each side has its block. The first call of a block is not timed: threads of the side before may still
    wait in a loop, and the caches hold its numbers. One round comes before and is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in sides}
    for counted in (False, *[True] * rounds):
        for name, call in sides.items():
            seconds = _block(call)
            if counted:
                times[name].append(seconds)
    return times


def _block(call: Callable[[], object]) -> float:
    call()
    found: list[float] = []
    begin = time.perf_counter()
    while not found or (len(found) < MOST and time.perf_counter() - begin < BLOCK):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def ratio(times: Mapping[str, list[float]], name: str, to: str) -> float:
    """The time of one side by that of another: the median over rounds of the ratio within a round."""
    return statistics.median(one / other for one, other in zip(times[name], times[to], strict=True))
