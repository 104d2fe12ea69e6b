"""Two numbers on a trained network beside its own accuracy: a linear SVM on its features, and the domains' distance."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from .divergence import proxy_a_distance
from .methods import METHODS, some_examples
from .subspace_alignment import linear_svm


def feature_scores(pair: DomainPair, network: DANN, method: str) -> dict[str, float | None]:
    """Measure the features of a network that ``method`` has trained on ``pair``: further entries of its row.

    - ``svm_accuracy``: the accuracy on the target's test set of a linear SVM on the last hidden layer, in the place of
      the network's own last layer. The paper compares all methods in this way. The SVM learns from the labelled
      examples of the method: those of the source, and for target-only those of the target. None without test labels.
    - ``a_distance``: the proxy A-distance of the features at the reversal node, by a linear judge. The judge learns
      from the training sets, and its error is that on the test sets.

    At most 2,000 examples of each domain are used to learn from. Raises ValueError for an unknown ``method``.
    """
    _validate.instance("pair", pair, DomainPair)
    _validate.instance("network", network, DANN)
    _validate.one_of("method", method, METHODS)
    return {"svm_accuracy": _svm_accuracy(pair, network, method), "a_distance": _distance(pair, network)}


def _svm_accuracy(pair: DomainPair, network: DANN, method: str) -> float | None:
    if pair.y_target_test is None:
        return None
    domain = "target" if method == "target-only" else "source"
    x, y = (pair.x_target, pair.oracle) if method == "target-only" else (pair.x_source, pair.y_source)
    some = fixed_examples(x)
    svm = linear_svm().fit(network.last_hidden(x[some], domain), y[some])
    predicted = svm.predict(network.last_hidden(pair.x_target_test))
    return float((predicted == pair.y_target_test).mean())


def _distance(pair: DomainPair, network: DANN) -> float | None:
    """The distance between the domains as the network sees them; None for a domain with a single example."""
    parts: list[tuple[Any, str]] = [
        (pair.x_source, "source"),
        (pair.x_target, "target"),
        (pair.x_source_test, "source"),
        (pair.x_target_test, "target"),
    ]
    source, target, source_test, target_test = (network.transform(x[fixed_examples(x)], domain) for x, domain in parts)
    if min(len(source), len(target)) < 2:
        return None
    return proxy_a_distance(source, target, "linear", source_test=source_test, target_test=target_test)


def fixed_examples(x: np.ndarray) -> np.ndarray:
    """Positions of at most 2,000 examples of x, in order: the same for each network, so that scores compare."""
    return np.sort(some_examples(len(x), np.random.default_rng(0)))
