"""The rows of the bench: one step of training by each framework, in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from .agreement import check_agreement
from .floor import products
from .memory import peak_of
from .peers import OWN, Side, load, make_side
from .threads import blas_threads
from .timing import interleaved, ratio
from .workloads import Workload, draw_weights, made_up_pair

FLOOR = "floor"
Row = dict[str, Any]


def measure_steps(
    workload: Workload, peers: Sequence[str], rounds: int, threads: int, say: Callable[[str], object] = print
) -> list[Row]:
    """The rows of a workload: minidann, then each peer that can do it. ``say`` gets a line about a peer left out.

    Raises ValueError if a peer computes other losses or gradients than minidann.
    """
    with blas_threads(threads):
        sides = checked_sides(workload, peers, threads, say)
        calls: dict[str, Callable[[], object]] = {name: side.step for name, side in sides.items()}
        times = interleaved(calls | {FLOOR: products(workload)}, rounds)
        names = list(sides)
        del sides, calls  # their memory is for the fresh processes
    return [row_of(workload, "step", name, times) | memory_of(name, workload, threads) for name in names]


def checked_sides(
    workload: Workload, peers: Sequence[str], threads: int, say: Callable[[str], object]
) -> dict[str, Side]:
    """The side of minidann and those of the peers, all with the same weights and checked equal."""
    weights, pair = draw_weights(workload), made_up_pair(workload)
    sides = {OWN: make_side(OWN, workload, weights, pair, threads)}
    for name in peers:
        if reason := load(name).unable(workload):
            say(f"{workload.name}: without {name} ({reason})")
            continue
        sides[name] = make_side(name, workload, weights, pair, threads)
        check_agreement(workload, sides[OWN], sides[name], name, pair)
    return sides


def row_of(workload: Workload, work: str, name: str, times: dict[str, list[float]]) -> Row:
    """The times of one framework in milliseconds, and the ratio of minidann's time to its time."""
    ms = [seconds * 1e3 for seconds in times[name]]
    return {
        "workload": workload.name,
        "work": work,
        "framework": name,
        "step_ms": statistics.median(ms),
        "fastest_ms": min(ms),
        "slowest_ms": max(ms),
        "floor_ms": statistics.median(times[FLOOR]) * 1e3,
        "by_floor": ratio(times, name, FLOOR),
        "minidann_by_this": ratio(times, OWN, name),
    }


def memory_of(name: str, workload: Workload, threads: int) -> Row:
    """The peak memory of a step in a fresh process."""
    peak = peak_of(name, workload, threads)
    return {"peak_mb": peak.run, "import_mb": peak.imports}
