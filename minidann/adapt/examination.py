"""What the doctor measures: for each parameter, what each loss's sweep says, what is true, and what an update does.

Everything is measured on copies, in float64, from losses, sweeps, updates and finite differences: no class is asked for
its name, so a node, a head or a loop of somebody's own is measured like those of the package.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.backend import to_numpy
from ..engine.backprop import backprop
from ..engine.modes import no_grad
from ..engine.tensor import Tensor
from .patient import PARTS, Patient, values
from .training import Batch

STEP = 1e-5  # of finite differences, as a share of a parameter's size
NOTHING = 1e-9  # a slope below this, in nats for a step of length 1, is none
SEEN_BY = {"L_y": ("features", "label_head"), "L_d": ("features", "domain_head")}


@dataclass
class Reading:
    """One loss at one parameter tensor, at λ = 1."""

    swept: float  #: norm of the gradient that the sweep of this loss alone gives
    slope: float  #: how fast the loss truly rises along it (along a random direction, where the sweep gives nothing)
    update: int = 0  #: what an update does to the loss through this tensor: −1 lowers it, +1 raises it, 0 neither

    @property
    def factor(self) -> float:
        """The sweep as a multiple of the truth: 1 for a plain gradient, −λ below a reversal, nan where there is none."""
        return self.swept / self.slope if abs(self.slope) > NOTHING else math.nan

    @property
    def felt(self) -> bool:
        """Whether the loss depends on this tensor at all."""
        return abs(self.slope) > NOTHING


@dataclass
class Wiring:
    """Where the gradients of both losses go. ``readings``: by loss, part and parameter."""

    readings: dict[str, dict[str, dict[str, Reading]]]
    updated: dict[str, bool]  #: for each part, whether an update changes it at all
    finite: bool = True

    def of(self, loss: str, part: str) -> list[Reading]:
        """The readings that count: those of tensors with at least a thousandth of the part's steepest slope."""
        readings = list(self.readings[loss][part].values())
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

    def swept_nothing(self, loss: str, part: str) -> bool:
        """Whether the sweep of ``loss`` leaves a gradient of 0 at all of ``part``."""
        return all(reading.swept <= NOTHING for reading in self.readings[loss][part].values())

    def felt(self, loss: str, part: str) -> bool:
        """Whether ``loss`` depends on ``part``: on most of its tensors, for the step of a saturated unit may cross one."""
        felt = [reading.felt for reading in self.readings[loss][part].values()]
        return 2 * sum(felt) >= len(felt)

    @property
    def conclusive(self) -> bool:
        """Whether both losses depend on all the parts that they should, so that signs can be told."""
        return self.finite and all(self.felt(loss, part) for loss, seen_by in SEEN_BY.items() for part in seen_by)


def examine_wiring(patient: Patient, batch: Batch, weight: float = 1.0) -> Wiring:
    """The wiring at λ = ``weight`` and the weights as they are. Parameters are float64 already."""
    base, parts = patient.copy(weight), patient.parts()
    swept = _sweeps(base, batch)
    finite = all(np.isfinite(g).all() for of_loss in swept.values() for g in of_loss.values())
    if not finite:
        return Wiring({loss: {part: {"": Reading(0, 0)} for part in PARTS} for loss in SEEN_BY}, {}, finite=False)
    readings: dict[str, dict[str, dict[str, Reading]]] = {}
    for loss, seen_by in SEEN_BY.items():
        readings[loss] = {part: {} for part in PARTS}
        for part in seen_by:
            for name in parts[part]:
                gradient = swept[loss][part, name]
                readings[loss][part][name] = Reading(
                    float(np.linalg.norm(gradient)), _slope(base, batch, loss, part, name, gradient)
                )
    wiring = Wiring(readings, {})
    _add_updates(wiring, patient, batch, swept, weight)
    return wiring


def _sweeps(patient: Patient, batch: Batch) -> dict[str, dict[tuple[str, str], np.ndarray]]:
    """The gradient of each loss alone, at each parameter, by the training's own graph."""
    patient = patient.copy()
    tensors = {(part, name): tensor for part, named in patient.parts().items() for name, tensor in named.items()}
    label, domain, _ = patient.losses(batch)
    found = {}
    for name, loss in (("L_y", label), ("L_d", domain)):
        if loss is None or not loss.requires_grad:
            found[name] = {key: np.zeros(tensor.shape) for key, tensor in tensors.items()}
            continue
        gradients = backprop(loss, of=list(tensors.values()))
        found[name] = {
            key: to_numpy(gradients[tensor]).astype(np.float64) if tensor.requires_grad else np.zeros(tensor.shape)
            for key, tensor in tensors.items()
        }
    return found


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


def _add_updates(wiring: Wiring, patient: Patient, batch: Batch, swept: Any, full: float) -> None:
    """What updates do to each loss: the difference between the updates of two batches, held against their true slopes.

    The difference, because momentum, weight decay and whatever else does not come from the batch falls out of it.
    """
    other = Batch(batch.x_source[:, ::-1].copy(), batch.y_source, batch.x_target[:, ::-1].copy())
    sweeps = swept, _sweeps(patient.copy(full), other)
    moves = []
    for weight in (0.0, full):
        first, second = (_move(patient.copy(weight), of) for of in (batch, other))
        moves.append({key: first[key] - second[key] for key in first})
        wiring.updated = {part: any(first[key].any() for key in first if key[0] == part) for part in PARTS}
    true = {}  # the difference between the true gradients of the two batches
    for loss, by_part in wiring.readings.items():
        for part, named in by_part.items():
            for name, reading in named.items():
                a, b = (sweep[loss][part, name] for sweep in sweeps)
                true[loss, part, name] = (a - b) / reading.factor if reading.felt and reading.swept else 0 * a
    for part, loss in (("label_head", "L_y"), ("domain_head", "L_d")):
        for name, reading in wiring.readings[loss][part].items():
            reading.update = _sign(moves[1][part, name], true[loss, part, name])
    _add_feature_updates(wiring, moves, true)


def _add_feature_updates(wiring: Wiring, moves: Any, true: Any) -> None:
    """The features feel both losses. What λ changes in the update is L_d's; the rest is told apart by least squares."""
    names = list(wiring.readings["L_d"]["features"])
    without, full = ([move["features", name].ravel() for name in names] for move in moves)
    slopes = [np.stack([true[loss, "features", name].ravel() for loss in SEEN_BY], axis=1) for name in names]
    enough = 1e-6 * np.linalg.norm(np.concatenate(full + without))
    all_together = _shares(np.concatenate(slopes), np.concatenate(full))
    for i, name in enumerate(names):
        by_weight = full[i] - without[i]
        # a tensor of a few numbers leaves least squares too little to tell two losses apart by
        for_label, for_domain = all_together if len(full[i]) < 8 else _shares(slopes[i], full[i])
        if np.linalg.norm(by_weight) > enough:
            for_domain = _sign(by_weight, slopes[i][:, 1])
        wiring.readings["L_y"]["features"][name].update = for_label
        wiring.readings["L_d"]["features"][name].update = for_domain


def _shares(slopes: np.ndarray, move: np.ndarray) -> tuple[int, int]:
    """The sign of each loss's share in an update, by least squares. slopes (n, 2), move (n,)."""
    shares = np.linalg.lstsq(slopes, move, rcond=None)[0]
    seen = abs(shares) * np.linalg.norm(slopes, axis=0) > 1e-6 * np.linalg.norm(move)
    for_label, for_domain = np.sign(shares) * seen
    return int(for_label), int(for_domain)


def _move(patient: Patient, batch: Batch) -> dict[tuple[str, str], np.ndarray]:
    """By how much one update changes each parameter."""
    keys = [(part, name) for part, named in patient.parts().items() for name in named]
    before = values(patient)
    patient.update(batch)
    return {key: to_numpy(new - old) for key, new, old in zip(keys, values(patient), before)}


def _sign(move: np.ndarray, slope: np.ndarray) -> int:
    """Whether a move goes up (+1) or down (−1) a slope; 0 if it is none, or goes along neither."""
    product = float(np.vdot(move, slope))
    return int(np.sign(product)) if abs(product) > 1e-6 * np.linalg.norm(move) * np.linalg.norm(slope) else 0
