"""SGD with momentum: updates of the vector θ of all parameters from its gradients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import _validate
from ..engine.backend import Array
from ..engine.backprop import Gradients
from ..engine.devices import host_copy, move, move_like
from ..engine.numbers import numbers_in_place
from ..engine.tensor import Tensor
from .pieces import Cut, cut, cut_vector, each
from .vector import ParameterVector

_TINY = 1e-20


class SGD:
    """Stochastic gradient descent with momentum: v ← m·v + g + w·θ,  θ ← θ − rate·factor·v.

    ``momentum``: m, at least 0 and below 1. ``weight_decay``: w, at least 0. ``factors``: a factor on the rate for
    some parameters; 1 for all others. One part of a network can then learn faster. The rate is an argument of each
    update, because it follows a schedule.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        factors: Mapping[Tensor, float] | None = None,
    ) -> None:
        self.vector = ParameterVector(parameters)
        self.momentum = _validate.number("momentum", momentum, least=0, below=1)
        self.weight_decay = _validate.number("weight_decay", weight_decay, least=0)
        self.velocity = self.vector.xp.zeros_like(self.vector.values)
        self.set_factors({} if factors is None else factors)

    def set_factors(self, factors: Mapping[Tensor, float]) -> None:
        """Set the factors on the rate: for the parameters named, and 1 for all others."""
        self._factors = Factors(self.vector, factors)

    def step(
        self, gradients: Gradients | Mapping[Tensor, Array], rate: float, only: Sequence[Tensor] | None = None
    ) -> None:
        """One update from the gradients that ``backprop`` returned.

        ``only``: the parameters to update, neighbours in θ as the parameters of one part are; by default all. The
        other parameters and their velocities stay unchanged.
        """
        part = slice(None) if only is None else self.vector.slice_of(only, "only")
        self._advance(cut(self.vector, gradients, part), rate)

    def update(self, gradient: Array, rate: float, part: slice = slice(None)) -> None:
        """One update from the gradient as one vector (size,): see ``ParameterVector.gather``.

        ``part``: the slice of θ to update. Raises ValueError for a rate below 0 or one that is not finite.
        """
        if type(part) is not slice:
            _validate.instance("part", part, slice)
        if part.step not in (None, 1):
            raise ValueError(f"part: got {part}, expected a slice without a step")
        values = self.vector.values
        # the full check takes longer, and a gradient of the right kind does not need it
        if type(gradient) is not type(values) or gradient.shape != values.shape or gradient.dtype.kind != "f":
            gradient = self.vector.checked(gradient)
        self._advance(cut_vector(self.vector, gradient, part), rate)

    def _advance(self, cuts: list[Cut], rate: float) -> None:
        """One update of the pieces of θ: all are changed in place, because ``theta`` and ``v`` are views."""
        if type(rate) is not float or not 0 <= rate < np.inf:
            _validate.number("rate", rate, least=0)
        self.vector.mark_changed()

        def advance(piece: Cut) -> None:
            theta, v = self.vector.values[piece.where], self.velocity[piece.where]
            v *= self.momentum
            v += _TINY  # rounds a tiny velocity to 0: processors are slow with numbers near 1e-40
            v -= _TINY
            v += piece.gradient
            if self.weight_decay:
                v += theta * self.weight_decay
            step = v * self._factors.of(piece)
            step *= rate
            theta -= step

        each(advance, cuts)

    def state(self) -> dict[str, Array]:
        """All that an exact continuation needs besides θ, as NumPy copies."""
        return {"velocity": host_copy(self.velocity)}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from a state that ``state`` returned."""
        (velocity,) = state_arrays(state, {"velocity": self.velocity})
        self.velocity[...] = velocity

    def to(self, backend: str) -> SGD:
        """Move this optimiser, its state and its parameters to ``backend``. Returns this optimiser."""
        self.vector.to(backend)
        self.velocity = move(self.velocity, backend)
        return self


def state_arrays(state: Mapping[str, Any], like: Mapping[str, Any]) -> list[Array]:
    """The arrays of ``state`` in the order of ``like``, on its devices. Raises ValueError for other shapes."""
    found = []
    for name, own in like.items():
        if not isinstance(state, Mapping) or name not in state:
            raise ValueError(f"state: got {_validate.shown(state)}, expected {name!r} in it, as state() returns")
        given = numbers_in_place("state", state[name])
        if given.shape != own.shape:
            raise ValueError(f"state: got {name!r} of shape {given.shape}, expected {own.shape}")
        found.append(move_like(given, own))
    return found


class Factors:
    """The factor of each parameter's rate."""

    def __init__(self, vector: ParameterVector, factors: Mapping[Tensor, float]) -> None:
        if not isinstance(factors, Mapping):
            got = _validate.shown(factors)
            raise TypeError(f"factors: got {got}, expected numbers by tensor, such as {{weight: 2.0}}")
        self._by_tensor: dict[Tensor, float] = {}
        for tensor, factor in factors.items():
            if tensor not in vector.slices:
                raise ValueError(f"factors: got {_validate.shown(tensor)}, expected only tensors among the parameters")
            self._by_tensor[tensor] = _validate.number("factors", factor, least=0)
        self._vector = vector
        self._all: Array = None  # made at the first use, and again on another backend

    def of(self, piece: Cut) -> Any:
        """The factors of a piece of θ: an array, or one number for a piece of one tensor."""
        if piece.tensor is not None:
            return self._by_tensor.get(piece.tensor, 1.0)
        if type(self._all) is not type(self._vector.values):
            self._all = self._vector.xp.ones_like(self._vector.values)
            for tensor, factor in self._by_tensor.items():
                self._all[self._vector.slices[tensor]] = factor
        return self._all[piece.where]
