"""What the doctor measures: for each parameter, what each loss's sweep says, what is true, and what an update does.

Everything is measured on copies, in float64, from losses, sweeps, updates and finite differences: no class is asked for
its name, so a node, a head or a loop of somebody's own is measured like those of the package.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..engine.backend import to_numpy
from ..engine.backprop import backprop
from ..engine.modes import no_grad
from ..engine.tensor import Tensor
from .patient import PARTS, Patient
from .training import Batch

STEP = 1e-5  # of finite differences, as a share of a parameter's size
NOTHING = 1e-9  # a slope below this, in nats for a step of length 1, is none
Moves = dict[tuple[str, str], np.ndarray]  # an array for each parameter, by part and name
Sweeps = dict[str, Moves]  # for each loss
SEEN_BY = {"L_y": ("features", "label_head"), "L_d": ("features", "domain_head")}


@dataclass
class Reading:
    """One loss at one parameter tensor, at λ = 1."""

    swept: float  #: norm of the gradient that the sweep of this loss alone gives
    slope: float  #: how fast the loss truly rises along it (along a random direction, where the sweep gives nothing)
    update: int = 0  #: what an update does to the loss through this tensor: −1 lowers it, +1 raises it, 0 neither

    @property
    def factor(self) -> float:
        """The sweep as a multiple of the truth: 1 for a plain gradient, −λ below a reversal, nan for no slope."""
        return self.swept / self.slope if abs(self.slope) > NOTHING else math.nan

    @property
    def felt(self) -> bool:
        """Whether the loss depends on this tensor at all."""
        return abs(self.slope) > NOTHING


@dataclass
class Wiring:
    """Where the gradients of both losses go. ``readings``: by loss, part and parameter."""

    readings: dict[str, dict[str, dict[str, Reading]]]
    values: dict[str, float]  #: the losses
    updated: dict[str, bool]  #: for each part, whether an update changes it at all
    finite: bool = True

    def of(self, loss: str, part: str) -> list[Reading]:
        """The readings that count: those of tensors with at least a thousandth of the part's steepest slope."""
        readings = list(self.readings[loss][part].values())
        if not readings:
            return []
        steepest = max(max(abs(reading.slope), reading.swept) for reading in readings)
        return [r for r in readings if max(abs(r.slope), r.swept) > max(1e-3 * steepest, NOTHING)]

    def signs(self, loss: str, part: str) -> set[int]:
        """What an update does to ``loss`` through ``part``: {-1} where all of its tensors lower it."""
        return {reading.update for reading in self.of(loss, part)}

    def factor(self, loss: str, part: str) -> float:
        """The sweep as a multiple of the truth over the whole part; nan where the loss does not feel it."""
        readings = [reading for reading in self.of(loss, part) if reading.felt]
        weights = [abs(reading.slope) for reading in readings]
        return float(np.average([r.factor for r in readings], weights=weights)) if readings else math.nan

    def true(self, loss: str, swept: Moves) -> Moves:
        """The true gradient of ``loss``, from its sweep: what the node has turned is turned back."""
        readings = {(part, name): r for part, named in self.readings[loss].items() for name, r in named.items()}
        return {key: swept[key] / r.factor if r.felt and r.swept else 0 * swept[key] for key, r in readings.items()}

    def swept_nothing(self, loss: str, part: str) -> bool:
        """Whether the sweep of ``loss`` leaves a gradient of 0 at all of ``part``.

        Up to rounding; but a loss that is itself all but 0 has a small gradient because it has won.
        """
        nothing = min(NOTHING, 1e-6 * abs(self.values[loss]))
        return all(reading.swept <= nothing for reading in self.readings[loss][part].values())

    def felt(self, loss: str, part: str) -> bool:
        """Whether ``loss`` depends on ``part``: on most of its tensors, as a step may flip one saturated unit."""
        felt = [reading.felt for reading in self.readings[loss][part].values()]
        return 2 * sum(felt) >= len(felt)

    @property
    def conclusive(self) -> bool:
        """Whether both losses depend on all the parts that they should, so that signs can be told."""
        return self.finite and all(self.felt(loss, part) for loss, seen_by in SEEN_BY.items() for part in seen_by)


def examine_wiring(patient: Patient, batch: Batch, weight: float = 1.0) -> Wiring:
    """The wiring at λ = ``weight`` and the weights as they are. Parameters are float64 already."""
    base, parts = patient.copy(weight), patient.parts()
    values, swept = _sweeps(base, batch)
    if not all(np.isfinite(g).all() for of_loss in swept.values() for g in of_loss.values()):
        nothing = {loss: {part: {"": Reading(0, 0)} for part in PARTS} for loss in SEEN_BY}
        return Wiring(nothing, values, {}, finite=False)
    readings: dict[str, dict[str, dict[str, Reading]]] = {}
    for loss, seen_by in SEEN_BY.items():
        readings[loss] = {part: {} for part in PARTS}
        for part in seen_by:
            for name in parts[part]:
                gradient = swept[loss][part, name]
                readings[loss][part][name] = Reading(
                    float(np.linalg.norm(gradient)), _slope(base, batch, loss, part, name, gradient)
                )
    wiring = Wiring(readings, values, {})
    _add_updates(wiring, patient, batch, swept, weight)
    return wiring


def _sweeps(patient: Patient, batch: Batch) -> tuple[dict[str, float], Sweeps]:
    """The losses, and the gradient of each alone at each parameter, by the training's own graph."""
    patient = patient.copy()
    tensors = {(part, name): tensor for part, named in patient.parts().items() for name, tensor in named.items()}
    label, domain, _ = patient.losses(batch)
    values, found = {}, {}
    for name, loss in (("L_y", label), ("L_d", domain)):
        values[name] = _value(loss)
        if loss is None or not loss.requires_grad:
            found[name] = {key: np.zeros(tensor.shape) for key, tensor in tensors.items()}
            continue
        gradients = backprop(loss, of=list(tensors.values()))
        found[name] = {
            key: to_numpy(gradients[tensor]).astype(np.float64) if tensor.requires_grad else np.zeros(tensor.shape)
            for key, tensor in tensors.items()
        }
    return values, found


def _slope(patient: Patient, batch: Batch, loss: str, part: str, name: str, gradient: np.ndarray) -> float:
    """How fast ``loss`` rises along a unit step of one parameter in the direction of ``gradient``, by differences."""
    size = float(np.linalg.norm(gradient))
    direction = gradient / size if size else np.random.default_rng(0).standard_normal(gradient.shape)
    direction = direction / np.linalg.norm(direction)
    ends = []
    for side in (1, -1):
        moved = patient.copy()  # anew for each, so that random numbers repeat
        tensor = moved.parts()[part][name]
        step = STEP * max(1.0, float(np.linalg.norm(to_numpy(tensor.data))))
        tensor.data[...] += side * step * direction
        tensor.renew()
        with no_grad():
            ends.append(_value(moved.losses(batch)[loss == "L_d"]))
    return (ends[0] - ends[1]) / (2 * step)


def _value(loss: Tensor | None) -> float:
    return math.nan if loss is None else float(loss.data)


def _add_updates(wiring: Wiring, patient: Patient, batch: Batch, swept: Sweeps, weight: float) -> None:
    """What updates do to each loss: the difference between the updates of two batches, held against their true slopes.

    The difference, because momentum, weight decay and whatever else does not come from the batch falls out of it. It is
    proportional to the slopes for gradient descent of any kind; for others (Adam, clipped gradients) see ``_roughly``.
    """
    other = Batch(batch.x_source[:, ::-1].copy(), batch.y_source, batch.x_target[:, ::-1].copy())
    _, there = _sweeps(patient.copy(weight), other)
    moves = {at: _moves(patient.copy(at), batch) for at in (weight, 0.0)}
    wiring.updated = {part: any(moves[weight][part, name].any() for name in patient.parts()[part]) for part in PARTS}
    if not all(np.isfinite(move).all() for by_weight in moves.values() for move in by_weight.values()):
        wiring.finite = False
        return
    between = _difference(moves[weight], _moves(patient.copy(weight), other))
    slopes = {loss: _difference(wiring.true(loss, swept[loss]), wiring.true(loss, there[loss])) for loss in SEEN_BY}
    if not _proportional(wiring, between, slopes):
        _roughly(wiring, moves[weight], _difference(moves[weight], moves[0.0]), swept)
        return
    for loss, seen_by in SEEN_BY.items():
        for part in seen_by:
            for name, reading in wiring.readings[loss][part].items():
                columns = [slopes[each][part, name].ravel() for each in SEEN_BY if part in SEEN_BY[each]]
                share = np.linalg.lstsq(np.stack(columns, axis=1), between[part, name].ravel(), rcond=None)[0]
                own = share[list(SEEN_BY).index(loss) if len(columns) > 1 else 0]
                reading.update = int(np.sign(own)) if abs(own) > 1e-6 * np.abs(share).max() else 0


def _proportional(wiring: Wiring, moves: Moves, slopes: dict[str, Moves]) -> bool:
    """Whether the moves of each part are sums of multiples of the losses' slopes, to one percent."""
    for part in PARTS:
        for name in (name for loss in SEEN_BY for name in wiring.readings[loss][part]):
            columns = np.stack([slopes[loss][part, name].ravel() for loss in SEEN_BY if part in SEEN_BY[loss]], axis=1)
            move = moves[part, name].ravel()
            rest = move - columns @ np.linalg.lstsq(columns, move, rcond=None)[0]
            if np.linalg.norm(rest) > 0.01 * np.linalg.norm(move):
                return False
    return True


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
