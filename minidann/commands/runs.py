"""One run for ``inspect``: a new one or one from a checkpoint, trained to a step."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from ..adapt.recipes import RECIPES
from ..adapt.resume import data_digest, load_checkpoint, read_run
from ..adapt.training import Training
from ..data.digits import PAIRS, digits_pair
from ..data.pairs import DomainPair
from ..probe.recorder import GradientRecorder
from . import digits, moons, options, sizes
from .interrupts import Interrupted, finish_step_on_interrupt

RECORDS = 50  # steps on the way with recorded gradients


def begin(arguments: argparse.Namespace) -> tuple[Training, str]:
    """A run of DANN before its first step, from the options of pair and recipe, and the name of its pair."""
    what, seed = arguments.what or "moons", arguments.seed or 0
    recipe = options.changed(RECIPES[what], arguments)
    sizes.check_points(arguments.points)
    sizes.check_batch(recipe, width=2 if what == "moons" else digits.SMALLEST)
    if what == "moons":
        pair = moons.make_pair(arguments, seed)
    else:
        pair = digits_pair(arguments.pair or "turned", seed, target_shares=arguments.target_shares)
    return Training(pair, recipe, seed), pair.name


def take_up(arguments: argparse.Namespace) -> tuple[Training, str]:
    """The run in ``--checkpoint``, and the name of its pair.

    Seed, method and recipe come from the file. The pair is found by its examples. Raises ValueError if no pair has
    them.
    """
    run = read_run(arguments.checkpoint)
    seed, method, recipe = run["seed"], run["method"], run["recipe"]
    for pair in _candidates(arguments, seed, points=recipe.trunk == "none"):
        seen = pair.target_as_source() if method == "target-only" else pair
        if data_digest(seen) == run["data"]:
            training = Training(seen, recipe, seed)
            training.started_from = run.get("started_from", "")
            return load_checkpoint(arguments.checkpoint, training, method), f"{method} on {pair.name}"
    raise ValueError(
        f"argument --checkpoint: {str(arguments.checkpoint)!r} is a run of seed {seed} on other examples; give the "
        + (
            "options of its moons, such as --rotation; runs on CSV files cannot be inspected"
            if recipe.trunk == "none"
            else f"options of its pair, such as --data-dir for {digits.REAL}"
        )
    )


def _candidates(arguments: argparse.Namespace, seed: int, points: bool) -> Iterator[DomainPair]:
    """The possible pairs of the run."""
    if points:
        yield moons.make_pair(arguments, seed)
        return
    for name in PAIRS if arguments.pair is None else (arguments.pair,):
        yield digits_pair(name, seed, target_shares=arguments.target_shares)
    if arguments.data_dir is not None:
        yield digits.real_pair(arguments)


def bring_to(training: Training, step: int) -> None:
    """Train to ``step`` with a progress bar on a terminal, and record the gradients on the way."""
    from tqdm import tqdm

    left = range(training.step_count, step)
    recorder = GradientRecorder(every=max(1, len(left) // RECORDS)) if training.has_domain_loss else None
    with (
        finish_step_on_interrupt() as interrupted,
        tqdm(left, unit=" steps", disable=None, leave=False) as bar,
        np.errstate(over="ignore", invalid="ignore"),
    ):
        for _ in bar:
            training.step(recorder)
            if interrupted():
                raise Interrupted(interrupted())
