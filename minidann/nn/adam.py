"""Adam: updates with running means of the gradient and of its square."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from .. import _validate
from ..engine.backend import Array
from ..engine.backprop import Gradients
from ..engine.devices import host_copy, move
from ..engine.ops.op import wide
from ..engine.tensor import Tensor
from .optimisers import Factors, state_arrays
from .pieces import Cut, cut, cut_vector, each
from .vector import ParameterVector


class Adam:
    """Adam (Kingma & Ba 2015, Alg. 1): θ ← θ − rate·factor·m̂/(√v̂ + ε).

    m̂ and v̂ are running means of g and g², corrected for their start at 0. ``beta1``, ``beta2``: their decays.
    ``epsilon``: ε. ``factors``: as in SGD.
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
        zeros = wide(self.vector.xp.zeros_like(self.vector.values))  # in float16 ε and small squares would be 0
        self.mean, self.square = zeros, zeros.copy()
        self.steps = 0
        self._factors = Factors(self.vector, {} if factors is None else factors)

    def step(self, gradients: Gradients | Mapping[Tensor, Array], rate: float) -> None:
        """One update from the gradients that ``backprop`` returned."""
        self._advance(cut(self.vector, gradients), rate)

    def update(self, gradient: Array, rate: float) -> None:
        """One update from the gradient as one vector (size,)."""
        self._advance(cut_vector(self.vector, self.vector.checked(gradient)), rate)

    def _advance(self, cuts: list[Cut], rate: float) -> None:
        _validate.number("rate", rate, least=0)
        self.vector.mark_changed()
        self.steps += 1

        def advance(piece: Cut) -> None:
            theta, mean, square = (array[piece.where] for array in (self.vector.values, self.mean, self.square))
            g = wide(piece.gradient)
            mean += (1 - self.beta1) * (g - mean)
            square += (1 - self.beta2) * (g * g - square)
            m = mean / (1 - self.beta1**self.steps)  # both means start at 0 and are too small at first
            v = square / (1 - self.beta2**self.steps)
            m = self._factors.of(piece) * m  # before the rate: float16 factors times a small rate would be 0
            theta -= rate * m / (self.vector.xp.sqrt(v) + self.epsilon)

        each(advance, cuts)

    def state(self) -> dict[str, Array]:
        """All that an exact continuation needs besides θ, as NumPy copies."""
        return {"mean": host_copy(self.mean), "square": host_copy(self.square), "steps": np.asarray(self.steps)}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from a state that ``state`` returned."""
        own = {"mean": self.mean, "square": self.square, "steps": np.asarray(0)}
        self.mean[...], self.square[...], steps = state_arrays(state, own)
        self.steps = int(steps)

    def to(self, backend: str) -> Adam:
        """Move this optimiser, its state and its parameters to ``backend``. Returns this optimiser."""
        self.vector.to(backend)
        self.mean, self.square = move(self.mean, backend), move(self.square, backend)
        return self
