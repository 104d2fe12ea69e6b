"""The rows of the bench: one step of training, or one prediction, by each framework in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .agreement import check_agreement
from .division import division
from .floor import products
from .memory import peak_of
from .own import OwnSide
from .peers import OWN, Side, load, make_side
from .threads import limited_to
from .timing import interleaved, ratio
from .workloads import WORKLOADS, Workload, draw_weights, examples, made_up_pair

FLOOR = "floor"
PREDICTED = {"digits": 10_000, "mnist": 2000}  # workload → examples of a prediction
PIECE = 250  # examples of the products of a prediction, which no framework does all at once
Row = dict[str, Any]
Say = Callable[[str], object]


def measure_steps(workload: Workload, peers: Sequence[str], rounds: int, threads: int, say: Say) -> list[Row]:
    """The rows of one training step: minidann, then each peer that can do it. ``say`` gets a line for a peer left out.

    The row of minidann has an entry more, ``shares``: see ``division``. Raises ValueError if a peer computes other
    losses or gradients than minidann.
    """
    with limited_to(threads):
        sides = _checked_sides(workload, peers, threads, say)
        names = list(sides)
        calls: dict[str, Callable[[], object]] = {name: side.step for name, side in sides.items()}
        times = interleaved(calls | {FLOOR: products(workload)}, rounds)
        own = sides[OWN]
        assert isinstance(own, OwnSide)  # make_side made it
        shares = division(own.training)
        del sides, calls, own  # their memory is for the fresh processes
    rows = [_row(workload, name, times) | _memory(name, workload, threads) for name in names]
    rows[0]["shares"] = shares
    return rows


def measure_predictions(name: str, peers: Sequence[str], rounds: int, threads: int, say: Say) -> list[Row]:
    """The rows of the prediction of PREDICTED examples by the workload ``name``. Raises ValueError as a step does."""
    workload, n = WORKLOADS[name], PREDICTED[name]
    with limited_to(threads):
        sides = _checked_sides(workload, peers, threads, say)
        names, x = list(sides), examples(workload, n)
        piece = products(replace(workload, batch=PIECE), forward_only=True)

        def floor() -> None:
            for _ in range(n // PIECE):
                piece()

        calls: dict[str, Callable[[], object]] = {of: partial(side.predict, x) for of, side in sides.items()}
        times = interleaved(calls | {FLOOR: floor}, rounds)
        del sides, calls
    rows = [_row(workload, of, times) | _memory(of, workload, threads, n) for of in names]
    return [row | {"workload": f"{n:,} × {name}"} for row in rows]


def _checked_sides(workload: Workload, peers: Sequence[str], threads: int, say: Say) -> dict[str, Side]:
    """The side of minidann and those of the peers, all with the same weights and checked equal."""
    weights, pair = draw_weights(workload), made_up_pair(workload)
    sides = {OWN: make_side(OWN, workload, weights, pair, threads)}
    for name in peers:
        if reason := load(name).unable(workload):
            say(f"{workload.name}: without {name}, {reason}")
            continue
        sides[name] = make_side(name, workload, weights, pair, threads)
        check_agreement(workload, sides[OWN], sides[name], name, pair)
    return sides


def _row(workload: Workload, name: str, times: Mapping[str, list[float]]) -> Row:
    """The times of one framework in milliseconds, and their ratios to the floor and to minidann."""
    ms = [seconds * 1e3 for seconds in times[name]]
    return {
        "workload": workload.name,
        "framework": name,
        "step_ms": statistics.median(ms),
        "fastest_ms": min(ms),
        "slowest_ms": max(ms),
        "floor_ms": statistics.median(times[FLOOR]) * 1e3,
        "by_floor": ratio(times, name, FLOOR),
        "minidann_by_this": ratio(times, OWN, name),
    }


def _memory(name: str, workload: Workload, threads: int, predicted: int = 0) -> Row:
    """The peak memory of a fresh process, and of its imports alone."""
    peak = peak_of(name, workload, threads, predicted)
    return {"peak_mb": peak.run, "import_mb": peak.imports}
