"""The grid of a page: forms × rotations × λ × seeds, and all runs on it, in one process or in several."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from typing import Any

from ... import _validate
from ...compare.reversal_forms import FORMS
from .run import Run, run

MOST = 450  # runs: more do not fit a page of 8 MB


@dataclass(frozen=True)
class Grid:
    """The settings of all runs of a page.

    ``forms``: names in minidann.compare.FORMS. ``rotations``: of the target, in degrees. ``weights``: λ at full
    strength. ``seeds``: of data, weights and batches. ``steps``: the steps of each run. Raises ValueError for an
    invalid or repeated value, and for more than MOST runs.
    """

    forms: tuple[str, ...]
    rotations: tuple[float, ...]
    weights: tuple[float, ...]
    seeds: tuple[int, ...]
    steps: int

    def __post_init__(self) -> None:
        checks: dict[str, Callable[[str, Any], Any]] = {
            "forms": lambda name, value: _validate.one_of(name, value, tuple(FORMS)),
            "rotations": _validate.number,
            "weights": lambda name, value: _validate.number(name, value, least=0),
            "seeds": lambda name, value: _validate.whole_number(name, value, least=0),
        }
        for name, check in checks.items():
            values = getattr(self, name)
            for value in values:
                check(name, value)
            if not values or len(set(values)) < len(values):
                raise ValueError(f"{name}: got {_validate.shown(list(values))}, expected at least one, each once")
        _validate.whole_number("steps", self.steps, least=1)
        if len(self) > MOST:
            by = " × ".join(map(str, self.shape))
            raise ValueError(
                f"grid: got {len(self)} runs ({by}), expected at most {MOST}: more do not fit a page of 8 MB"
            )

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The numbers of forms, rotations, λ and seeds."""
        return len(self.forms), len(self.rotations), len(self.weights), len(self.seeds)

    def __len__(self) -> int:
        return math.prod(self.shape)

    def settings(self) -> list[dict[str, Any]]:
        """The settings of an Experiment for each run; the last axis of ``shape`` moves fastest."""
        names = ("form", "rotation", "adapt_weight", "seed")
        return [dict(zip(names, values)) for values in product(self.forms, self.rotations, self.weights, self.seeds)]


def all_runs(grid: Grid, jobs: int = 1) -> Generator[Run, None, None]:
    """The runs of ``grid`` in the order of ``settings``, computed by ``jobs`` processes. They are the same for any
    number of processes, bit for bit.
    """
    settings, steps = grid.settings(), [grid.steps] * len(grid)
    if jobs == 1:
        yield from map(run, settings, steps)
        return
    with _processes(min(jobs, len(grid))) as processes:
        yield from processes.map(run, settings, steps)


@contextmanager
def _processes(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with the block. After an interruption they finish the runs just begun, and no others."""
    # "spawn" on each system: a forked process would share the state of BLAS threads
    processes = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_leave_signals_to_the_parent)
    try:
        yield processes
    finally:
        processes.shutdown(cancel_futures=True)


def _leave_signals_to_the_parent() -> None:
    """Ctrl-C reaches all processes of a terminal. Only the first process answers."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def differing(runs: Sequence[Run]) -> tuple[list[Run], list[int]]:
    """The runs that differ, and for each run the position of its equal among them.

    At λ = 0 all forms with λ in the loss are one run, and "subtracted" is the same run as "above-the-head".
    """
    positions: dict[bytes, int] = {}
    found: list[Run] = []
    where = []
    for each in runs:
        if each.content() not in positions:
            positions[each.content()] = len(found)
            found.append(each)
        where.append(positions[each.content()])
    return found, where
