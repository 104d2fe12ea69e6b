"""A training that gets its data in parts: ``partial_fit`` keeps it between two calls, without the data."""

from __future__ import annotations

import numpy as np

from ..adapt.training import ShuffledPasses, Training
from ..data.pairs import DomainPair


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
