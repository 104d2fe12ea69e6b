"""The memory of an update: how long, and with which sign, a gradient goes on to act in later updates.

Two copies see different batches once, and then the same batch. Their parameters go back after each update, so that
only the memory of the first batch differs. With momentum m it fades as 1, m, m², …
"""

from __future__ import annotations

import numpy as np

from ...adapt.training import Batch
from ...engine.backend import to_numpy
from .diagnosis import Finding
from .examination import mirrored
from .training_copy import TrainingCopy

LATER = 12  # updates of plain descent: momentum 0.99 has faded to 0.9
KEPT = 0.97  # a larger share is no momentum
FIRST, THEN = 20, 25  # updates of other optimisers: Adam has forgotten 93 %
DISAGREE = 0.25  # the share of parameters that go on in another direction


def look_at_memory(patient: TrainingCopy, batch: Batch, proportional: bool) -> list[Finding]:
    """A finding if gradients are summed over all updates, or if momentum has the wrong sign.

    ``proportional``: whether an update is a sum of multiples of gradients. For Adam and its like, signs are compared.
    """
    other = mirrored(batch)
    reset = "start each update from new gradients: backprop returns them, and .grad adds up until it is set to None"
    if not proportional:
        first = _moves(patient, [batch] * FIRST + [other] * THEN)[-1]
        second = _moves(patient, [other] * (FIRST + THEN))[-1]
        apart = float((first * second < 0).mean())
        if apart < DISAGREE:
            return []
        evidence = f"{THEN} updates after the batch has changed, {apart:.0%} of the parameters still go another way"
        return [Finding("gradients_accumulate", evidence, reset)]
    twins = zip(_moves(patient, [batch] + [other] * LATER), _moves(patient, [other] * (LATER + 1)))
    apart_by = [a - b for a, b in twins]
    size = float(np.vdot(apart_by[0], apart_by[0]))
    if not size:
        return []
    kept = [float(np.vdot(later, apart_by[0])) / size for later in apart_by]
    if kept[1] > KEPT and kept[-1] > KEPT:
        evidence = f"{LATER} updates later, {kept[-1]:.0%} of an update still acts; momentum would have faded"
        return [Finding("gradients_accumulate", evidence, reset)]
    if kept[1] < -0.01:
        evidence = f"each update has {kept[1]:+.2f} times the one before in it"
        remedy = "v ← m·v + g, and θ ← θ − rate·v, with m above 0 in both"
        return [Finding("momentum_turned", evidence, remedy)]
    return []


def _moves(patient: TrainingCopy, batches: list[Batch]) -> list[np.ndarray]:
    """The change of all parameters by each of these updates, always from the same parameters."""
    twin, found = patient.copy(), []
    before = twin.values()
    for batch in batches:
        twin.update(batch)
        tensors = [tensor for named in twin.parts().values() for tensor in named.values()]
        found.append(np.concatenate([to_numpy(t.data - old).ravel() for t, old in zip(tensors, before)]))
        for tensor, old in zip(tensors, before):
            tensor.data[...] = old
            tensor.mark_changed()
    return found
