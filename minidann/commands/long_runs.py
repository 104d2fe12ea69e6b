"""Long runs: training over seeds with a progress bar, checkpoints, and a Ctrl-C that never cuts a step in half."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.recipes import Recipe
from ..adapt.resume import load_checkpoint, save_checkpoint
from ..adapt.training import Training
from ..compare.methods import PAPER_METHODS, TRAINED, Comparison, check_methods, compare
from ..data.pairs import DomainPair

OnStep = Callable[[Training], Any]


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of a command's runs.

    ``folder``: the place of the files. ``every``: the number of steps between two checkpoints. ``resume``: whether a
    run continues from its file, if there is one. Raises ValueError if ``every`` is not a whole number of at least 1.
    """

    folder: Path
    every: int = 1000
    resume: bool = False

    def __post_init__(self) -> None:
        _validate.whole_number("every", self.every, least=1)

    def path(self, method: str, seed: int) -> Path:
        """The file of one run."""
        return self.folder / f"{method}-seed-{seed}.npz"


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
    methods: Sequence[str] = PAPER_METHODS,
    checkpoints: Checkpoints | None = None,
) -> tuple[list[Comparison], bool]:
    """Call ``compare`` on ``pair_of(seed)`` for each seed, with a progress bar on a terminal.

    Returns the finished comparisons, and whether Ctrl-C stopped the work early. Raises UnfinishedSeeds if an error
    (a full disk, a training that diverges) comes after the first finished seed. An earlier error is raised unchanged.
    """
    from tqdm import tqdm

    check_methods(methods)
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
                finished.append(compare(pair_of(seed), recipe, seed, methods, fit))
        except KeyboardInterrupt:
            return finished, True
        except (OSError, ValueError, FloatingPointError, MemoryError) as error:
            if not finished:
                raise
            raise UnfinishedSeeds(finished) from error
    return finished, False


def fit_with_checkpoints(
    training: Training, method: str, pair: DomainPair, checkpoints: Checkpoints, on_step: OnStep | None = None
) -> Training:
    """Train to the last step, and save the state every ``checkpoints.every`` steps, at the end and on Ctrl-C.

    With ``checkpoints.resume`` the run continues from its file, if there is one. Ctrl-C raises KeyboardInterrupt after
    the step is finished and saved. Each regular checkpoint adds the accuracy on the target test points of ``pair`` to
    the history. The accuracy is for reading only: no setting is chosen by it.
    """
    path = checkpoints.path(method, training.seed)
    if checkpoints.resume and path.exists():
        load_checkpoint(path, training, method)
        if on_step is not None:
            on_step(training)
    with finish_step_on_interrupt() as interrupted:

        def after_step(training: Training) -> None:
            if on_step is not None:
                on_step(training)
            due = training.step_count % checkpoints.every == 0 or training.step_count == training.recipe.steps
            if due:
                accuracy = training.result().accuracy(pair.x_target_test, pair.y_target_test)
                training.history.append({"step": training.step_count, "target_accuracy": accuracy})
            if due or interrupted():
                save_checkpoint(path, training, method)
            if interrupted():
                raise KeyboardInterrupt

        training.fit(after_step)
        if interrupted():  # Ctrl-C came after the last call of after_step had asked
            raise KeyboardInterrupt
    return training


@contextmanager
def finish_step_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Delay Ctrl-C in a ``with`` block. The block receives a function: has Ctrl-C been pressed?

    The block can then finish its step, so a saved state is always a state of an uninterrupted run. A second Ctrl-C
    raises KeyboardInterrupt at once. Outside the main thread nothing changes: the function returns False.
    """
    pressed = False

    def on_interrupt(number: int, frame: Any) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    try:
        previous = signal.signal(signal.SIGINT, on_interrupt)
    except ValueError:  # Python lets only the main thread set signal handlers
        yield lambda: False
        return
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, previous)
