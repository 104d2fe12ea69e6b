"""The grid of a page: forms × rotations × λ × seeds, and all runs on it, by one worker or by several."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from typing import Any

from ... import _validate
from ..._jobs import in_order, in_parallel
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
    """The runs of ``grid`` in the order of ``settings``, computed by ``jobs`` workers. They are the same for any
    number of workers, bit for bit.
    """
    tasks = [(settings, grid.steps) for settings in grid.settings()]
    with closing(in_parallel(_run, tasks, min(jobs, len(tasks)))) as found:
        yield from in_order(found)


def _run(task: tuple[dict[str, Any], int]) -> Run:
    return run(*task)


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
