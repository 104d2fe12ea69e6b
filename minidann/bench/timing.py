"""Times of several sides that take turns: a machine that slows down then slows all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

BLOCK = 0.25  # seconds of a block of calls
MOST = 500  # calls in a block


def interleaved(blocks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """The seconds of one call of each side, a number for each round: ``blocks`` measure a block of calls each.

    In a round each side has its block. One round comes before and is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in blocks}
    for counted in (False, *[True] * rounds):
        for name, measure in blocks.items():
            seconds = measure()
            if counted:
                times[name].append(seconds)
    return times


def block(call: Callable[[], object], length: float = BLOCK) -> float:
    """The seconds of one call, the median over a block of ``length`` seconds, at least one call.

    The first call is not timed: the caches hold the numbers of another process.
    """
    call()
    found: list[float] = []
    begin = time.perf_counter()
    while not found or (len(found) < MOST and time.perf_counter() - begin < length):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def ratio(times: Mapping[str, list[float]], name: str, to: str) -> float:
    """The time of one side by that of another: the median over rounds of the ratio within a round."""
    return statistics.median(one / other for one, other in zip(times[name], times[to], strict=True))
