"""The outcome so far: a domain head that has won, a label head that knows nothing, class shares that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...adapt.training import Batch
from .diagnosis import Finding
from .heads import chance, values
from .training_copy import TrainingCopy
from .weight import RECENT

BATCHES = 5  # further batches of a Training that has them
WON = 0.1  # of the L_d of guessing
LEARNT = 0.9  # of the L_y of guessing
LATE = 1000  # updates after which a label head must know something
ENOUGH = 16  # rows that tell a mean
SHARES = 0.35  # of the examples would have to change their class


def more_batches(patient: TrainingCopy, batch: Batch) -> list[Batch]:
    """The batch, and further ones of the training if it deals them."""
    twin = patient.copy().training
    return [batch, *(twin.next_batch() for _ in range(BATCHES * hasattr(twin, "next_batch")))]


def _now(
    patient: TrainingCopy, batches: Sequence[Batch], history: Sequence[Mapping[str, float]]
) -> dict[str, tuple[float, float]]:
    """L_y and L_d now, each beside its value for guessing: means over batches and the last rows of the history."""
    guessing = chance(patient, batches[0])
    measured = np.array([values(patient, batch) for batch in batches])
    found = {}
    for i, name in enumerate(("label_loss", "domain_loss")):
        rows = [row[name] for row in history if name in row][-RECENT:]
        found[name] = float(np.mean([measured[:, i].mean(), *([np.mean(rows)] if rows else [])])), float(guessing[i])
    return found


def domain_head_wins(
    patient: TrainingCopy, batches: Sequence[Batch], history: Sequence[Mapping[str, float]]
) -> list[Finding]:
    """A finding if L_d is near 0 though λ has risen: the features no longer work against the domain head."""
    loss, guessing = _now(patient, batches, history)["domain_loss"]
    enough = sum(len(batch.x_source) + len(batch.x_target) for batch in batches) >= ENOUGH
    if not enough or not loss < WON * guessing or patient.adapt_weight < 0.5 * patient.full_weight():
        return []
    accuracy = [row["domain_accuracy"] for row in history if "domain_accuracy" in row][-RECENT:]
    evidence = f"L_d is {loss:.2g}, where guessing gives {guessing:.3g}, at λ = {patient.adapt_weight:.2g}"
    evidence += f"; the domain head was right on {np.mean(accuracy):.1%} of the last batches" if accuracy else ""
    remedy = "raise λ, lower the domain head's rate, or bring the inputs of both domains to one scale"
    return [Finding("domain_head_wins", evidence, remedy)]


def labels_not_learnt(
    patient: TrainingCopy, batches: Sequence[Batch], history: Sequence[Mapping[str, float]]
) -> list[Finding]:
    """A finding if L_y is still that of guessing after many updates."""
    steps = max([patient.steps() or 0, *(int(row["step"]) for row in history[-1:] if "step" in row)])
    loss, guessing = _now(patient, batches, history)["label_loss"]
    if steps < LATE or not loss > LEARNT * guessing:
        return []
    evidence = f"after {steps} updates L_y is {loss:.3g}, where guessing gives {guessing:.3g}"
    remedy = "train without the domain loss first; look at the labels, the scale of the inputs, and the learning rate"
    return [Finding("labels_not_learnt", evidence, remedy)]
