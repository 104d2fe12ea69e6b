"""The runs of all seeds by several workers. A worker does one method of one seed, with the bits of a serial run."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .._jobs import in_parallel
from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..compare.methods import METHODS, TRAINED, Comparison, compare, fit_to_the_end
from ..data.pairs import DomainPair
from .checkpoints import Checkpoints
from .interrupts import Interrupted, on_first_signal
from .saved_runs import fit_with_checkpoints

LOOK_EVERY = 0.2  # seconds between two looks for the stop file: a network's disk needs a millisecond for one

Group = tuple[str, ...]  # the methods of one seed that one worker does
Task = tuple[int, int, Group]  # the position of a seed, the seed, and the methods


class StopFile:
    """A file that tells workers of a signal to the first process, on every machine that sees the folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f".stop-{os.getpid()}-{secrets.token_hex(4)}"
        self.number = 0  # in the first process: of the signal
        self._looked = -LOOK_EVERY

    def write(self, number: int) -> None:
        """Ask all workers to save their runs and to end. Raises Interrupted if no file can be written."""
        self.number = number
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(f"{int(number)}")  # a member of signal.Signals has a name, too
        except OSError:
            raise Interrupted(number) from None

    def asked(self) -> int:
        """The number of the signal, 0 for none."""
        now = time.monotonic()
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            with suppress(OSError, ValueError):
                return int(self.path.read_text())
        return 0


@contextmanager
def stop_file(folder: Path) -> Iterator[StopFile]:
    """A stop file in ``folder`` that is written at the first signal in a ``with`` block. It is removed at the end."""
    stop = StopFile(folder)
    try:
        with on_first_signal(stop.write):
            yield stop
    finally:
        with suppress(OSError):
            stop.path.unlink()


class Done(NamedTuple):
    """The end of a task. ``comparison``: None if the worker was asked to stop. ``unsaved``: failed checkpoints."""

    position: int
    group: Group
    comparison: Comparison | None
    unsaved: list[OSError]


@dataclass(frozen=True)
class Work:
    """One task in a worker: train and score the methods of a group on the pair of a seed."""

    pair_of: Callable[[int], DomainPair]
    recipe: Recipe
    checkpoints: Checkpoints | None
    stop: StopFile | None

    def __call__(self, task: Task) -> Done:
        position, seed, group = task
        unsaved: list[OSError] = []
        fit = fit_to_the_end
        if self.checkpoints is not None and self.stop is not None:
            if self.stop.asked():
                return Done(position, group, None, unsaved)
            # a file of this run is there if an earlier worker was killed: the run goes on from it
            resume = self.checkpoints.resume or not self.checkpoints.overwrite
            fit = partial(_fit, replace(self.checkpoints, resume=resume, complain=unsaved.append), self.stop)
        try:
            comparison = compare(self.pair_of(seed), self.recipe, seed, group, fit)
        except Interrupted:
            return Done(position, group, None, unsaved)
        return Done(position, group, comparison, unsaved)


def _fit(checkpoints: Checkpoints, stop: StopFile, training: Training, method: str, pair: DomainPair) -> None:
    fit_with_checkpoints(training, method, pair, checkpoints, asked_to_stop=stop.asked)


def compared_by_workers(
    pair_of: Callable[[int], DomainPair],
    recipe: Recipe,
    seeds: Sequence[int],
    methods: Sequence[str],
    checkpoints: Checkpoints | None,
    jobs: int,
    advance: Callable[[int], Any],
) -> Generator[tuple[int, Comparison], None, None]:
    """The position and the comparison of each seed, as soon as ``jobs`` workers have done all its methods.

    ``advance(n)`` is called after n trainings. With checkpoints, the first signal makes every worker finish its step,
    save its run and end. Interrupted is then raised. A second signal ends the workers at once, and so does the first
    one without checkpoints.
    """
    groups, parts = groups_of(methods), dict[int, list[Comparison]]()
    with nullcontext() if checkpoints is None else stop_file(checkpoints.folder) as stop:

        def tasks() -> Iterator[Task]:
            for position, seed in enumerate(seeds):
                for group in groups:
                    if stop is not None and stop.number:
                        return
                    yield position, seed, group

        work = Work(pair_of, recipe, None if checkpoints is None else replace(checkpoints, complain=None), stop)
        with closing(in_parallel(work, tasks(), jobs)) as ends:
            for _, done in ends:
                _complain(checkpoints, done.unsaved)
                if done.comparison is None:
                    continue
                advance(len(set(done.group) & set(TRAINED)))
                parts.setdefault(done.position, []).append(done.comparison)
                if len(parts[done.position]) == len(groups):
                    yield done.position, joined(parts.pop(done.position))
        if stop is not None and stop.number:
            raise Interrupted(stop.number)


def _complain(checkpoints: Checkpoints | None, unsaved: Sequence[OSError]) -> None:
    for error in unsaved:
        if checkpoints is None or checkpoints.complain is None:
            raise error
        checkpoints.complain(error)


def groups_of(methods: Sequence[str]) -> list[Group]:
    """``methods`` in groups for the workers. SA stands with source-only, because it uses its features."""
    ordered = [method for method in METHODS if method in methods]
    first = tuple(method for method in ordered if method == "source-only" or method not in TRAINED)
    return [first] * bool(first) + [(method,) for method in ordered if method not in first]


def joined(parts: Sequence[Comparison]) -> Comparison:
    """The comparison of one seed from the comparisons of its groups, in the order of METHODS."""
    parts = sorted(parts, key=lambda part: METHODS.index(part.rows[0]["method"]))
    whole = Comparison()
    for part in parts:
        whole.rows += part.rows
        whole.networks |= part.networks
        whole.histories |= part.histories
    return whole
