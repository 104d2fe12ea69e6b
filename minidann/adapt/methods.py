"""The rows of the table: each method run on one pair from one seed, with the same network, budget and averaging."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import checks
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


def compare(
    pair: DomainPair,
    recipe: Recipe,
    seed: int = 0,
    on_step: OnStep | None = None,
    methods: Sequence[str] = METHODS,
) -> Comparison:
    """Each of ``methods`` on ``pair`` from ``seed``. All start from the same weights and see the same batches.

    source-only is DANN with λ = 0: its domain head learns, and shows what the features give away, but cannot touch
    them. target-only trains on the labelled target and is an upper bound; with sa-oracle it is the only one to see
    target labels.
    """
    for method in methods:
        checks.one_of("methods", method, METHODS)
    if "source-only" not in methods and any(method not in TRAINED for method in methods):
        raise ValueError(f"methods: got {methods!r}, expected source-only too, on whose features SA stands")
    result = Comparison()
    seconds: dict[str, float] = {}
    for method in sorted(methods, key=METHODS.index):
        start = time.perf_counter()
        if method in TRAINED:
            training = train(method, pair, recipe, seed, on_step)
            result.networks[method], result.histories[method] = training.result(), training.history
            scores = score(pair, result.networks[method])
        else:
            scores = align(pair, result.networks["source-only"], oracle=method == "sa-oracle")
        seconds[method] = time.perf_counter() - start + (0 if method in TRAINED else seconds["source-only"])
        row = {"pair": pair.name, "method": method, "seed": seed, "seconds": seconds[method]}
        result.rows.append(row | scores)
    return result


def train(method: str, pair: DomainPair, recipe: Recipe, seed: int, on_step: OnStep | None = None) -> Training:
    """One of the trained methods, trained."""
    if method == "source-only":
        recipe = replace(recipe, adapt_weight=0.0)
    elif method == "target-only":
        pair, recipe = pair.target_as_source(), replace(recipe, adapt_weight=0.0, domain_weight=0.0)
    return Training(pair, recipe, seed).fit(on_step)


def score(pair: DomainPair, network: DANN) -> dict[str, Any]:
    """A network's accuracies by its own label head."""
    return {
        "target_accuracy": network.accuracy(pair.x_target_test, pair.y_target_test),
        "source_accuracy": network.accuracy(pair.x_source_test, pair.y_source_test),
        "classifier": "label head",
    }


def compare_over_seeds(
    pair_of: Callable[[int], DomainPair], recipe: Recipe, seeds: Sequence[int]
) -> tuple[list[Comparison], bool]:
    """``compare`` for each seed on ``pair_of(seed)``, with a progress bar on a terminal.

    Returns the finished comparisons, and whether Ctrl-C ended the work before the last of them.
    """
    from tqdm import tqdm

    finished: list[Comparison] = []
    total = len(seeds) * len(TRAINED) * recipe.steps
    # a run that diverges is reported by Training in one line; NumPy need not warn of it as well
    with (
        tqdm(total=total, unit=" steps", disable=None, leave=False) as bar,
        np.errstate(over="ignore", invalid="ignore"),
    ):
        try:
            for seed in seeds:
                bar.set_description(f"seed {seed}")
                finished.append(compare(pair_of(seed), recipe, seed, on_step=lambda _: bar.update()))
        except KeyboardInterrupt:
            return finished, True
    return finished, False


def align(pair: DomainPair, network: DANN, oracle: bool = False) -> dict[str, Any]:
    """Subspace Alignment on a network's features: its accuracies, d and classifier."""
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
    }
