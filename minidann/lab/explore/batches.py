"""The batches of a run: the positions of their examples. Each form, rotation and λ meets the same batches."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np

from ..experiment import Experiment


def batch_positions(experiment: Experiment, steps: Sequence[int]) -> np.ndarray:
    """The positions in the training set of the batch after each of ``steps`` (steps, 2, batch size), source first.

    ``experiment``: before its first step. It is unchanged: its seed alone decides on the batches.
    """
    training = experiment.training
    assert training is not None
    passes, size = copy.deepcopy(training.passes), training.recipe.batch_size
    found = []
    for step in range(max(steps) + 1):
        at = [domain.take(size) for domain in passes]
        if step in steps:
            found.append(at)
    return np.array(found)
