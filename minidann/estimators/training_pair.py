"""The pair of domains that an estimator trains on: arrays that are checked already, and no test set."""

from __future__ import annotations

import numpy as np

from ..data.pairs import DomainPair


def training_pair(x_source: np.ndarray, y_source: np.ndarray, x_target: np.ndarray, classes: np.ndarray) -> DomainPair:
    """The pair of inputs (n, …) and (m, …), float32, with class positions y_source (n,).

    ``classes`` (k,): the label of each class. A class may have no example: the next part of the data may have it.
    Its test sets are single examples without meaning.
    """
    one = x_source[:1]
    pair = DomainPair.made(
        "source → target",
        x_source=np.repeat(one, len(classes), axis=0),
        y_source=classes,
        x_target=one,
        y_target=None,
        x_source_test=one,
        y_source_test=classes[:1],
        x_target_test=one,
        y_target_test=None,
    )
    pair.x_source, pair.y_source, pair.x_target = x_source, y_source, x_target
    return pair
