"""The measurement of updates: the losses that they raise and lower, through each parameter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from ...adapt.parts import PARTS, REACHED_BY
from ...adapt.training import Batch
from ...engine.backend import to_numpy
from .training_copy import TrainingCopy
from .wiring import Moves, Sweeps, Wiring

HEADS = (("L_y", "label_head"), ("L_d", "domain_head"))
SETTLE = 30  # updates on a batch, after which the momentum of Adam has forgotten 96 % of others
ALONG = 0.6  # the coherence of one update that goes by its own batch
LOST = 3e-8  # a part that moves by a smaller share of its size stays as it is in float32


def add_updates(
    wiring: Wiring, patient: TrainingCopy, batches: tuple[Batch, Batch], sweeps: tuple[Sweeps, Sweeps], weight: float
) -> None:
    """The effect of updates on each loss: the difference of two updates on two batches, beside the true slopes.

    In the difference momentum, weight decay and all else that does not depend on the batch cancel out. For gradient
    descent of any kind the difference is proportional to the slopes. For Adam and clipped gradients see ``_roughly``.
    """
    (batch, other), (swept, there) = batches, sweeps
    between = _difference(*(update_of(patient.copy(weight), each) for each in batches))
    if not all(np.isfinite(move).all() for move in between.values()):
        wiring.finite = False
        return
    for part, named in patient.parts().items():
        size = _norm(to_numpy(tensor.data) for tensor in named.values())
        wiring.updated[part] = _norm(between[part, name] for name in named) > LOST * size
    slopes = {loss: _difference(wiring.true(loss, swept[loss]), wiring.true(loss, there[loss])) for loss in REACHED_BY}
    if _proportional(between, slopes):
        wiring.proportional = True
        for loss in REACHED_BY:
            _by_shares(wiring, loss, between, slopes)
    else:
        for batches_before in ([batch], [other] * SETTLE + [batch] * SETTLE):  # one update, if the past is not in it
            moves = {at: frozen_updates(patient.copy(at), batches_before)[-1] for at in (weight, 0.0)}
            wiring.coherence = min(_coherence(wiring, moves[weight], swept, *head) for head in HEADS)
            if wiring.coherence > ALONG:
                break
        _roughly(wiring, moves[weight], _difference(moves[weight], moves[0.0]), swept)


def _norm(arrays: Iterable[np.ndarray]) -> float:
    return math.sqrt(sum(float((array**2).sum()) for array in arrays))


def _columns(slopes: dict[str, Moves], part: str, names: Iterable[str]) -> np.ndarray:
    """The slopes of the losses that reach a part, side by side: (numbers, losses)."""
    seen = [loss for loss in REACHED_BY if part in REACHED_BY[loss]]
    return np.stack([np.concatenate([slopes[loss][part, name].ravel() for name in names]) for loss in seen], axis=1)


def _proportional(moves: Moves, slopes: dict[str, Moves]) -> bool:
    """Whether the moves of each tensor are sums of multiples of the slopes, to one percent."""
    for part in PARTS:
        of_part = {name: move.ravel() for (own, name), move in moves.items() if own == part}
        largest = max(float(np.linalg.norm(move)) for move in of_part.values())
        for name, move in of_part.items():
            columns = _columns(slopes, part, [name])
            rest = move - columns @ np.linalg.lstsq(columns, move, rcond=None)[0]
            # only rounding moves a tensor with slope 0, such as a bias below a batch normalisation
            if float(np.linalg.norm(rest)) > max(0.01 * float(np.linalg.norm(move)), 1e-6 * largest):
                return False
    return True


def _by_shares(wiring: Wiring, loss: str, moves: Moves, slopes: dict[str, Moves]) -> None:
    """The share of ``loss`` in the moves, with its sign, by least squares, for each tensor."""
    for part in REACHED_BY[loss]:
        readings = wiring.readings[loss][part]
        column = [other for other in REACHED_BY if part in REACHED_BY[other]].index(loss)
        for name, reading in readings.items():
            # a tensor of a few numbers cannot tell two losses apart: use the whole part
            names = [name] if moves[part, name].size >= 8 or part != "features" else list(readings)
            move = np.concatenate([moves[part, each].ravel() for each in names])
            shares = np.linalg.lstsq(_columns(slopes, part, names), move, rcond=None)[0]
            seen = abs(shares[column]) > 1e-6 * float(np.abs(shares).max())
            reading.update = int(np.sign(shares[column])) if seen else 0


def _roughly(wiring: Wiring, moves: Moves, by_weight: Moves, swept: Sweeps) -> None:
    """Updates that follow the signs of gradients more than their sizes: each head is judged by up or down.

    For the features, which both losses reach, the part of the update that λ changes belongs to L_d. If λ changes
    nothing, the features are assumed to follow the same sweep as the heads.
    """
    for loss, head in HEADS:
        slopes = wiring.true(loss, swept[loss])
        up = int(np.sign(sum(_along(moves[head, name], slopes[head, name]) for name in wiring.readings[loss][head])))
        for reading in wiring.readings[loss][head].values():
            reading.update = up
        turned = up * np.sign(wiring.factor(loss, head))  # the effect of an update on a sweep: −1 descends
        whole = sum(_along(by_weight["features", n], slopes["features", n]) for n in wiring.readings[loss]["features"])
        for name, reading in wiring.readings[loss]["features"].items():
            reading.update = 0 if math.isnan(reading.factor) else int(turned * np.sign(reading.factor))
            changed = by_weight["features", name]
            if loss == "L_d" and np.linalg.norm(changed) > 1e-6 * np.linalg.norm(moves["features", name]):
                reading.update = int(np.sign(whole))


def _coherence(wiring: Wiring, moves: Moves, swept: Sweeps, loss: str, head: str) -> float:
    """How far the moves of a head go all along the gradient of this batch, or all against it: 1, and 0 by chance."""
    keys = [(head, name) for name in wiring.readings[loss][head]]
    move, slope = (np.concatenate([each[key].ravel() for key in keys]) for each in (moves, swept[loss]))
    clear = (np.abs(slope) > 0.02 * np.abs(slope).max()) & (move != 0)
    return abs(float(np.mean(np.sign(move[clear]) * np.sign(slope[clear])))) if clear.any() else 1.0


def _along(move: np.ndarray, slope: np.ndarray) -> float:
    """The movement along a slope, by the signs of the entries: Adam keeps little else."""
    return float(np.vdot(np.sign(move), slope))


def update_of(patient: TrainingCopy, batch: Batch) -> Moves:
    """The change of each parameter by one update."""
    keys = [(part, name) for part, named in patient.parts().items() for name in named]
    before = patient.values()
    patient.update(batch)
    return {key: to_numpy(new - old) for key, new, old in zip(keys, patient.values(), before)}


def frozen_updates(patient: TrainingCopy, batches: Sequence[Batch]) -> list[Moves]:
    """The change of each parameter by each of these updates, always from the same parameters."""
    before, found = patient.values(), []
    for batch in batches:
        found.append(update_of(patient, batch))
        tensors = [tensor for named in patient.parts().values() for tensor in named.values()]
        for tensor, old in zip(tensors, before):
            tensor.data[...] = old
            tensor.mark_changed()
    return found


def shares_of_features(move: Moves, other: Moves, sweeps: Sequence[Sweeps]) -> tuple[float, float]:
    """The shares of the gradients of L_y and L_d in the move of the features, by the difference of two batches."""
    keys = [key for key in move if key[0] == "features"]
    between = np.concatenate([(move[key] - other[key]).ravel() for key in keys])
    columns = [np.concatenate([(sweeps[0][s][k] - sweeps[1][s][k]).ravel() for k in keys]) for s in REACHED_BY]
    label, domain = np.linalg.lstsq(np.stack(columns, axis=1), between, rcond=None)[0]
    return float(label), float(domain)


def _difference(a: Moves, b: Moves) -> Moves:
    return {key: a[key] - b[key] for key in a}
