"""A training that gets its data in parts: ``partial_fit`` keeps it between two calls, without the data."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from ..adapt.recipes import Recipe
from ..adapt.start import NETWORK_SETTINGS
from ..adapt.training import CHANGEABLE, ShuffledPasses, Training
from ..data.pairs import DomainPair

#: the settings that a network is built from
NETWORK = (*NETWORK_SETTINGS, "head_dropout")


def check_same_network(before: Recipe, now: Recipe) -> None:
    """Raises ValueError if ``now`` describes another network than ``before``: the training would go on with the old."""
    for name in NETWORK:
        got, expected = getattr(now, name), getattr(before, name)
        if got != expected:
            raise ValueError(f"{name}: got {got!r}, expected {expected!r} as in the fit before, whose network goes on")


def change(training: Training, recipe: Recipe) -> None:
    """Change the settings of a training to those of ``recipe``. Raises ValueError for a setting that cannot change."""
    old = replace(training.recipe, domain_weight=recipe.domain_weight)  # that of a training without a target is 0
    changed = [field.name for field in fields(recipe) if getattr(old, field.name) != getattr(recipe, field.name)]
    for name in changed:
        if name not in CHANGEABLE:
            raise ValueError(
                f"{name}: got {getattr(recipe, name)!r}, expected {getattr(old, name)!r} as in the first call"
            )
    training.change(**{name: getattr(recipe, name) for name in changed})


def give(training: Training, pair: DomainPair) -> None:
    """Put the data of ``pair`` in the place of the data before. Weights, optimiser and random numbers go on."""
    training.place(pair.x_source, np.asarray(pair.y_source), pair.x_target)
    training.passes = [ShuffledPasses(len(x), training.rngs["batches"]) for x in (pair.x_source, pair.x_target)]


def one_pass(training: Training) -> None:
    """So many steps that each example of the larger domain comes once."""
    largest = max(len(training.x_source), len(training.x_target))
    for _ in range(-(-largest // training.recipe.batch_size)):
        training.step()


def drop_data(training: Training) -> None:
    """Drop the examples: an estimator that waits for its next part, or is pickled, should not hold them."""
    training.x_source, training.y_source, training.x_target = (np.empty(0, np.float32) for _ in range(3))
    training.passes = []
