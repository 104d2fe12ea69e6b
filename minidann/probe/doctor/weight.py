"""λ: whether the updates follow it, whether it is 0, and whether it drowns the label loss."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...adapt.training import Batch
from ...engine.backend import to_numpy
from .diagnosis import Finding
from .examination import mirrored
from .heads import chance, silence
from .sweeps import sweep
from .training_copy import TrainingCopy, value_of
from .updates import shares_of_features, update_of

FORK_STEPS = 100  # updates of each of two copies
MEASURED = 20  # the last of these updates, for the medians
RECENT = 10  # rows of history that count as "now"
HARM = 0.2  # λ is called too large if L_y ends higher than without λ by this share of ln(classes)
GREAT_HARM = 0.5  # the same for a λ that still rises
MANY = 50  # updates at λ = 0 that are no beginning


def followed(patient: TrainingCopy, batch: Batch, proportional: bool) -> list[Finding]:
    """A finding if half of λ does not mean half of the effect of L_d on the features."""
    ratio = _ratio(patient, batch, proportional)
    if ratio is None or abs(ratio - 0.5) < 0.1:
        return []
    meaning = {1.0: ": λ is not used", 0.25: ": λ acts twice, as its square"}
    said = next((words for value, words in meaning.items() if abs(ratio - value) < 0.05), "")
    evidence = f"at λ = ½ the effect of L_d on the features is {ratio:.2g} times that at λ = 1, expected 0.5{said}"
    remedy = "multiply by λ once: in the node, as reverse_gradient(features, λ), or before L_d in the total loss"
    return [Finding("lambda_not_followed", evidence, remedy)]


def _ratio(patient: TrainingCopy, batch: Batch, proportional: bool) -> float | None:
    """The effect of L_d on the features at λ = ½, as a share of that at λ = 1; None if it cannot be told."""
    if not proportional:
        sizes, changes = [], []
        for weight in (1.0, 0.5):
            at = patient.copy(weight)
            swept = sweep(at, batch).gradients["L_d"]
            sizes.append(math.sqrt(sum(float((g**2).sum()) for (part, _), g in swept.items() if part == "features")))
            changes.append(
                np.concatenate([m.ravel() for (p, _), m in update_of(at.copy(), batch).items() if p == "features"])
            )
        alike = np.linalg.norm(changes[0] - changes[1]) <= 1e-6 * np.linalg.norm(changes[0])
        ratio = sizes[1] / sizes[0] if sizes[0] else math.nan
        return None if math.isnan(ratio) or (abs(ratio - 1) < 0.05 and not alike) else ratio
    other = mirrored(batch)
    slopes = [sweep(patient.copy(1.0), each).gradients for each in (batch, other)]  # of the same losses for both
    found = []
    for weight in (1.0, 0.5):
        at = patient.copy(weight)
        label, domain = shares_of_features(update_of(at.copy(), batch), update_of(at.copy(), other), slopes)
        if abs(label) < 1e-12:
            return None
        found.append(domain / label)
    return found[1] / found[0] if abs(found[0]) > 1e-9 else None


def is_zero(patient: TrainingCopy, batch: Batch, history: Sequence[Mapping[str, float]]) -> list[Finding]:
    """A finding if λ is 0 and is not going to rise: the features then never work against the domain head."""
    known = [row["adapt_weight"] for row in history if "adapt_weight" in row]
    if patient.full_weight() > 0 or any(known):
        return []
    steps, label = patient.steps(), value_of(patient.copy().losses(batch)[0])
    if not hasattr(patient.training, "recipe") and (steps or 0) < MANY and label > 0.5 * chance(patient, batch)[0]:
        return []  # the beginning of a run: λ may rise yet
    evidence = "λ is 0 now" + f", after {steps} updates" * bool(steps)
    evidence += ", and the schedule never raises it" * hasattr(patient.training, "recipe")
    return [
        Finding("lambda_zero", evidence, "give the run a λ above 0, such as adapt_weight=0.7 with the paper's ramp")
    ]


def too_large(
    patient: TrainingCopy, batch: Batch, history: Sequence[Mapping[str, float]], fresh: Sequence[TrainingCopy]
) -> tuple[list[Finding], list[str]]:
    """A finding if λ holds the label loss up, and remarks. ``fresh``: copies to try if no loss changes any more."""
    full, weight, notes = patient.full_weight(), patient.adapt_weight, []
    evidence = [rising_domain_loss(history, float(chance(patient, batch)[1]))]
    now = fork(patient, batch, weight)
    if fresh or now.stuck:  # did λ cause it?
        forks = (fork(copy, batch, weight) for copy in fresh or [patient.refreshed(seed) for seed in (2, 3, 4)])
        evidence.append(next((f"from fresh weights, {each}" for each in forks if each.harmful), ""))
    elif now.harmful:
        evidence.append(str(now))
    elif full > 5 * weight:
        notes.append(f"λ is {weight:.2g} still, on its way to {full:.3g}: ask again later")
        # λ still rises, and the ramp helps: so a fifth of the full λ must do great harm
        later = fork(patient, batch, full / 5, harm=GREAT_HARM)
        evidence.append(f"on the way to λ = {full:.3g}, {later}" * later.harmful)
    if not any(evidence):
        return [], notes
    features = getattr(patient.copy().losses(batch)[2], "features", None)
    if features is not None:
        apart = spread(to_numpy(features.data))
        evidence.append(f"the features lie apart by {apart:.2g} of their size" + ": one point" * (apart < 0.05))
    remedy = "lower λ, or let it rise from 0 by the paper's ramp; the domain loss should stay near chance, not above it"
    return [Finding("lambda_too_large", "; ".join(filter(None, evidence)), remedy)], notes


@dataclass
class Fork:
    """Two copies that went on from one state on one batch, with λ and without. Medians over the last steps."""

    weight: float
    start: float  #: L_y before
    label: float  #: L_y with λ
    label_without: float  #: L_y at λ = 0
    domain: float  #: L_d with λ
    bound: float  #: the difference of L_y that counts as harm

    @property
    def harmful(self) -> bool:
        """Whether λ holds up a label loss that is low, or falls, without λ."""
        learns = self.label_without < max(self.start - self.bound, self.bound)
        return learns and not self.label - self.label_without < self.bound  # true for NaN with λ as well

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
    start = value_of(patient.copy().losses(batch)[0])
    label, domain = go_on(patient.copy(weight), batch)
    label_without, _ = go_on(patient.copy(0.0), batch, deaf=True)
    classes = len(np.unique(to_numpy(batch.y_source)))
    return Fork(weight, start, label, label_without, domain, harm * math.log(max(2, classes)))


def go_on(patient: TrainingCopy, batch: Batch, deaf: bool = False) -> tuple[float, float]:
    """L_y and L_d after some updates.

    ``deaf``: the domain head is kept at 0, and so returns no gradient, also in a loop whose λ cannot be set.
    """
    rows = []
    try:
        for step in range(FORK_STEPS):
            if deaf:
                silence(patient, "domain_head")
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
