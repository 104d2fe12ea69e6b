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
from ..adapt.resume import Checkpoints, load_checkpoint, patient, save_checkpoint
from ..adapt.training import Training
from ..data.pairs import DomainPair
from .subspace_alignment import SubspaceAlignment, choose_d, choose_d_by_oracle

METHODS = ("source-only", "sa", "sa-oracle", "dann", "cdan", "target-only")
PAPERS = tuple(method for method in METHODS if method != "cdan")  # the rows of the paper's table, run by default
TRAINED = ("source-only", "dann", "cdan", "target-only")  # the others stand on the features of source-only

SA_EXAMPLES = 2000  # of each domain at most, on which Subspace Alignment is fitted

OnStep = Callable[[Training], Any]


@dataclass
class Comparison:
    """What one seed gave: the rows, as dicts for JSON, and the networks and histories behind them, by method."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    networks: dict[str, DANN] = field(default_factory=dict)
    histories: dict[str, list[dict[str, float]]] = field(default_factory=dict)


class Unfinished(Exception):
    """The end of ``compare_over_seeds`` by an error, which is the cause. ``finished``: the seeds before the error."""

    def __init__(self, finished: list[Comparison]) -> None:
        super().__init__(f"{len(finished)} seeds were finished")
        self.finished = finished


def compare(
    pair: DomainPair,
    recipe: Recipe,
    seed: int = 0,
    on_step: OnStep | None = None,
    methods: Sequence[str] = PAPERS,
    checkpoints: Checkpoints | None = None,
) -> Comparison:
    """Each of ``methods`` on ``pair`` from ``seed``. All start from the same weights and deal the same batches.

    source-only is DANN with λ = 0: its domain head learns, and shows what the features give away, but cannot touch
    them. With a convolutional trunk it is trained without domain head and target, to the same features up to rounding,
    at half the cost. cdan is DANN with a domain head that compares the domains class by class. target-only trains on
    the labelled target and is an upper bound; with sa-oracle it is the only one to see target labels. ``checkpoints``:
    where to leave each run, and whether to go on from there.
    """
    check_methods(methods)
    result = Comparison()
    seconds: dict[str, float] = {}
    for method in (method for method in METHODS if method in methods):
        start = time.perf_counter()
        if method in TRAINED:
            training = train(method, pair, recipe, seed, on_step, checkpoints)
            result.networks[method], result.histories[method] = training.result(), training.history
            scores = score(pair, result.networks[method])
        else:
            scores = align(pair, result.networks["source-only"], oracle=method == "sa-oracle")
        seconds[method] = time.perf_counter() - start + (0 if method in TRAINED else seconds["source-only"])
        row = {"pair": pair.name, "method": method, "seed": seed, "seconds": seconds[method]}
        result.rows.append(row | scores)
    return result


def check_methods(methods: Sequence[str]) -> None:
    """ValueError for a method that is none, or that lacks the one it stands on."""
    for method in methods:
        _validate.one_of("methods", method, METHODS)
    if "source-only" not in methods and any(method not in TRAINED for method in methods):
        raise ValueError(f"methods: got {methods!r}, expected source-only too, on whose features SA stands")


def train(
    method: str,
    pair: DomainPair,
    recipe: Recipe,
    seed: int,
    on_step: OnStep | None = None,
    checkpoints: Checkpoints | None = None,
) -> Training:
    """One of the trained methods, trained."""
    scored = pair
    if method == "source-only":
        # with a trunk the target would cost as much as the source, and batch normalisation would feel it: leave it out
        beside = recipe.domain_weight if recipe.trunk == "none" else 0.0
        recipe = replace(recipe, adapt_weight=0.0, domain_weight=beside)
    elif method == "cdan":
        recipe = replace(recipe, conditioned=True)
    elif method == "target-only":
        pair, recipe = pair.target_as_source(), replace(recipe, adapt_weight=0.0, domain_weight=0.0)
    training = Training(pair, recipe, seed)
    if checkpoints is None:
        return training.fit(on_step)
    return _fit_with_checkpoints(method, training, scored, on_step, checkpoints)


def _fit_with_checkpoints(
    method: str, training: Training, pair: DomainPair, on_step: OnStep | None, checkpoints: Checkpoints
) -> Training:
    """All steps, with the state saved every so often, at the end, and on Ctrl-C, which is then raised.

    At each of them target-test accuracy goes into the history, for the eye alone: nothing is chosen by it.
    """
    path = checkpoints.path(method, training.seed)
    if checkpoints.resume and path.exists():
        load_checkpoint(path, training, method)
        if on_step is not None:
            on_step(training)
    with patient() as asked:

        def after_step(training: Training) -> None:
            if on_step is not None:
                on_step(training)
            due = training.step_count % checkpoints.every == 0 or training.step_count == training.recipe.steps
            if due:
                accuracy = training.result().accuracy(pair.x_target_test, pair.y_target_test)
                training.history.append({"step": training.step_count, "target_accuracy": accuracy})
            if due or asked():
                save_checkpoint(path, training, method)
            if asked():
                raise KeyboardInterrupt

        training.fit(after_step)
        if asked():  # since the last step was looked at
            raise KeyboardInterrupt
    return training


def score(pair: DomainPair, network: DANN) -> dict[str, Any]:
    """A network's accuracies by its own label head."""
    return {
        "target_accuracy": network.accuracy(pair.x_target_test, pair.y_target_test),
        "source_accuracy": network.accuracy(pair.x_source_test, pair.y_source_test, "source"),
        "classifier": "label head",
    }


def compare_over_seeds(
    pair_of: Callable[[int], DomainPair],
    recipe: Recipe,
    seeds: Sequence[int],
    methods: Sequence[str] = PAPERS,
    checkpoints: Checkpoints | None = None,
) -> tuple[list[Comparison], bool]:
    """``compare`` for each seed on ``pair_of(seed)``, with a progress bar on a terminal.

    Returns the finished comparisons, and whether Ctrl-C ended the work before the last of them. Raises Unfinished if
    an error (a full disk, a training that diverges) comes after the first finished seed; an earlier error as it is.
    """
    from tqdm import tqdm

    check_methods(methods)
    finished: list[Comparison] = []
    total = len(seeds) * len(set(methods) & set(TRAINED)) * recipe.steps
    # a run that diverges is reported by Training in one line; NumPy need not warn of it as well
    with (
        tqdm(total=total, unit=" steps", disable=None, leave=False) as bar,
        np.errstate(over="ignore", invalid="ignore"),
    ):
        done = 0  # steps of the runs that are over

        def show(training: Training) -> None:
            nonlocal done
            bar.update(done + training.step_count - bar.n)  # more than one, where a run goes on from a checkpoint
            done += recipe.steps * (training.step_count == recipe.steps)

        try:
            for seed in seeds:
                bar.set_description(f"seed {seed}")
                finished.append(compare(pair_of(seed), recipe, seed, show, methods, checkpoints))
        except KeyboardInterrupt:
            return finished, True
        except (OSError, ValueError, FloatingPointError, MemoryError) as error:
            if not finished:
                raise
            raise Unfinished(finished) from error
    return finished, False


def align(pair: DomainPair, network: DANN, oracle: bool = False) -> dict[str, Any]:
    """Subspace Alignment on a network's features: its accuracies, d and classifier."""
    rng = np.random.default_rng(0)
    some, others = (_some(len(x), rng) for x in (pair.x_source, pair.x_target))
    x_source, x_target = network.transform(pair.x_source[some], "source"), network.transform(pair.x_target[others])
    y_source = pair.y_source[some]
    source_test, target_test = network.transform(pair.x_source_test, "source"), network.transform(pair.x_target_test)
    if oracle:
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
    """Positions of all of n examples, or of SA_EXAMPLES of them: subspaces and an SVM are fixed by those."""
    return np.arange(n) if n <= SA_EXAMPLES else rng.choice(n, SA_EXAMPLES, replace=False)
