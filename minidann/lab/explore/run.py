"""One run of a page: an Experiment of the lab, looked at on its way. Its numbers are the lab's, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.backend import to_numpy
from ...plots.film.principal_plane import Plane
from ..experiment import PHASES, Experiment

#: The numbers of a snapshot: names of Experiment.numbers. The last three belong to the update that follows.
NUMBERS = (
    *("target accuracy", "averaged weights", "source accuracy", "L_y", "L_d", "domain accuracy"),
    *("L_y at theta_y", "L_y at theta_f", "L_d at theta_f", "L_d at theta_d"),
    *("moved theta_f", "moved theta_y", "moved theta_d"),
)
CURVES = ("target accuracy", "averaged weights", "L_y", "L_d")  #: the numbers of a point of the curves
INTERVALS = 36  # of the curves, equal on a scale of √steps: much happens at the beginning
EVERY = 4  # every fourth point of the curves is a snapshot too


def curve_steps(steps: int) -> list[int]:
    """The steps at which the points of the curves lie, from 0 to ``steps``."""
    return _steps(steps, 1)


def snapshot_steps(steps: int) -> list[int]:
    """The steps whose weights are kept, from 0 to ``steps``."""
    return _steps(steps, EVERY)


def _steps(steps: int, every: int) -> list[int]:
    return sorted({round(steps * k * k / INTERVALS**2) for k in range(0, INTERVALS + 1, every)})


@dataclass(eq=False)  # two runs are compared by their ``content``
class Run:
    """A run as the page holds it, all float32.

    ``weights``: θ at each snapshot (snapshots, size). ``numbers`` (snapshots, NUMBERS) and ``curves`` (points, CURVES):
    of the step that begins there. ``plane``: mean, directions, corners and arrow length of the plane of the features,
    as one row (3 · width + 5,). ``ended``: the step at which a number was not finite any more; −1 if none was. From
    there on, weights stay, and numbers are nan.
    """

    weights: np.ndarray
    numbers: np.ndarray
    curves: np.ndarray
    plane: np.ndarray
    ended: int

    def content(self) -> bytes:
        """All bits of the run."""
        return b"".join(array.tobytes() for array in (self.weights, self.numbers, self.curves, self.plane))


def run(settings: Mapping[str, Any], steps: int) -> Run:
    """Train an Experiment with ``settings`` for ``steps`` steps, and look at it on the way."""
    experiment = Experiment(**settings)
    training, pair = experiment.training, experiment.pair
    assert training is not None  # a pair that is not drawn by hand has its points
    assert pair is not None
    kept, points = snapshot_steps(steps), curve_steps(steps)
    weights, networks, ended = [], [], -1
    numbers = np.full((len(kept), len(NUMBERS)), np.nan, np.float32)
    curves = np.full((len(points), len(CURVES)), np.nan, np.float32)
    for i, step in enumerate(points):
        snapshot = step in kept
        try:
            experiment.steps(step - training.step_count)
            if snapshot:
                weights.append(to_numpy(training.optimiser.vector.values).copy())
                networks.append(training.network.copy())
            found = next_step(experiment, moved=snapshot)
        except FloatingPointError:
            ended = min(step, training.step_count)  # the update of the step at this point may have raised it
            break
        curves[i] = [found[name] for name in CURVES]
        if snapshot:
            numbers[kept.index(step)] = [found[name] for name in NUMBERS]
    weights += [weights[-1]] * (len(kept) - len(weights))
    return Run(np.stack(weights), numbers, curves, _row(Plane.of(networks, pair)), ended)


def next_step(experiment: Experiment, moved: bool = True) -> dict[str, float]:
    """Do the next step phase by phase. Returns its numbers: accuracies of the weights before the update, then the
    step's losses and gradients, and with ``moved`` the lengths by which the update moves each part.
    """
    for _ in PHASES[:-1]:
        experiment.phase()
    found = experiment.numbers()
    experiment.phase()
    if moved:
        found |= {name: value for name, value in experiment.numbers().items() if name.startswith("moved")}
    return found


def _row(plane: Plane) -> np.ndarray:
    parts = (plane.mean, plane.directions.T, plane.low, plane.high, plane.arrow)
    return np.concatenate([np.ravel(part) for part in parts]).astype(np.float32)
