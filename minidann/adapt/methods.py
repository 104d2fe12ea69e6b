"""The rows of the table: each method run on one pair from one seed, with the same network, budget and averaging."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..data.pairs import DomainPair
from .alignment import SubspaceAlignment, choose_d, choose_d_by_oracle
from .dann import DANN
from .recipes import Recipe
from .training import Training

METHODS = ("source-only", "sa", "sa-oracle", "dann", "target-only")
TRAINED = ("source-only", "dann", "target-only")  # the others stand on the features of source-only

OnStep = Callable[[Training], Any]


@dataclass
class Comparison:
    """What one seed gave: the rows, as dicts for JSON, and the networks and histories behind them, by method."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    networks: dict[str, DANN] = field(default_factory=dict)
    histories: dict[str, list[dict[str, float]]] = field(default_factory=dict)


def compare(pair: DomainPair, recipe: Recipe, seed: int = 0, on_step: OnStep | None = None) -> Comparison:
    """Every method on ``pair`` from ``seed``. All start from the same weights and see the same batches.

    source-only is DANN with λ = 0: its domain head learns, and shows what the features give away, but cannot touch
    them. target-only trains on the labelled target and is an upper bound; with sa-oracle it is the only one to see
    target labels.
    """
    result = Comparison()
    trainings = {
        "source-only": (pair, replace(recipe, adapt_weight=0.0)),
        "dann": (pair, recipe),
        "target-only": (None, replace(recipe, adapt_weight=0.0, domain_weight=0.0)),
    }
    seconds = {}
    for method, (trained_on, its_recipe) in trainings.items():
        start = time.perf_counter()
        training = Training(trained_on or pair.target_as_source(), its_recipe, seed).fit(on_step)
        result.networks[method], result.histories[method] = training.result(), training.history
        seconds[method] = time.perf_counter() - start
    for method in METHODS:
        if method in TRAINED:
            network = result.networks[method]
            scores: dict[str, Any] = {
                "target_accuracy": network.accuracy(pair.x_target_test, pair.y_target_test),
                "source_accuracy": network.accuracy(pair.x_source_test, pair.y_source_test),
                "classifier": "label head",
                "seconds": seconds[method],
            }
        else:
            scores = align(pair, result.networks["source-only"], oracle=method == "sa-oracle")
            scores["seconds"] += seconds["source-only"]
        result.rows.append({"pair": pair.name, "method": method, "seed": seed, **scores})
    return result


def align(pair: DomainPair, network: DANN, oracle: bool = False) -> dict[str, Any]:
    """Subspace Alignment on a network's features: its accuracies, d, classifier and seconds."""
    start = time.perf_counter()
    x_source, x_target = network.transform(pair.x_source), network.transform(pair.x_target)
    source_test, target_test = network.transform(pair.x_source_test), network.transform(pair.x_target_test)
    if oracle:
        d = choose_d_by_oracle(x_source, pair.y_source, x_target, target_test, pair.y_target_test)
    else:
        d = choose_d(x_source, pair.y_source, x_target)
    sa = SubspaceAlignment(d).fit(x_source, pair.y_source, x_target)
    return {
        "target_accuracy": float((sa.predict(target_test) == pair.y_target_test).mean()),
        "source_accuracy": float((sa.predict_source(source_test) == pair.y_source_test).mean()),
        "classifier": "linear SVM",
        "d": d,
        "seconds": time.perf_counter() - start,
    }
