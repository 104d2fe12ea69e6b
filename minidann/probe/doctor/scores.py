"""The scores of a network: one fixed function of an example, which follows the training."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from ...adapt.training import Batch
from .diagnosis import Finding
from .training_copy import TrainingCopy

FOLLOWING = 3  # updates after which the scores must have changed


def look_at_scores(patient: TrainingCopy, batch: Batch) -> list[Finding]:
    """Findings if the scores are no fixed function of an example, or if they do not follow the training."""
    twin = patient.copy()
    scored = _scored(twin)
    found = []
    if evidence := _unsteady_scores(scored, batch):
        remedy = "hand the random generator to training passes only: network(x) predicts, network(x, rng) trains"
        found.append(Finding("scoring_with_dropout", evidence, remedy))
    if evidence := _stale(twin, scored, batch):
        remedy = "bring the averaged weights up to date after each update, or score the trained weights themselves"
        found.append(Finding("stale_scores", evidence, remedy))
    return found


def _scored(patient: TrainingCopy) -> Any:
    """The network that is scored, or a function of (examples) that scores."""
    training = patient.training
    scores_of = getattr(training, "scores_of", None)
    if scores_of is not None:
        network = copy.deepcopy(training.network)
        return lambda x: scores_of(network, x)
    return training.result() if hasattr(training, "result") else copy.deepcopy(training.network)


def scores_for(scored: Any, x: Any) -> np.ndarray | None:
    """The scores (n, classes) of examples; None if the network has none."""
    function = scored if not hasattr(scored, "parts") else getattr(scored, "label_logits", None)
    return np.asarray(function(x)) if callable(function) else None


def _stale(patient: TrainingCopy, scored: Any, batch: Batch) -> str:
    """The evidence that some updates change the weights and leave the scores as they were, or ""."""
    before, weights = scores_for(scored, batch.x_target), patient.values()
    if before is None or not np.isfinite(before).all():
        return ""
    try:
        for _ in range(FOLLOWING):
            patient.update(batch)
    except FloatingPointError:  # the losses are not finite: that is said elsewhere
        return ""
    after = scores_for(_scored(patient), batch.x_target)
    moved = any((new != old).any() for new, old in zip(patient.values(), weights))
    if after is None or not moved or not np.array_equal(before, after):
        return ""
    return (
        f"{FOLLOWING} updates change the weights, and the scores of {len(before)} examples stay equal to the last bit"
    )


def _unsteady_scores(scored: Any, batch: Batch) -> str:
    """The evidence that the scores are not one fixed function of an example, or ""."""
    if not hasattr(scored, "parts"):
        return _unsteady("scores_of", scored, batch.x_target)
    try:
        return _unsteady_network(scored, batch)
    except FloatingPointError:  # its logits are not finite: that is said elsewhere
        return ""


def _unsteady_network(network: Any, batch: Batch) -> str:
    names = [name for name in ("label_logits", "predict", "transform") if hasattr(network, name)]
    found = [_unsteady(f"network.{name}", getattr(network, name), batch.x_target) for name in names]
    if hasattr(network, "accuracy"):  # one number for a batch may be equal twice by chance
        accuracies = {float(network.accuracy(batch.x_source, batch.y_source)) for _ in range(5)}
        asked = f"network.accuracy, asked five times for the same examples, lay between {min(accuracies):.3g} and "
        found.append(asked + f"{max(accuracies):.3g}" if len(accuracies) > 1 else "")
    return next(filter(None, found), "")


def _unsteady(name: str, function: Callable[[Any], Any], x: Any) -> str:
    first, second = (np.asarray(function(x)) for _ in range(2))
    if not np.array_equal(first, second, equal_nan=first.dtype.kind == "f"):
        apart = float(np.nanmax(np.abs(first.astype(float) - second.astype(float))))
        return f"{name}, called twice with the same examples, gave outputs that differ by up to {apart:.3g}"
    if first.dtype.kind != "f":
        return ""
    close: dict[str, Any] = {"rtol": 0, "atol": 1e-3 * float(np.nanmax(np.abs(first), initial=1.0)), "equal_nan": True}
    if not np.allclose(first, np.asarray(function(x[::-1]))[::-1], **close):
        return f"{name} gives an example another answer when the batch comes in another order"
    half = np.asarray(function(x[: max(1, len(x) // 2)]))
    if not np.allclose(first[: len(half)], half, **close):
        return f"{name} gives an example another output in another batch: it uses statistics of the batch"
    return ""
