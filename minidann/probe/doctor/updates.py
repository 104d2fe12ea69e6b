"""What the doctor measures of updates: which loss they raise, and which they lower, through each parameter."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ...adapt.training import Batch
from ...engine.backend import to_numpy
from .patient import Patient
from .wiring import PARTS, SEEN_BY, Moves, Sweeps, Wiring


def add_updates(
    wiring: Wiring, patient: Patient, batches: tuple[Batch, Batch], sweeps: tuple[Sweeps, Sweeps], weight: float
) -> None:
    """What updates do to each loss: the difference between the updates of two batches, held against their true slopes.

    The difference, because momentum, weight decay and whatever else does not come from the batch falls out of it. It is
    proportional to the slopes for gradient descent of any kind; for others (Adam, clipped gradients) see ``_roughly``.
    """
    (batch, other), (swept, there) = batches, sweeps
    moves = {at: _moves(patient.copy(at), batch) for at in (weight, 0.0)}
    wiring.updated = {part: any(moves[weight][part, name].any() for name in patient.parts()[part]) for part in PARTS}
    if not all(np.isfinite(move).all() for by_weight in moves.values() for move in by_weight.values()):
        wiring.finite = False
        return
    between = _difference(moves[weight], _moves(patient.copy(weight), other))
    slopes = {loss: _difference(wiring.true(loss, swept[loss]), wiring.true(loss, there[loss])) for loss in SEEN_BY}
    if _proportional(between, slopes):
        for loss in SEEN_BY:
            _by_shares(wiring, loss, between, slopes)
    else:
        _roughly(wiring, moves[weight], _difference(moves[weight], moves[0.0]), swept)


def _columns(slopes: dict[str, Moves], part: str, names: Iterable[str]) -> np.ndarray:
    """The slopes of the losses that a part sees, side by side: (numbers, losses)."""
    seen = [loss for loss in SEEN_BY if part in SEEN_BY[loss]]
    return np.stack([np.concatenate([slopes[loss][part, name].ravel() for name in names]) for loss in seen], axis=1)


def _proportional(moves: Moves, slopes: dict[str, Moves]) -> bool:
    """Whether the moves of each tensor are sums of multiples of the losses' slopes, to one percent."""
    for part in PARTS:
        of_part = {name: move.ravel() for (own, name), move in moves.items() if own == part}
        largest = max(float(np.linalg.norm(move)) for move in of_part.values())
        for name, move in of_part.items():
            columns = _columns(slopes, part, [name])
            rest = move - columns @ np.linalg.lstsq(columns, move, rcond=None)[0]
            # rounding alone moves a tensor whose slope is 0, such as a bias under a batch normalisation
            if float(np.linalg.norm(rest)) > max(0.01 * float(np.linalg.norm(move)), 1e-6 * largest):
                return False
    return True


def _by_shares(wiring: Wiring, loss: str, moves: Moves, slopes: dict[str, Moves]) -> None:
    """Tell by least squares how much of the moves is ``loss``'s, and with which sign: for each tensor by itself."""
    for part in SEEN_BY[loss]:
        readings = wiring.readings[loss][part]
        column = [other for other in SEEN_BY if part in SEEN_BY[other]].index(loss)
        for name, reading in readings.items():
            # a tensor of a few numbers leaves too little to tell two losses apart by: take the whole part
            names = [name] if moves[part, name].size >= 8 or part != "features" else list(readings)
            move = np.concatenate([moves[part, each].ravel() for each in names])
            shares = np.linalg.lstsq(_columns(slopes, part, names), move, rcond=None)[0]
            seen = abs(shares[column]) > 1e-6 * float(np.abs(shares).max())
            reading.update = int(np.sign(shares[column])) if seen else 0


def _roughly(wiring: Wiring, moves: Moves, by_weight: Moves, swept: Sweeps) -> None:
    """Updates that go by the signs of gradients more than by their sizes: each head's by whether it goes up or down.

    For the features, where two losses meet, what λ changes in the update is L_d's. Where λ changes nothing, they are
    taken to follow the same sweep as the heads.
    """
    for loss, head in (("L_y", "label_head"), ("L_d", "domain_head")):
        slopes = wiring.true(loss, swept[loss])
        up = int(np.sign(sum(_along(moves[head, name], slopes[head, name]) for name in wiring.readings[loss][head])))
        for reading in wiring.readings[loss][head].values():
            reading.update = up
        turned = up * np.sign(wiring.factor(loss, head))  # what the update makes of a sweep: −1 descends it
        for name, reading in wiring.readings[loss]["features"].items():
            reading.update = 0 if math.isnan(reading.factor) else int(turned * np.sign(reading.factor))
            changed = by_weight["features", name]
            if loss == "L_d" and np.linalg.norm(changed) > 1e-6 * np.linalg.norm(moves["features", name]):
                reading.update = int(np.sign(_along(changed, slopes["features", name])))


def _along(move: np.ndarray, slope: np.ndarray) -> float:
    """How far a move goes up a slope. By the signs of its entries, because Adam leaves little else of them."""
    return float(np.vdot(np.sign(move), slope))


def _moves(patient: Patient, batch: Batch) -> Moves:
    """By how much one update changes each parameter."""
    keys = [(part, name) for part, named in patient.parts().items() for name in named]
    before = patient.values()
    patient.update(batch)
    return {key: to_numpy(new - old) for key, new, old in zip(keys, patient.values(), before)}


def _difference(a: Moves, b: Moves) -> Moves:
    return {key: a[key] - b[key] for key in a}
