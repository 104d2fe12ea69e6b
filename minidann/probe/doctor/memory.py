"""The memory of an update: how long, and with which sign, a gradient goes on to act in later updates.

Two copies see different batches once, and then the same batch. Their parameters go back after each update, so that
only the memory of the first batch differs. With momentum m it fades as 1, m, m², …
"""

from __future__ import annotations

import numpy as np

from ...adapt.training import Batch
from .diagnosis import Finding
from .examination import mirrored
from .training_copy import TrainingCopy
from .updates import SETTLE, frozen_updates
from .wiring import Wiring

LATER = 12  # updates of plain descent: momentum 0.99 has faded to 0.9
KEPT = 0.97  # a larger share is no momentum
COHERENT = 0.6  # of updates by other optimisers


RESET = "start each update from new gradients: backprop returns them, and .grad adds up until it is set to None"


def incoherent(wiring: Wiring) -> list[Finding]:
    """A finding if updates that are no sums of gradients, as Adam's, do not follow the batches that come in."""
    if wiring.coherence > COHERENT or not all(wiring.updated.values()):
        return []
    evidence = f"after {SETTLE} updates on one batch, the moves agree with its gradients by {wiring.coherence:.0%} only"
    return [Finding("gradients_accumulate", evidence, RESET)]


def look_at_memory(patient: TrainingCopy, batch: Batch) -> list[Finding]:
    """A finding if plain descent sums its gradients over all updates, or has momentum of the wrong sign."""
    other = mirrored(batch)
    twins = zip(_moves(patient.copy(), [batch] + [other] * LATER), _moves(patient.copy(), [other] * (LATER + 1)))
    apart_by = [a - b for a, b in twins]
    size = float(np.vdot(apart_by[0], apart_by[0]))
    if not size:
        return []
    kept = [float(np.vdot(later, apart_by[0])) / size for later in apart_by]
    if kept[1] > KEPT and kept[-1] > KEPT:
        evidence = f"{LATER} updates later, {kept[-1]:.0%} of an update still acts; momentum would have faded"
        return [Finding("gradients_accumulate", evidence, RESET)]
    if kept[1] < -0.01:
        evidence = f"each update has {kept[1]:+.2f} times the one before in it"
        remedy = "v ← m·v + g, and θ ← θ − rate·v, with m above 0 in both"
        return [Finding("momentum_turned", evidence, remedy)]
    return []


def _moves(patient: TrainingCopy, batches: list[Batch]) -> list[np.ndarray]:
    return [np.concatenate([m.ravel() for m in moves.values()]) for moves in frozen_updates(patient, batches)]
