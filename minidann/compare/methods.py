"""The rows of the table: each method run on one pair from one seed, with the same network, budget and averaging."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..data.pairs import DomainPair
from .subspace_alignment import AlignedSVM, choose_d, choose_d_by_oracle

METHODS = ("source-only", "sa", "sa-oracle", "dann", "cdan", "target-only")
PAPER_METHODS = tuple(method for method in METHODS if method != "cdan")  # the rows of the paper's table, run by default
TRAINED = ("source-only", "dann", "cdan", "target-only")  # the others stand on the features of source-only

SA_EXAMPLES = 2000  # examples of each domain, at most, for the fit of Subspace Alignment

#: ``fit(training, method, pair)`` trains to the last step. ``pair`` has the test points of the row.
Fit = Callable[[Training, str, DomainPair], Any]
#: ``measure(pair, network, method)``: further numbers on a trained network, for its row.
Measure = Callable[[DomainPair, DANN, str], Mapping[str, Any]]


@dataclass
class Comparison:
    """The results of one seed: the rows as dicts for JSON, and networks and histories by method."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    networks: dict[str, DANN] = field(default_factory=dict)
    histories: dict[str, list[dict[str, float]]] = field(default_factory=dict)


def fit_to_the_end(training: Training, method: str, pair: DomainPair) -> None:
    """Train to the last step: the default ``fit`` of ``compare``."""
    training.fit()


def no_more(pair: DomainPair, network: DANN, method: str) -> dict[str, Any]:
    """No further numbers: the default ``measure`` of ``compare``."""
    return {}


def compare(
    pair: DomainPair,
    recipe: Recipe,
    seed: int = 0,
    methods: Sequence[str] | None = None,
    fit: Fit = fit_to_the_end,
    measure: Measure = no_more,
) -> Comparison:
    """Run each of ``methods`` on ``pair`` from ``seed``. All start from the same weights and use the same batches.

    By default these are the rows of the paper's table that the labels of ``pair`` allow. Every method but target-only
    and sa-oracle is given the pair without any label of its target. Without y_target_test a row has the target accuracy
    None.

    - source-only is DANN with λ = 0. Its domain head learns, and shows how well the features tell the domains apart,
      but cannot change the features. With a convolutional trunk, source-only is trained without domain head and
      target: the features are the same up to rounding, at half the cost.
    - sa and sa-oracle are Subspace Alignment on the last hidden layer of source-only, as in the paper.
    - cdan is DANN with a domain head that compares the domains class by class.
    - target-only trains on the labelled target and is an upper bound. Only target-only and sa-oracle use target labels.

    ``fit(training, method, pair)`` trains one network, by default with ``training.fit()``. ``measure(pair, network,
    method)`` returns further entries for the row of a trained network, such as ``feature_scores``. Raises ValueError
    for an unknown method, for a method that needs labels or examples that ``pair`` lacks, or if an SA row is asked for
    without source-only.
    """
    _validate.instance("pair", pair, DomainPair)
    methods = methods_for(pair, methods)
    _validate.instance("recipe", recipe, Recipe)
    _validate.whole_number("seed", seed, least=0)
    _validate.function("fit", fit, "training", "method", "pair")
    _validate.function("measure", measure, "pair", "network", "method")
    result = Comparison()
    seconds: dict[str, float] = {}
    for method in (method for method in METHODS if method in methods):
        start = time.perf_counter()
        if method in TRAINED:
            training = train(method, pair, recipe, seed, fit)
            result.networks[method], result.histories[method] = training.result(), training.history
            scores = score(pair, result.networks[method]) | dict(measure(pair, result.networks[method], method))
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


def methods_for(pair: DomainPair, methods: Sequence[str] | None = None) -> tuple[str, ...]:
    """The methods to run on ``pair``: ``methods``, or by default those of PAPER_METHODS that ``pair`` allows.

    Raises ValueError before any training if ``pair`` lacks what one of ``methods`` needs.
    """
    if methods is None:
        return tuple(method for method in PAPER_METHODS if not _lacking(pair, method))
    check_methods(methods)
    for method in methods:
        if lacking := _lacking(pair, method):
            raise ValueError(f"methods: got {method!r}, which needs {lacking}; leave {method} out")
    return tuple(methods)


def _lacking(pair: DomainPair, method: str) -> str:
    """The missing thing that ``method`` needs of ``pair``; "" if there is none."""
    if method == "target-only" and not pair.has_oracle:
        return "y_target, the labels of the target for training"
    if method == "sa-oracle" and pair.y_target_test is None:
        return "y_target_test, the labels of the target's test set"
    few = [name for name in ("x_source", "x_target") if len(getattr(pair, name)) < 2]
    if method not in TRAINED and few:
        return f"at least 2 examples in {few[0]}"
    return ""


def train(method: str, pair: DomainPair, recipe: Recipe, seed: int, fit: Fit = fit_to_the_end) -> Training:
    """Train the network of one method in TRAINED. Returns the finished training.

    Only target-only is given the labels of the target. ``fit`` is the caller's: it receives the whole pair.
    """
    learnt_pair = pair.target_as_source() if method == "target-only" else pair.without_target_labels()
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
    """The accuracies of a network by its own label head. The target accuracy is None without labels."""
    known = pair.y_target_test is not None
    return {
        "target_accuracy": network.accuracy(pair.x_target_test, pair.y_target_test) if known else None,
        "source_accuracy": network.accuracy(pair.x_source_test, pair.y_source_test, "source"),
        "classifier": "label head",
    }


def align(pair: DomainPair, network: DANN, oracle: bool = False) -> dict[str, Any]:
    """The result of Subspace Alignment on the last hidden layer of a network: accuracies, d and classifier.

    Only with ``oracle`` the choice of d is given the labels of the target's test set. Otherwise they are for the score.
    """
    sa = _fit_alignment(pair if oracle else pair.without_target_labels(), network, oracle)
    predicted = sa.predict(network.last_hidden(pair.x_target_test))
    of_source = sa.predict_source(network.last_hidden(pair.x_source_test, "source"))
    known = pair.y_target_test is not None
    return {
        "target_accuracy": float((predicted == pair.y_target_test).mean()) if known else None,
        "source_accuracy": float((of_source == pair.y_source_test).mean()),
        "classifier": "linear SVM",
        "d": sa.d,
    }


def _fit_alignment(pair: DomainPair, network: DANN, oracle: bool) -> AlignedSVM:
    rng = np.random.default_rng(0)
    some, others = (some_examples(len(x), rng) for x in (pair.x_source, pair.x_target))
    x_source, x_target = network.last_hidden(pair.x_source[some], "source"), network.last_hidden(pair.x_target[others])
    y_source = pair.y_source[some]
    if oracle:
        if pair.y_target_test is None:
            raise ValueError(f"y_target_test: {pair!r} was made without the labels of its target test set")
        d = choose_d_by_oracle(
            x_source, y_source, x_target, network.last_hidden(pair.x_target_test), pair.y_target_test
        )
    else:
        d = choose_d(x_source, y_source, x_target)
    return AlignedSVM(d).fit(x_source, y_source, x_target)


def some_examples(n: int, rng: np.random.Generator) -> np.ndarray:
    """All positions 0…n−1, or SA_EXAMPLES random positions if n is larger."""
    return np.arange(n) if n <= SA_EXAMPLES else rng.choice(n, SA_EXAMPLES, replace=False)
