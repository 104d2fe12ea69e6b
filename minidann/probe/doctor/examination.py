"""The measurement of the wiring: sweeps beside finite differences, on float64 copies.

Only losses, sweeps, updates and differences are used, and no names of classes. A node, a head or a loop of your own is
measured like those of the package.
"""

from __future__ import annotations

import numpy as np

from ..._differences import central_difference
from ...adapt.parts import PARTS, REACHED_BY
from ...adapt.training import Batch
from ...engine.backend import to_numpy
from ...engine.modes import no_grad
from ...engine.tensor import Tensor
from .replay import STEPS, Replay
from .sweeps import Swept, sweep
from .training_copy import TrainingCopy, value_of
from .updates import add_updates
from .wiring import NOTHING, UNLIKE, Reading, Wiring


def examine_wiring(patient: TrainingCopy, batch: Batch, weight: float = 1.0) -> Wiring:
    """The wiring at λ = ``weight`` and the present weights. Parameters are float64 already."""
    base = patient.copy(weight)
    swept = sweep(base, batch)
    if not all(np.isfinite(g).all() for of_loss in swept.gradients.values() for g in of_loss.values()):
        nothing = {loss: {part: {"": Reading(0, 0)} for part in PARTS} for loss in REACHED_BY}
        return Wiring(nothing, swept.values, {}, finite=False)
    wiring = Wiring({loss: {part: {} for part in PARTS} for loss in REACHED_BY}, swept.values, {})
    for loss in REACHED_BY:
        _read(wiring, swept, loss, base, batch)
    other = mirrored(batch)
    add_updates(wiring, patient, (batch, other), (swept.gradients, sweep(base, other).gradients), weight)
    return wiring


def mirrored(batch: Batch) -> Batch:
    """Another batch of the same kind: coordinates, or the rows of images, in the other order."""
    return Batch(batch.x_source[:, ::-1].copy(), batch.y_source, batch.x_target[:, ::-1].copy())


def _read(wiring: Wiring, swept: Swept, loss: str, base: TrainingCopy, batch: Batch) -> None:
    """Add the readings of one loss, and the parts where its sweep is no multiple of its derivative."""
    gradients = swept.gradients[loss]
    keys = [key for key in swept.tensors if key[0] in REACHED_BY[loss]]
    along = {swept.tensors[key]: gradients[key] for key in keys if gradients[key].any()}
    replay = Replay(swept.losses[loss], along) if along else None
    step = replay.step if replay else STEPS[0]
    for key in keys:
        gradient, tensor = gradients[key], swept.tensors[key]
        size = float(np.linalg.norm(gradient))
        if replay and replay.faithful and size:
            reading = Reading(size, replay.slope({tensor: gradient / size}))
        else:
            reading = Reading(size, _slope(base, batch, loss, key, gradient, step))
        left_out = gradient == 0
        if size and left_out.any():
            reading.beside = _slope(base, batch, loss, key, left_out.astype(float), step)
        wiring.readings[loss][key[0]][key[1]] = reading
    wiring.at_zero = loss == "L_d" and 0.0 in swept.factors(loss)
    if replay and replay.exact:
        for part in REACHED_BY[loss]:
            true = {swept.tensors[key]: wiring.true(loss, gradients)[key] for key in keys if key[0] == part}
            if not wiring.swept_nothing(loss, part):
                wiring.missed[loss, part] = _missed(replay, true)
        if loss == "L_d" and wiring.missed.get((loss, "features"), 0) > UNLIKE:
            straight = swept.straight(loss)
            wiring.straight = _missed(replay, {swept.tensors[k]: straight[k] for k in keys if k[0] == "features"})


def _missed(replay: Replay, true: dict[Tensor, np.ndarray]) -> float:
    """The share by which the slopes in random directions differ from those of the gradient ``true``: 0 to 1."""
    rng, missed, whole = np.random.default_rng(0), 0.0, 0.0
    for _ in range(3):
        along = {tensor: rng.standard_normal(gradient.shape) for tensor, gradient in true.items()}
        found = replay.slope(along)
        expected = sum(float(np.vdot(gradient, along[tensor])) for tensor, gradient in true.items())
        missed, whole = missed + (found - expected) ** 2, whole + found**2 + expected**2
    return float(np.sqrt(missed / whole)) if whole > NOTHING**2 else 0.0


def _slope(
    patient: TrainingCopy, batch: Batch, loss: str, key: tuple[str, str], gradient: np.ndarray, step: float
) -> float:
    """The slope of ``loss`` along a unit step of one parameter in the direction of ``gradient``, by differences.

    Each value is that of a new forward pass, so a part that the graph takes as a constant is seen as well.
    """
    direction = gradient if gradient.any() else np.random.default_rng(0).standard_normal(gradient.shape)
    direction = direction / np.linalg.norm(direction)
    size = max(1.0, float(np.linalg.norm(to_numpy(patient.parts()[key[0]][key[1]].data))))

    def loss_at(distance: float) -> float:
        moved = patient.copy()  # a new copy for each value, so that random numbers repeat
        tensor = moved.parts()[key[0]][key[1]]
        tensor.data[...] += distance * direction
        tensor.mark_changed()
        with no_grad():
            return value_of(moved.losses(batch)[loss == "L_d"])

    return float(central_difference(loss_at, step * size))
