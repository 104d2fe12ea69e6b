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
from ...engine.backprop import backprop
from ...engine.modes import no_grad
from .training_copy import TrainingCopy, value_of
from .updates import add_updates
from .wiring import Reading, Sweeps, Wiring

STEP = 1e-5  # step of finite differences, as a share of a parameter's size


def examine_wiring(patient: TrainingCopy, batch: Batch, weight: float = 1.0) -> Wiring:
    """The wiring at λ = ``weight`` and the present weights. Parameters are float64 already."""
    base, parts = patient.copy(weight), patient.parts()
    values, swept = _sweeps(base, batch)
    if not all(np.isfinite(g).all() for of_loss in swept.values() for g in of_loss.values()):
        nothing = {loss: {part: {"": Reading(0, 0)} for part in PARTS} for loss in REACHED_BY}
        return Wiring(nothing, values, {}, finite=False)
    readings: dict[str, dict[str, dict[str, Reading]]] = {}
    for loss, seen_by in REACHED_BY.items():
        readings[loss] = {part: {} for part in PARTS}
        for part in seen_by:
            for name in parts[part]:
                gradient = swept[loss][part, name]
                readings[loss][part][name] = Reading(
                    float(np.linalg.norm(gradient)), _slope(base, batch, loss, part, name, gradient)
                )
    wiring = Wiring(readings, values, {})
    other = Batch(batch.x_source[:, ::-1].copy(), batch.y_source, batch.x_target[:, ::-1].copy())
    add_updates(wiring, patient, (batch, other), (swept, _sweeps(base, other)[1]), weight)
    return wiring


def _sweeps(patient: TrainingCopy, batch: Batch) -> tuple[dict[str, float], Sweeps]:
    """The losses, and the gradient of each loss at each parameter, by the graph of the training."""
    patient = patient.copy()
    tensors = {(part, name): tensor for part, named in patient.parts().items() for name, tensor in named.items()}
    label, domain, _ = patient.losses(batch)
    values, found = {}, {}
    for name, loss in (("L_y", label), ("L_d", domain)):
        values[name] = value_of(loss)
        if loss is None or not loss.requires_grad:
            found[name] = {key: np.zeros(tensor.shape) for key, tensor in tensors.items()}
            continue
        gradients = backprop(loss, of=list(tensors.values()))
        found[name] = {
            key: to_numpy(gradients[tensor]).astype(np.float64) if tensor.requires_grad else np.zeros(tensor.shape)
            for key, tensor in tensors.items()
        }
    return values, found


def _slope(patient: TrainingCopy, batch: Batch, loss: str, part: str, name: str, gradient: np.ndarray) -> float:
    """The slope of ``loss`` along a unit step of one parameter in the direction of ``gradient``, by differences."""
    size = float(np.linalg.norm(gradient))
    direction = gradient / size if size else np.random.default_rng(0).standard_normal(gradient.shape)
    direction = direction / np.linalg.norm(direction)

    def loss_at(distance: float) -> float:
        moved = patient.copy()  # a new copy for each value, so that random numbers repeat
        tensor = moved.parts()[part][name]
        tensor.data[...] += distance * direction
        tensor.mark_changed()
        with no_grad():
            return value_of(moved.losses(batch)[loss == "L_d"])

    step = STEP * max(1.0, float(np.linalg.norm(to_numpy(patient.parts()[part][name].data))))
    return central_difference(loss_at, step)
