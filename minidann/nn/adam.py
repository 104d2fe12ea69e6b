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
from .optimisers import factor_vector, state_arrays
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
        self._factors = factor_vector(self.vector, {} if factors is None else factors)

    def step(self, gradients: Gradients | Mapping[Tensor, Array], rate: float) -> None:
        """One update from the gradients that ``backprop`` returned."""
        self.update(self.vector.gather(gradients), rate)

    def update(self, gradient: Array, rate: float) -> None:
        """One update from the gradient as one vector (size,)."""
        _validate.number("rate", rate, least=0)
        gradient = wide(self.vector.checked(gradient))
        self.vector.mark_changed()
        self.steps += 1
        self.mean += (1 - self.beta1) * (gradient - self.mean)
        self.square += (1 - self.beta2) * (gradient * gradient - self.square)
        mean = self.mean / (1 - self.beta1**self.steps)  # both means start at 0 and are too small at first
        square = self.square / (1 - self.beta2**self.steps)
        self.vector.values -= rate * self._factors * mean / (self.vector.xp.sqrt(square) + self.epsilon)

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
        self._factors = move(self._factors, backend)
        return self
