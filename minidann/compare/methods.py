"""The rows of the table: each method run on one pair from one seed, with the same network, budget and averaging."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..data.pairs import DomainPair
from .subspace_alignment import SubspaceAlignment, choose_d, choose_d_by_oracle

METHODS = ("source-only", "sa", "sa-oracle", "dann", "cdan", "target-only")
PAPER_METHODS = tuple(method for method in METHODS if method != "cdan")  # the rows of the paper's table, run by default
TRAINED = ("source-only", "dann", "cdan", "target-only")  # the others stand on the features of source-only

SA_EXAMPLES = 2000  # examples of each domain, at most, for the fit of Subspace Alignment

#: ``fit(training, method, pair)`` trains to the last step. ``pair`` has the test points of the row.
Fit = Callable[[Training, str, DomainPair], Any]


@dataclass
class Comparison:
    """The results of one seed: the rows as dicts for JSON, and networks and histories by method."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    networks: dict[str, DANN] = field(default_factory=dict)
    histories: dict[str, list[dict[str, float]]] = field(default_factory=dict)


def fit_to_the_end(training: Training, method: str, pair: DomainPair) -> None:
    """Train to the last step: the default ``fit`` of ``compare``."""
    training.fit()


def compare(
    pair: DomainPair,
    recipe: Recipe,
    seed: int = 0,
    methods: Sequence[str] = PAPER_METHODS,
    fit: Fit = fit_to_the_end,
) -> Comparison:
    """Run each of ``methods`` on ``pair`` from ``seed``. All start from the same weights and use the same batches.

    - source-only is DANN with λ = 0. Its domain head learns, and shows how well the features tell the domains apart,
      but cannot change the features. With a convolutional trunk, source-only is trained without domain head and
      target: the features are the same up to rounding, at half the cost.
    - sa and sa-oracle are Subspace Alignment on the features of source-only.
    - cdan is DANN with a domain head that compares the domains class by class.
    - target-only trains on the labelled target and is an upper bound. Only target-only and sa-oracle use target labels.

    ``fit(training, method, pair)`` trains one network, by default with ``training.fit()``. Raises ValueError for an
    unknown method, or if an SA row is asked for without source-only.
    """
    check_methods(methods)
    _validate.instance("pair", pair, DomainPair)
    _validate.instance("recipe", recipe, Recipe)
    _validate.whole_number("seed", seed, least=0)
    _validate.function("fit", fit, "training", "method", "pair")
    result = Comparison()
    seconds: dict[str, float] = {}
    for method in (method for method in METHODS if method in methods):
        start = time.perf_counter()
        if method in TRAINED:
            training = train(method, pair, recipe, seed, fit)
            result.networks[method], result.histories[method] = training.result(), training.history
            scores = score(pair, result.networks[method])
        else:
            scores = align(pair, result.networks["source-only"], oracle=method == "sa-oracle")
        seconds[method] = time.perf_counter() - start + (0 if method in TRAINED else seconds["source-only"])
        row = {"pair": pair.name, "method": method, "seed": seed, "seconds": seconds[method]}
        result.rows.append(row | scores)
    return result


def check_methods(methods: Sequence[str]) -> None:
    """Raises ValueError for an unknown method, or for an SA row without source-only."""
    for method in _validate.sequence("methods", methods, "a list of names"):
        _validate.one_of("methods", method, METHODS)
    if "source-only" not in methods and any(method not in TRAINED for method in methods):
        raise ValueError(f"methods: got {methods!r}, expected source-only too: SA uses its features")


def train(method: str, pair: DomainPair, recipe: Recipe, seed: int, fit: Fit = fit_to_the_end) -> Training:
    """Train the network of one method in TRAINED. Returns the finished training."""
    learnt_pair = pair.target_as_source() if method == "target-only" else pair
    training = Training(learnt_pair, recipe_of(method, recipe), seed)
    fit(training, method, pair)
    return training


def recipe_of(method: str, recipe: Recipe) -> Recipe:
    """The recipe of one method in TRAINED, made of that of DANN."""
    if method == "source-only":
        # with a trunk the target would double the cost and change the statistics of batch normalisation: left out
        return replace(recipe, adapt_weight=0.0, domain_weight=recipe.domain_weight if recipe.trunk == "none" else 0.0)
    if method == "cdan":
        return replace(recipe, conditioned=True)
    if method == "target-only":
        return replace(recipe, adapt_weight=0.0, domain_weight=0.0)
    return recipe


def score(pair: DomainPair, network: DANN) -> dict[str, Any]:
    """The accuracies of a network by its own label head."""
    return {
        "target_accuracy": network.accuracy(pair.x_target_test, pair.y_target_test),
        "source_accuracy": network.accuracy(pair.x_source_test, pair.y_source_test, "source"),
        "classifier": "label head",
    }


def align(pair: DomainPair, network: DANN, oracle: bool = False) -> dict[str, Any]:
    """The result of Subspace Alignment on the features of a network: accuracies, d and classifier."""
    rng = np.random.default_rng(0)
    some, others = (_some(len(x), rng) for x in (pair.x_source, pair.x_target))
    x_source, x_target = network.transform(pair.x_source[some], "source"), network.transform(pair.x_target[others])
    y_source = pair.y_source[some]
    source_test, target_test = network.transform(pair.x_source_test, "source"), network.transform(pair.x_target_test)
    if oracle:
        if pair.y_target_test is None:
            raise ValueError(f"y_target_test: {pair!r} was made without the labels of its target test set")
        d = choose_d_by_oracle(x_source, y_source, x_target, target_test, pair.y_target_test)
    else:
        d = choose_d(x_source, y_source, x_target)
    sa = SubspaceAlignment(d).fit(x_source, y_source, x_target)
    return {
        "target_accuracy": float((sa.predict(target_test) == pair.y_target_test).mean()),
        "source_accuracy": float((sa.predict_source(source_test) == pair.y_source_test).mean()),
        "classifier": "linear SVM",
        "d": d,
    }


def _some(n: int, rng: np.random.Generator) -> np.ndarray:
    """All positions 0…n−1, or SA_EXAMPLES random positions if n is larger."""
    return np.arange(n) if n <= SA_EXAMPLES else rng.choice(n, SA_EXAMPLES, replace=False)
