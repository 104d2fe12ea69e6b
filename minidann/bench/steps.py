"""The rows of the bench: one step of training, or one prediction, by each framework in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from .agreement import check_agreement
from .division import division
from .own import OwnSide
from .peers import OWN, load, make_side
from .processes import FLOOR, SideProcess
from .threads import limited_to
from .timing import interleaved, ratio
from .workloads import WORKLOADS, Workload, draw_weights, made_up_pair

PREDICTED = {"digits": 10_000, "mnist": 2000}  # workload → examples of a prediction
Row = dict[str, Any]
Say = Callable[[str], object]


def measure_steps(workload: Workload, peers: Sequence[str], rounds: int, threads: int, say: Say) -> list[Row]:
    """The rows of one training step: minidann, then each peer that can do it. ``say`` gets a line for a peer left out.

    The row of minidann has an entry more, ``shares``: see ``division``. Raises ValueError if a peer computes other
    losses or gradients than minidann.
    """
    names, shares = _checked(workload, peers, threads, say)
    rows = _rows(workload, names, rounds, threads)
    rows[0]["shares"] = shares
    return rows


def measure_predictions(name: str, peers: Sequence[str], rounds: int, threads: int, say: Say) -> list[Row]:
    """The rows of the prediction of PREDICTED examples by the workload ``name``. Raises ValueError as a step does."""
    workload, n = WORKLOADS[name], PREDICTED[name]
    names, _ = _checked(workload, peers, threads, say)
    return [row | {"workload": f"{n:,} × {name}"} for row in _rows(workload, names, rounds, threads, n)]


def _checked(workload: Workload, peers: Sequence[str], threads: int, say: Say) -> tuple[list[str], dict[str, float]]:
    """minidann and the peers that can do the workload, checked equal; and the shares of minidann's step."""
    weights, pair, names = draw_weights(workload), made_up_pair(workload), [OWN]
    own = OwnSide(workload, weights, pair)
    with limited_to(threads):
        for name in peers:
            if reason := load(name).unable(workload):
                say(f"{workload.name}: without {name}, {reason}")
                continue
            check_agreement(workload, own, make_side(name, workload, weights, pair, threads), name, pair)
            names.append(name)
        return names, division(own.training)


def _rows(workload: Workload, names: Sequence[str], rounds: int, threads: int, predicted: int = 0) -> list[Row]:
    """The rows of all frameworks, each measured in its own process."""
    with ExitStack() as stack:
        sides = {name: stack.enter_context(SideProcess(name, workload, threads, predicted)) for name in (*names, FLOOR)}
        times = interleaved({name: side.block for name, side in sides.items()}, rounds)
        return [_row(workload, name, times) | _memory(sides[name]) for name in names]


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


def _memory(side: SideProcess) -> Row:
    """The peak memory of a process, and of its imports alone."""
    peak = side.peak()
    return {"peak_mb": peak.run, "import_mb": peak.imports}
