"""The runs behind ``minidann table``: what is done is kept on disk, run by run, and is never done again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .._jobs import in_parallel
from ..adapt.dann import DANN
from ..adapt.predictor import class_probabilities
from ..adapt.training import Training
from ..compare.feature_scores import feature_scores, fixed_examples
from ..compare.methods import TRAINED, compare, methods_for
from ..compare.tasks import SMALL
from ..data.pairs import DomainPair
from ..data.paper_pairs import paper_pair
from .checkpoints import Checkpoints
from .interrupts import Interrupted
from .parallel_runs import Group, StopFile, groups_of, stop_file
from .saved_runs import fit_with_checkpoints
from .sizes import check_batch
from .table_rows import Block, Row

OUT_OF_TIME = -1  # in the place of a signal's number: the minutes of --budget are used


class Unit(NamedTuple):
    """A task of one worker: methods of one seed. SA stands with source-only, because it uses its features."""

    block: Block
    seed: int
    methods: Group

    def pair(self) -> DomainPair:
        """The data. The small pairs are another split of the digits for each seed, the others are always the same."""
        return _pair(self.block.pair, self.block.data_dir, self.seed if self.block.pair in SMALL else 0)

    def check(self) -> None:
        """Raises ValueError if the data, the methods or the batch size do not fit."""
        pair = self.pair()
        methods_for(pair, self.methods)
        check_batch(self.block.recipe, width=pair.x_source[0].size)


@lru_cache(maxsize=1)
def _pair(name: str, data_dir: Path | None, seed: int) -> DomainPair:
    """The pair, kept for the next unit: large files take seconds to read. ``seed``: of the data."""
    return paper_pair(name, data_dir, seed)


def units_of(blocks: Sequence[Block], seeds: Sequence[int], methods: Sequence[str], anew: bool = False) -> list[Unit]:
    """The units that are not done, the first seed of all blocks first: a table that is cut short has all pairs.

    ``anew``: all units.
    """
    return [
        Unit(block, seed, group)
        for seed in seeds
        for block in blocks
        for group in groups_of(methods)
        if anew or any(block.row(method, seed) is None for method in group)
    ]


class Done(NamedTuple):
    """The end of a unit. ``unsaved``: failed checkpoints.

    ``stopped``: the number of the signal that ended the unit early, OUT_OF_TIME, or 0.
    """

    steps: int
    stopped: int
    unsaved: list[OSError]


@dataclass(frozen=True)
class Work:
    """Do a unit: train, score, write its rows. ``deadline``: in the seconds of ``time.time()``, None for none."""

    every: int
    stop: StopFile
    deadline: float | None = None
    show: Callable[[Training], Any] | None = None

    def __call__(self, unit: Unit) -> Done:
        unsaved: list[OSError] = []
        steps = len(set(unit.methods) & set(TRAINED)) * unit.block.recipe.steps
        if asked := self.asked():
            return Done(0, asked, unsaved)
        block = unit.block
        kept = Checkpoints(block.folder, self.every, resume=True, complain=unsaved.append)

        def fit(training: Training, method: str, pair: DomainPair) -> None:
            _fit(training, method, pair, kept, self)

        try:
            pair = unit.pair()
            found = compare(pair, block.recipe, unit.seed, unit.methods, fit, measure)
        except Interrupted as stop:
            return Done(0, stop.number, unsaved)
        except FloatingPointError as error:
            run = f"{block.pair}, recipe {block.recipe_name}, {' and '.join(unit.methods)}, seed {unit.seed}"
            raise FloatingPointError(f"{run}: {error}") from error
        for row in found.rows:
            timed = _timed(found.histories[row["method"] if row["method"] in TRAINED else "source-only"])
            block.keep(row | {"seconds": timed and timed["seconds"], "title": pair.name}, unit.seed)
        return Done(steps, 0, unsaved)

    def asked(self) -> int:
        """The number of the signal that has come, OUT_OF_TIME after the deadline, else 0."""
        if self.deadline is not None and time.time() > self.deadline:
            return OUT_OF_TIME
        return self.stop.asked()


def _fit(training: Training, method: str, pair: DomainPair, checkpoints: Checkpoints, work: Work) -> None:
    """Train with checkpoints. A row of the history keeps the seconds of all steps, also over a stop."""
    before = time.perf_counter()

    def on_step(training: Training) -> None:
        nonlocal before
        now = time.perf_counter()
        timed = _timed(training.history)
        if timed is None and training.step_count <= 1:  # a run that another command began has no time
            training.history.append(timed := {"step": training.step_count, "seconds": 0.0})
        if timed is not None:
            timed["seconds"] += now - before
        before = now
        if work.show is not None:
            work.show(training)

    # without test labels: an accuracy at each checkpoint of a large network would cost more than its steps
    fit_with_checkpoints(training, method, pair.without_target_labels(), checkpoints, on_step, work.asked)


def _timed(history: Sequence[dict[str, float]]) -> dict[str, float] | None:
    """The row of a history with the seconds of the training; None before the first step."""
    return next((row for row in history if "seconds" in row), None)


def measure(pair: DomainPair, network: DANN, method: str) -> Row:
    """The entries of a row beside the accuracy of the network's own label head."""
    from ..estimators.selection import information  # imported here, because scikit-learn takes a second to import

    x = pair.x_target
    certain = information(class_probabilities(network.label_logits(x[fixed_examples(x)])))
    return feature_scores(pair, network, method) | {"information": certain}


def run_units(
    units: Sequence[Unit],
    every: int,
    jobs: int,
    deadline: float | None,
    advance: Callable[[int], Any],
    complain: Callable[[OSError], Any],
) -> int:
    """Do all ``units``. Returns the number of the signal that stopped the work early, OUT_OF_TIME, or 0.

    Every worker then finishes its step, saves its run and ends. ``every``: the steps between two checkpoints.
    ``advance(n)`` is called after n steps, ``complain(error)`` for a checkpoint that cannot be written.
    """
    if not units:
        return 0
    stopped = 0
    with stop_file(units[0].block.folder) as stop, np.errstate(over="ignore", invalid="ignore"):
        work = Work(every, stop, deadline, _Shown(advance) if jobs == 1 else None)
        with closing(in_parallel(work, units, jobs)) as ends:
            for _, done in ends:
                for error in done.unsaved:
                    complain(error)
                if jobs != 1:
                    advance(done.steps)
                stopped = stopped or stop.number or done.stopped
                if stopped and jobs == 1:  # other workers are waited for: they save their runs
                    break
    return stopped


class _Shown:
    """The progress of runs that are done one after the other, in steps."""

    def __init__(self, advance: Callable[[int], Any]) -> None:
        self.advance, self.before = advance, 0

    def __call__(self, training: Training) -> None:
        """Show the steps since the last call; a resumed run begins with many at once."""
        now = training.step_count
        self.advance(max(now - self.before, 0))
        self.before = 0 if now == training.recipe.steps else now
