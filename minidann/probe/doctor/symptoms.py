"""Failures beside the wiring: domain labels, scores, and a λ that drowns the label loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...adapt.training import Batch
from ...engine.backend import to_numpy
from ...engine.backprop import backprop
from ...engine.modes import no_grad
from .training_copy import TrainingCopy, value_of

FORK_STEPS = 100  # updates of each of two copies
MEASURED = 20  # the last of these updates, for the medians
RECENT = 10  # rows of history that count as "now"
HARM = 0.2  # λ is called too large if L_y ends higher than without λ by this share of ln(classes)
GREAT_HARM = 0.5  # the same for a λ that still rises


def constant_labels(patient: TrainingCopy, batch: Batch) -> str:
    """The evidence that all examples have one domain label, or "". It is measured at ordinary weights, in float64.

    ∂L_d/∂z is σ(z) − t: its sign at a logit z shows the domain label t. If a loop hides its logits, source and target
    are exchanged: a domain loss that does not notice knows no domains.
    """
    losses = patient.copy().losses(batch)
    domain, held = losses[1], losses[2]
    logits = getattr(held, "domain_logits", None)
    if domain is None or not domain.requires_grad:
        return ""
    if logits is not None and len(logits) == len(batch.x_source) + len(batch.x_target):
        gradient = to_numpy(backprop(domain, of=[logits])[logits]).reshape(len(logits), -1)[:, 0]
        signs = [set(np.sign(half[half != 0])) for half in np.split(gradient, [len(batch.x_source)])]
        if signs[0] == signs[1] and len(signs[0]) == 1:
            pushed = "target" if signs[0] == {-1.0} else "source"
            return (
                f"L_d pushes the logit of all {len(gradient)} examples the same way, source and target alike: {pushed}"
            )
    n = min(len(batch.x_source), len(batch.x_target))
    there = Batch(batch.x_source[:n], batch.y_source[:n], batch.x_target[:n])
    back = Batch(there.x_target, there.y_source, there.x_source)
    values = [_domain_loss(patient.copy(), each) for each in (there, back)]
    if abs(values[0] - values[1]) <= 1e-9 * max(1.0, abs(values[0])):
        return f"L_d stays at {values[0]:.6f} when source and target change places"
    repeats = patient.copy()
    if _domain_loss(repeats, there) == _domain_loss(repeats, there):
        return ""
    # with dropout two values differ by chance. So a copy is trained first, and its knowledge of domains is tested
    for _ in range(FORK_STEPS):
        repeats.update(there)
    taught, swapped = (np.mean([_domain_loss(repeats, each) for _ in range(MEASURED)]) for each in (there, back))
    guessing = chance(patient, there)
    if taught < 0.5 * guessing and abs(swapped - taught) < 0.1 * guessing:
        return f"L_d, lowered to {taught:.3g} on a copy, is {swapped:.3g} when source and target change places"
    return ""


def _domain_loss(patient: TrainingCopy, batch: Batch) -> float:
    with no_grad():
        domain = patient.losses(batch)[1]
    return value_of(domain)


def unsteady_scores(training: Any, batch: Batch) -> str:
    """The evidence that the scores of the network are not one fixed function of an example, or ""."""
    scores_of = getattr(training, "scores_of", None)
    if scores_of is not None:
        return _unsteady("scores_of", lambda x: scores_of(training.network, x), batch.x_target)
    network = training.result() if hasattr(training, "result") else training.network
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


@dataclass
class Fork:
    """Two copies that went on from one state on one batch, with λ and without. Medians over the last steps."""

    weight: float
    label: float  #: L_y with λ
    label_without: float  #: L_y at λ = 0
    domain: float  #: L_d with λ
    bound: float  #: the difference of L_y that counts as harm

    @property
    def harmful(self) -> bool:
        """Whether λ holds the label loss up that would fall without λ."""
        return not self.label - self.label_without < self.bound  # true for NaN as well

    @property
    def stuck(self) -> bool:
        """Whether the label loss no longer falls, with λ or without."""
        return not self.harmful and not max(self.label, self.label_without) < self.bound

    def __str__(self) -> str:
        return (
            f"a copy that goes on for {FORK_STEPS} updates on this batch with λ = {self.weight:.3g} ends at L_y = "
            f"{self.label:.3g} (L_d {self.domain:.3g}); one with λ = 0 at L_y = {self.label_without:.3g}"
        )


def fork(patient: TrainingCopy, batch: Batch, weight: float, harm: float = HARM) -> Fork:
    """Two copies that go on, with λ = ``weight`` and with λ = 0.

    ``harm``: a share of ln(classes), the loss of guessing.
    """
    label, domain = _go_on(patient.copy(weight), batch)
    label_without, _ = _go_on(patient.copy(0.0), batch, deaf=True)
    classes = len(np.unique(to_numpy(batch.y_source)))
    return Fork(weight, label, label_without, domain, harm * math.log(max(2, classes)))


def _go_on(patient: TrainingCopy, batch: Batch, deaf: bool = False) -> tuple[float, float]:
    """L_y and L_d after some updates.

    ``deaf``: the domain head is kept at 0, and so returns no gradient, also in a loop whose λ cannot be set.
    """
    rows = []
    try:
        for step in range(FORK_STEPS):
            if deaf:
                _silence(patient)
            patient.update(batch)
            if step >= FORK_STEPS - MEASURED:
                label, domain, _ = patient.losses(batch)
                rows.append((value_of(label), value_of(domain)))
    except FloatingPointError:  # not finite any more
        return math.nan, math.nan
    label_loss, domain_loss = np.median(rows, axis=0)  # one bad step is no evidence
    return float(label_loss), float(domain_loss)


def spread(features: np.ndarray) -> float:
    """The spread of examples (n, width) as a share of their size: 0 if all are one point, 1 if they cancel out."""
    size = np.linalg.norm(features)
    return float(np.linalg.norm(features - features.mean(axis=0)) / size) if size else 0.0


def chance(patient: TrainingCopy, batch: Batch) -> float:
    """L_d of a domain head with all parameters 0: ln 2, or 2 ln 2 if two means are added."""
    blank = patient.copy()
    _silence(blank)
    return _domain_loss(blank, batch)


def rising_domain_loss(history: Sequence[Mapping[str, float]], chance: float) -> str:
    """The evidence that the domain loss is far above chance and rises, or ""."""
    values = np.array([row["domain_loss"] for row in history if "domain_loss" in row])
    if len(values) < 2 * RECENT:
        return ""
    recent, before = values[-RECENT:], values[-2 * RECENT : -RECENT]
    sure = recent.mean() - 3 * recent.std() / math.sqrt(RECENT)
    if sure > 1.5 * chance and recent.mean() > before.mean():
        return f"L_d was {before.mean():.3g} and is now {recent.mean():.3g}, where guessing gives {chance:.3g}"
    return ""


def _silence(patient: TrainingCopy) -> None:
    """Set all parameters of the domain head to 0: its output is constant, and it returns no gradient."""
    for tensor in patient.parts()["domain_head"].values():
        tensor.data[...] = 0
        tensor.mark_changed()
