"""A loss as a function of its graph: the value at other parameters, with all constants of the graph as they are.

A sweep differentiates the graph. So its numerical counterpart changes parameters in the graph: a mean that a loop took
as a constant then stays constant.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping

import numpy as np

from ..._differences import central_difference
from ...engine.backend import to_numpy
from ...engine.tensor import Tensor
from ..graph import walk

Moved = Mapping[Tensor, np.ndarray]  # a direction for each tensor
STEPS = (1e-5, 1e-3, 3e-2)  # steps of differences, as a share of a parameter's size; the larger for coarse numbers
ALIKE = 0.02  # two slopes by different steps agree up to this share


class Replay:
    """One loss behind its graph. ``faithful``: whether its ops, run again, give the same value: without chance."""

    def __init__(self, loss: Tensor, along: Moved) -> None:
        self.loss = loss
        self.nodes = [tensor for tensor in walk([loss]) if tensor.op is not None]
        leaves = {leaf: leaf.data for node in self.nodes for leaf in node.inputs if leaf.op is None}
        self.faithful = math.isclose(self._value(leaves), float(loss.data), rel_tol=1e-6, abs_tol=1e-9)
        # the smallest step whose slope along ``along`` is steady: rounding inside the graph asks for a larger one
        self.step = next((step for step in STEPS if self._steady(along, step)), STEPS[-1])

    @property
    def exact(self) -> bool:
        """Whether differences are sharp enough to compare sizes."""
        return self.faithful and self.step == STEPS[0]

    def slope(self, along: Moved, step: float | None = None) -> float:
        """The slope of the loss along a direction of any length."""
        length = math.sqrt(sum(float((d**2).sum()) for d in along.values()))
        if not length:
            return 0.0
        size = max(1.0, *(float(np.linalg.norm(to_numpy(tensor.data))) for tensor in along))

        def at(distance: float) -> float:
            return self._value({t: t.data + (distance / length) * d for t, d in along.items()})

        return length * float(central_difference(at, (step or self.step) * size))

    def _steady(self, along: Moved, step: float) -> bool:
        slopes = [self.slope(along, by * step) for by in (1, 2, 4, 0.5)]
        return max(slopes) - min(slopes) <= ALIKE * max(map(abs, slopes))

    def _value(self, data: dict[Tensor, np.ndarray]) -> float:
        for node in self.nodes:
            if any(tensor in data for tensor in node.inputs):
                data[node] = copy.copy(node.op).forward(*(data.get(t, t.data) for t in node.inputs))  # type: ignore[union-attr]
        return float(to_numpy(data.get(self.loss, self.loss.data)))
