"""Long runs: training over seeds with a progress bar, one run after another or by several workers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Any

import numpy as np

from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..compare.methods import TRAINED, Comparison, compare, methods_for
from ..data.pairs import DomainPair
from .checkpoints import Checkpoints
from .interrupts import number_of
from .parallel_runs import compared_by_workers
from .saved_runs import fit_with_checkpoints


class UnfinishedSeeds(Exception):
    """The end of ``compare_over_seeds`` by an error, after at least one finished seed.

    ``finished``: the comparisons of the finished seeds. ``__cause__``: the error.
    """

    def __init__(self, finished: list[Comparison]) -> None:
        super().__init__(f"{len(finished)} seeds were finished")
        self.finished = finished


def compare_over_seeds(
    pair_of: Callable[[int], DomainPair],
    recipe: Recipe,
    seeds: Sequence[int],
    methods: Sequence[str] | None = None,
    checkpoints: Checkpoints | None = None,
    keep: Callable[[Comparison], Any] | None = None,
    jobs: int = 1,
) -> tuple[list[Comparison], int]:
    """Call ``compare`` on ``pair_of(seed)`` for each seed, with a progress bar on a terminal.

    ``methods``: see ``compare``. A pair that lacks what one of them needs is refused before the first step.
    ``keep(comparison)`` is called after each seed. ``jobs``: the number of workers; 1 for none, −1 for one a core. The
    rows are the same for any number, but for their seconds. Returns the finished comparisons in the order of the seeds,
    and the number of the signal that stopped the work early, 0 for none. Raises UnfinishedSeeds if an error (a training
    that diverges) comes after the first finished seed. An earlier error is raised unchanged.
    """
    from tqdm import tqdm

    first = pair_of(seeds[0])
    methods = methods_for(first, methods)
    finished: dict[int, Comparison] = {}  # by the position of the seed: workers end in any order

    def in_order() -> list[Comparison]:
        return [finished[position] for position in sorted(finished)]

    total = len(seeds) * len(set(methods) & set(TRAINED)) * recipe.steps
    # Training reports a run that diverges in one line: the warnings of NumPy would only repeat the report
    with (
        tqdm(total=total, unit=" steps", disable=None, leave=False) as bar,
        np.errstate(over="ignore", invalid="ignore"),
    ):
        try:
            if jobs == 1:
                compared = _one_after_another(pair_of, recipe, seeds, methods, checkpoints, first, bar)
            else:
                compared = compared_by_workers(
                    pair_of, recipe, seeds, methods, checkpoints, jobs, lambda runs: bar.update(runs * recipe.steps)
                )
            with closing(compared):
                for position, comparison in compared:
                    finished[position] = comparison
                    if keep is not None:
                        keep(comparison)
        except KeyboardInterrupt as error:
            return in_order(), number_of(error)
        except (OSError, ValueError, ArithmeticError, MemoryError) as error:
            if not finished:
                raise
            raise UnfinishedSeeds(in_order()) from error
    return in_order(), 0


def _one_after_another(
    pair_of: Callable[[int], DomainPair],
    recipe: Recipe,
    seeds: Sequence[int],
    methods: Sequence[str],
    checkpoints: Checkpoints | None,
    first: DomainPair,
    bar: Any,
) -> Generator[tuple[int, Comparison], None, None]:
    """The position and the comparison of each seed, computed here. ``first``: the pair of the first seed."""
    steps_before = 0  # the steps of all finished runs

    def show(training: Training) -> None:
        nonlocal steps_before
        bar.update(steps_before + training.step_count - bar.n)  # a resumed run starts with many steps at once
        steps_before += recipe.steps * (training.step_count == recipe.steps)

    def fit(training: Training, method: str, pair: DomainPair) -> None:
        if checkpoints is None:
            training.fit(show)
        else:
            fit_with_checkpoints(training, method, pair, checkpoints, show)

    for position, seed in enumerate(seeds):
        bar.set_description(f"seed {seed}")
        yield position, compare(first if position == 0 else pair_of(seed), recipe, seed, methods, fit)
