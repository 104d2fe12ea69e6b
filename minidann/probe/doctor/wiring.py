"""The way of both losses' gradients: for each parameter the sweep, the true slope, and the effect of an update."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from ...adapt.parts import REACHED_BY

NOTHING = 1e-9  # a smaller slope counts as none; in nats for a step of length 1
UNLIKE = 0.1  # a sweep that misses the slopes in other directions by this share is no derivative
Moves = dict[tuple[str, str], np.ndarray]  # an array for each parameter, by part and name
Sweeps = dict[str, Moves]  # for each loss


@dataclass
class Reading:
    """One loss at one parameter tensor, at λ = 1."""

    swept: float  #: norm of the gradient that the sweep of this loss alone gives
    slope: float  #: the true slope of the loss along this gradient, or along a random direction if the gradient is 0
    update: int = 0  #: the effect of an update on the loss through this tensor: −1 lowers, +1 raises, 0 neither
    beside: float = 0.0  #: the true slope along those entries where the gradient is 0

    @property
    def factor(self) -> float:
        """The ratio of the sweep to the truth: 1 for a plain gradient, −λ below a reversal, nan for no slope."""
        return self.swept / self.slope if abs(self.slope) > NOTHING else math.nan

    @property
    def felt(self) -> bool:
        """Whether the loss depends on this tensor."""
        return abs(self.slope) > NOTHING


@dataclass
class Wiring:
    """The way of both losses' gradients. ``readings``: by loss, part and parameter."""

    readings: dict[str, dict[str, dict[str, Reading]]]
    values: dict[str, float]  #: the losses
    updated: dict[str, bool]  #: for each part, whether an update changes it
    finite: bool = True
    #: for each loss and part, the share by which the sweep is no multiple of the derivative of its graph
    missed: dict[tuple[str, str], float] = field(default_factory=dict)
    straight: float = 1.0  #: the same for L_d at the features with every reversal of the graph at +1
    proportional: bool = False  #: whether each update is a sum of multiples of the gradients, as of plain descent
    coherence: float = 1.0  #: for other updates: how far they go by the gradients of the last batches alone, 0 to 1
    at_zero: bool = False  #: whether a node in the graph multiplies the gradient of L_d by 0

    def of(self, loss: str, part: str) -> list[Reading]:
        """The readings that count: those of tensors with at least a thousandth of the steepest slope of the part."""
        readings = list(self.readings[loss][part].values())
        if not readings:
            return []
        steepest = max(max(abs(reading.slope), reading.swept) for reading in readings)
        return [r for r in readings if max(abs(r.slope), r.swept) > max(1e-3 * steepest, NOTHING)]

    def signs(self, loss: str, part: str) -> set[int]:
        """The effect of an update on ``loss`` through ``part``: {-1} if all its tensors lower the loss."""
        return {reading.update for reading in self.of(loss, part)}

    def factor(self, loss: str, part: str) -> float:
        """The ratio of the sweep to the truth over the whole part; nan if the loss does not depend on it."""
        readings = [reading for reading in self.of(loss, part) if reading.felt]
        weights = [abs(reading.slope) for reading in readings]
        return float(np.average([r.factor for r in readings], weights=weights)) if readings else math.nan

    def true(self, loss: str, swept: Moves) -> Moves:
        """The true gradient of ``loss`` from its sweep: the factor of a node is divided out."""
        readings = {(part, name): r for part, named in self.readings[loss].items() for name, r in named.items()}
        return {key: swept[key] / r.factor if r.felt and r.swept else 0 * swept[key] for key, r in readings.items()}

    def turned(self) -> Wiring:
        """The same wiring for a training that returns −L_d as L_d: all signs of L_d are exchanged."""
        for named in self.readings["L_d"].values():
            for reading in named.values():
                reading.update = -reading.update
        return self

    def stays(self, part: str) -> bool:
        """Whether an update leaves a part as it is, to the precision of float32."""
        return not self.updated.get(part, True)

    def uneven(self) -> bool:
        """Whether the tensors of the features get L_d with factors so different that one node cannot be the cause."""
        factors = [reading.factor for reading in self.of("L_d", "features") if reading.felt]
        usual = self.factor("L_d", "features")
        return not 0.5 < -usual < 2 and any(abs(factor - usual) > 0.2 * abs(usual) for factor in factors)

    def swept_nothing(self, loss: str, part: str) -> bool:
        """Whether the sweep of ``loss`` gives a gradient of 0 at all of ``part``, up to rounding.

        A loss that is nearly 0 has a small gradient because it has won.
        """
        nothing = min(NOTHING, 1e-6 * abs(self.values[loss]))
        return all(reading.swept <= nothing for reading in self.readings[loss][part].values())

    def felt(self, loss: str, part: str) -> bool:
        """Whether ``loss`` depends on most tensors of ``part``: one step may flip one saturated unit."""
        felt = [reading.felt for reading in self.readings[loss][part].values()]
        return 2 * sum(felt) >= len(felt)

    @property
    def conclusive(self) -> bool:
        """Whether both losses depend on all their parts: signs can then be told."""
        return self.finite and all(self.felt(loss, part) for loss, seen_by in REACHED_BY.items() for part in seen_by)
