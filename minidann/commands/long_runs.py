"""Long runs: training over seeds with a progress bar and checkpoints. No signal cuts a step in half."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..compare.methods import TRAINED, Comparison, compare, methods_for
from ..data.pairs import DomainPair
from .checkpoints import Checkpoints
from .interrupts import Interrupted, finish_step_on_interrupt, number_of

OnStep = Callable[[Training], Any]


class UnfinishedSeeds(Exception):
    """The end of ``compare_over_seeds`` by an error, after at least one finished seed.

    ``finished``: the comparisons of the seeds before the error. ``__cause__``: the error.
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
) -> tuple[list[Comparison], int]:
    """Call ``compare`` on ``pair_of(seed)`` for each seed, with a progress bar on a terminal.

    ``methods``: see ``compare``. A pair that lacks what one of them needs is refused before the first step.
    ``keep(comparison)`` is called after each seed. Returns the finished comparisons, and the number of the signal that
    stopped the work early, 0 for none. Raises UnfinishedSeeds if an error (a training that diverges) comes after the
    first finished seed. An earlier error is raised unchanged.
    """
    from tqdm import tqdm

    first = pair_of(seeds[0])
    methods = methods_for(first, methods)
    finished: list[Comparison] = []
    total = len(seeds) * len(set(methods) & set(TRAINED)) * recipe.steps
    # Training reports a run that diverges in one line: the warnings of NumPy would only repeat the report
    with (
        tqdm(total=total, unit=" steps", disable=None, leave=False) as bar,
        np.errstate(over="ignore", invalid="ignore"),
    ):
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

        try:
            for seed in seeds:
                bar.set_description(f"seed {seed}")
                pair = first if seed == seeds[0] else pair_of(seed)
                finished.append(compare(pair, recipe, seed, methods, fit))
                if keep is not None:
                    keep(finished[-1])
        except KeyboardInterrupt as error:
            return finished, number_of(error)
        except (OSError, ValueError, ArithmeticError, MemoryError) as error:
            if not finished:
                raise
            raise UnfinishedSeeds(finished) from error
    return finished, 0


def fit_with_checkpoints(
    training: Training, method: str, pair: DomainPair, checkpoints: Checkpoints, on_step: OnStep | None = None
) -> Training:
    """Train to the last step, and save the state every ``checkpoints.every`` steps, at the end and on a signal.

    ``checkpoints`` says where the run begins: see ``Checkpoints.begin``. A signal (Ctrl-C, SIGTERM, SIGHUP) raises
    Interrupted after the step is finished and saved. Each regular checkpoint adds the accuracy on the target test
    points of ``pair`` to the history, if these have labels. The accuracy is for reading only: no setting is chosen by
    it.
    """
    if checkpoints.begin(training, method) and on_step is not None:
        on_step(training)
    with finish_step_on_interrupt() as interrupted:

        def after_step(training: Training) -> None:
            if on_step is not None:
                on_step(training)
            due = training.step_count % checkpoints.every == 0 or training.step_count == training.recipe.steps
            if due and pair.y_target_test is not None:
                accuracy = training.result().accuracy(pair.x_target_test, pair.y_target_test)
                training.history.append({"step": training.step_count, "target_accuracy": accuracy})
            if due or interrupted():
                checkpoints.save(training, method)
            if interrupted():
                raise Interrupted(interrupted())

        training.fit(after_step)
        if interrupted():  # the signal came after the last call of after_step had asked
            raise Interrupted(interrupted())
    return training
