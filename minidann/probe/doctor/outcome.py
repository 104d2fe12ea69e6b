"""The outcome so far: a domain head that has won, a label head that knows nothing, class shares that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from ...adapt.predictor import Predictor
from ...adapt.training import Batch
from .diagnosis import Finding
from .heads import chance, silence, values
from .training_copy import TrainingCopy
from .weight import RECENT

BATCHES = 5  # further batches of a Training that has them
WON = 0.1  # of the L_d of guessing
LEARNT = 0.9  # of the L_y of guessing
LATE = 1000  # updates after which a label head must know something
DOMAINS = ("source", "target")
ENOUGH = 16  # rows that tell a mean
SHARES = 0.22  # of the rows would have to change their class, beside the chance of a sample
ROUNDS = 60  # updates of a copy that finds classes without the domain loss


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


def class_shares_differ(patient: TrainingCopy, batches: Sequence[Batch]) -> tuple[list[Finding], list[str]]:
    """A finding if copies without the domain loss find other class shares in the target than in the source.

    Copies may err on a target that looks different, and then do not agree. So the shares of three copies must differ,
    and by more than the share of target rows to which two of them give different classes.
    """
    count = min(sum(len(getattr(batch, f"x_{domain}")) for batch in batches) for domain in DOMAINS)
    shares, of_target = np.zeros((2, 0)), []
    for seed in (2, 3, 4):
        predicted = _without_domain_loss(patient.refreshed(seed).copy(0.0), batches) if count >= ENOUGH else None
        if predicted is None:
            return [], ["whether the domains differ in their class shares: there are too few rows, or no scores_of"]
        classes = max(shares.shape[1], *(int(each.max()) + 1 for each in predicted))
        found = np.array([np.bincount(each, minlength=classes) / len(each) for each in predicted])
        apart = 0.5 * float(np.abs(found[0] - found[1]).sum())
        # the distance of two samples of one distribution, for equal shares the largest
        if apart < SHARES + 1.2 * 0.4 * float(np.sqrt(2 * classes / count)):
            return [], []
        shares = np.pad(shares, ((0, 0), (0, classes - shares.shape[1]))) + found / 3
        of_target.append(predicted[1])
    unlike = float(np.mean([a != b for a, b in combinations(of_target, 2)]))
    if 0.5 * float(np.abs(shares[0] - shares[1]).sum()) < SHARES + unlike:
        return [], []
    said = [", ".join(f"{share:.2f}" for share in each[:10]) for each in shares]
    evidence = f"copies trained without L_d find class shares of {said[0]} in the source and {said[1]} in the target"
    remedy = "weight the source classes as they are in the target, if that is known; compare with source only"
    return [Finding("class_shares_differ", evidence, remedy)], []


def _without_domain_loss(twin: TrainingCopy, batches: Sequence[Batch]) -> list[np.ndarray] | None:
    """The classes of all source and all target rows by a copy that learns L_y alone; None if it has no scores."""
    try:
        for step in range(ROUNDS):
            silence(twin, "domain_head")
            twin.update(batches[step % len(batches)])
    except FloatingPointError:
        return None
    found = [_predicted(twin, np.concatenate([getattr(b, f"x_{d}") for b in batches]), d) for d in DOMAINS]
    return None if any(each is None for each in found) else [each for each in found if each is not None]


def _predicted(patient: TrainingCopy, x: np.ndarray, domain: str) -> np.ndarray | None:
    """The classes that the present network predicts, (n,); None if it has no scores."""
    training = patient.training
    if hasattr(training, "scores_of"):
        scores = training.scores_of(training.network, x) if training.scores_of is not None else None
    elif isinstance(training.network, Predictor):
        scores = training.network.label_logits(x, domain)
    else:
        scores = training.network.label_logits(x) if hasattr(training.network, "label_logits") else None
    return None if scores is None else np.asarray(scores).argmax(axis=1)
