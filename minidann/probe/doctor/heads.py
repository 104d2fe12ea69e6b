"""The heads and their losses: domain labels that are constant, and logits that are squashed before a loss on logits."""

from __future__ import annotations

import numpy as np

from ...adapt.training import Batch
from ...engine.modes import no_grad
from .diagnosis import Finding
from .training_copy import TrainingCopy, value_of

HEADS = {"L_y": "label_head", "L_d": "domain_head"}
SATURATED = 1e3  # times ordinary weights: an output that is bounded is then at its bounds
SEEDS = range(6)


def values(patient: TrainingCopy, batch: Batch) -> np.ndarray:
    """(L_y, L_d) of a copy. Random numbers are those of every other copy."""
    return values_of(patient.copy(), batch)


def values_of(twin: TrainingCopy, batch: Batch) -> np.ndarray:
    """(L_y, L_d) of this copy, which goes on to other random numbers."""
    with no_grad():
        label, domain, _ = twin.losses(batch)
    return np.array([value_of(label), value_of(domain)])


def chance(patient: TrainingCopy, batch: Batch) -> np.ndarray:
    """(L_y, L_d) of heads with all parameters 0: ln(classes) and ln 2, or 2 ln 2 if two means are added."""
    blank = patient.copy()
    for head in HEADS.values():
        silence(blank, head)
    return values(blank, batch)


def silence(patient: TrainingCopy, head: str) -> None:
    """Set all parameters of a head to 0: its output is constant, and it returns no gradient."""
    for tensor in patient.parts()[head].values():
        tensor.data[...] = 0
        tensor.mark_changed()


def squashed_logits(patient: TrainingCopy, batch: Batch) -> list[Finding]:
    """A finding for each loss on logits that are probabilities already.

    Large weights make large logits, and some are wrong: the loss is then many times that of guessing. A loss on a
    sigmoid or a softmax stays between 0.45 and 1.9 times that of guessing.
    """
    guessing, found = chance(patient, batch), []
    large = []
    for seed in SEEDS:
        large.append(values(saturated(patient, seed), batch) / guessing)
    for i, (loss, head) in enumerate(HEADS.items()):
        ratios = np.array(large)[:, i]
        if np.ptp(ratios) > 1e-9 and ratios.min() > 0.3 and ratios.max() < 1.95:
            evidence = (
                f"with weights {SATURATED:g} times as large in the {head.replace('_', ' ')}, {loss} stays between "
                f"{ratios.min():.2f} and {ratios.max():.2f} times its value for guessing ({guessing[i]:.3g})"
            )
            remedy = "hand the raw logits to the loss: no sigmoid, softmax or tanh at the end of the head"
            found.append(Finding("squashed_logits", evidence, remedy))
    return found


def one_answer(patient: TrainingCopy, batch: Batch) -> list[Finding]:
    """A finding if a head that gives all rows one answer can have a domain loss near 0: it counts one domain only.

    The rows are equal, so this holds below a joined batch normalisation as well.
    """
    source, target = (np.repeat(batch.x_source[:1], len(x), axis=0) for x in (batch.x_source, batch.x_target))
    alike = Batch(source, batch.y_source, target)
    guessing, low = chance(patient, alike)[1], []
    for seed in SEEDS:
        low.append(float(values(saturated(patient, seed), alike)[1]) / guessing)
    if not min(low) < 0.02:
        return []
    evidence = (
        f"a domain head that gives all rows one answer has L_d = {min(low) * guessing:.2g}: one domain is not counted"
    )
    return [Finding("rows_left_out", evidence, "let L_d be the mean over all rows of source and target")]


def saturated(patient: TrainingCopy, seed: int) -> TrainingCopy:
    """A copy with new weights, very large ones in both heads."""
    renewed = patient.refreshed(seed)
    for head in HEADS.values():
        for tensor in renewed.parts()[head].values():
            tensor.data *= SATURATED
    return renewed


def constant_labels(patient: TrainingCopy, batch: Batch) -> list[Finding]:
    """A finding if source and target can change places and L_d stays: it then knows no domains."""
    n = min(len(batch.x_source), len(batch.x_target))
    there = Batch(batch.x_source[:n], batch.y_source[:n], batch.x_target[:n])
    first, second = (values(patient, each)[1] for each in (there, exchanged(there)))
    if not abs(first - second) <= 1e-9 * max(1.0, abs(first)):
        return []
    evidence = f"L_d stays at {first:.6f} when source and target change places"
    remedy = "label the joined batch 0 for every source example and 1 for every target example"
    return [Finding("constant_domain_labels", evidence, remedy)]


def exchanged(batch: Batch) -> Batch:
    """The batch with source and target in each other's place; both have as many rows."""
    return Batch(batch.x_target, batch.y_source, batch.x_source)
