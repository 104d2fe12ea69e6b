"""Optimisers: how the vector θ of all parameters follows the gradients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from .. import _validate
from ..engine.backend import Array, array_module, host_copy, move, move_like
from ..engine.backprop import Gradients
from ..engine.tensor import Tensor
from .vector import ParameterVector

_TINY = 1e-20


class SGD:
    """Stochastic gradient descent with momentum: v ← m·v + g + w·θ,  θ ← θ − rate·factor·v.

    ``momentum`` m and ``weight_decay`` w as in the formula. ``factors``: for some parameters a factor on the rate
    (others: 1), so that a part of the network may learn faster. The rate comes with each update, since it follows a
    schedule.
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
        xp = array_module(self.vector.values)
        self.velocity = xp.zeros_like(self.vector.values)
        self._scratch = xp.empty_like(self.vector.values)
        self.set_factors(factors or {})

    def set_factors(self, factors: Mapping[Tensor, float]) -> None:
        """Other factors on the rate from now on, for the parameters named; 1 for all others."""
        self._factors = _factor_vector(self.vector, factors)

    def step(
        self, gradients: Gradients | Mapping[Tensor, Array], rate: float, only: Sequence[Tensor] | None = None
    ) -> None:
        """One update from the gradients that ``backprop`` returned.

        ``only``: the parameters to update, neighbours in θ as those of one part are; by default all. The other
        parameters and their velocities stay as they are.
        """
        part = slice(None) if only is None else self.vector.stretch(only)
        self.update(self.vector.gather(gradients), rate, part)

    def update(self, field: Array, rate: float, part: slice = slice(None)) -> None:
        """One update from the gradients as one vector: see ``ParameterVector.gather``. ``part``: the stretch of θ to
        update.
        """
        _validate.number("rate", rate, least=0)
        self.vector.changing()
        theta, v, scratch = (array[part] for array in (self.vector.values, self.velocity, self._scratch))
        xp = array_module(theta)
        v *= self.momentum
        v += _TINY  # and off again: a velocity would fade to 1e-40, and numbers that small are slow to work with
        v -= _TINY
        v += field[part]
        if self.weight_decay:
            v += xp.multiply(theta, self.weight_decay, out=scratch)
        xp.multiply(v, self._factors[part], out=scratch)
        scratch *= rate
        theta -= scratch

    def state(self) -> dict[str, Array]:
        """What an exact continuation needs besides θ."""
        return {"velocity": host_copy(self.velocity)}

    def restore(self, state: Mapping[str, Array]) -> None:
        self.velocity[...] = move_like(state["velocity"], self.velocity)

    def to(self, backend: str) -> SGD:
        """This optimiser with its state, and the parameters that it updates, moved to ``backend``. Returns itself."""
        self.vector.to(backend)
        self.velocity, self._factors = move(self.velocity, backend), move(self._factors, backend)
        self._scratch = move(self._scratch, backend)
        return self


class Adam:
    """Adam (Kingma & Ba 2015, Alg. 1): θ ← θ − rate·factor·m̂/(√v̂ + ε), m̂ and v̂ bias-corrected running means of g
    and g².
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        factors: Mapping[Tensor, float] | None = None,
    ) -> None:
        self.vector = ParameterVector(parameters)
        self.beta1 = _validate.number("beta1", beta1, least=0, below=1)
        self.beta2 = _validate.number("beta2", beta2, least=0, below=1)
        self.epsilon = _validate.number("epsilon", epsilon, least=0)
        xp = array_module(self.vector.values)
        self.mean, self.square = xp.zeros_like(self.vector.values), xp.zeros_like(self.vector.values)
        self.steps = 0
        self._factors = _factor_vector(self.vector, factors or {})

    def step(self, gradients: Gradients | Mapping[Tensor, Array], rate: float) -> None:
        """One update from the answer of ``backprop``."""
        self.update(self.vector.gather(gradients), rate)

    def update(self, field: Array, rate: float) -> None:
        """One update from the gradients as one vector, which is left as it is."""
        _validate.number("rate", rate, least=0)
        self.vector.changing()
        self.steps += 1
        self.mean += (1 - self.beta1) * (field - self.mean)
        self.square += (1 - self.beta2) * (field * field - self.square)
        mean = self.mean / (1 - self.beta1**self.steps)  # both means start at 0 and are too small at first
        square = self.square / (1 - self.beta2**self.steps)
        self.vector.values -= rate * self._factors * mean / (array_module(square).sqrt(square) + self.epsilon)

    def state(self) -> dict[str, Array]:
        """What an exact continuation needs besides θ."""
        return {"mean": host_copy(self.mean), "square": host_copy(self.square), "steps": np.asarray(self.steps)}

    def restore(self, state: Mapping[str, Array]) -> None:
        self.mean[...], self.square[...] = (move_like(state[name], self.mean) for name in ("mean", "square"))
        self.steps = int(state["steps"])

    def to(self, backend: str) -> Adam:
        """This optimiser with its state, and the parameters that it updates, moved to ``backend``. Returns itself."""
        self.vector.to(backend)
        self.mean, self.square = move(self.mean, backend), move(self.square, backend)
        self._factors = move(self._factors, backend)
        return self


def _factor_vector(vector: ParameterVector, factors: Mapping[Tensor, float]) -> Array:
    result = array_module(vector.values).ones_like(vector.values)
    for tensor, factor in factors.items():
        if tensor not in vector.slices:
            raise ValueError(f"factors: got {tensor!r}, expected only tensors among the parameters")
        result[vector.slices[tensor]] = _validate.number("factors", factor, least=0)
    return result
