"""The average of all weights over training."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .. import _validate
from ..engine.backend import Array
from ..engine.devices import host_copy, move, move_like
from ..engine.numbers import numbers_in_place
from .pieces import each, pieces_of, whole
from .vector import ParameterVector


class WeightAverage:
    """An exponential average of the weights over training: θ̄ ← d·θ̄ + (1 − d)·θ, in ``values`` (size,).

    ``decay``: d, at least 0 and below 1. For the first 1/(1 − d) steps the average is the plain mean of all weights so
    far: the untrained weights then do not linger in it.
    """

    def __init__(self, vector: ParameterVector, decay: float) -> None:
        self.vector = _validate.instance("vector", vector, ParameterVector)
        self.decay = _validate.number("decay", decay, least=0, below=1)
        self.values = vector.values.copy()
        self.steps = 0

    def update(self) -> None:
        """Add the present weights to the average."""
        self.steps += 1
        share = max(1 - self.decay, 1 / self.steps)

        def add(piece: slice) -> None:
            change = self.vector.values[piece] - self.values[piece]
            change *= share
            self.values[piece] += change

        each(add, [slice(None)] if whole(self.vector) else pieces_of(0, self.values.size))

    def state(self) -> dict[str, Array]:
        """All that an exact continuation needs, as NumPy copies."""
        return {"values": host_copy(self.values), "steps": np.asarray(self.steps)}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from a state that ``state`` returned."""
        if not isinstance(state, Mapping) or not {"values", "steps"} <= set(state):
            raise ValueError(f"state: got {_validate.shown(state)}, expected 'values' and 'steps', as state() returns")
        values = numbers_in_place("state", state["values"])
        if values.shape != self.values.shape:
            raise ValueError(f"state: got values of shape {values.shape}, expected {self.values.shape}")
        self.values[...], self.steps = move_like(values, self.values), int(state["steps"])

    def to(self, backend: str) -> WeightAverage:
        """Move the average to ``backend``: move its vector too. Returns this average."""
        self.values = move(self.values, backend)
        return self
