"""All parameters of a network as one vector θ, and its average over training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .. import _validate
from ..engine.backend import Array, array_module, host_copy, mixture, move, move_like
from ..engine.backprop import Gradients
from ..engine.tensor import Tensor


class ParameterVector:
    """All parameters of a network in one array θ (size,), each tensor's ``data`` a view of its stretch.

    Why: the papers write θ, and so can we. An update, an average of weights or a snapshot is then a few operations on
    one array instead of a few on each of a dozen small ones, which is where a small network's time would go. A tensor
    lives in one vector: making a second over the same tensors takes them away from the first, which then says so.
    """

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        many = isinstance(tensors, Iterable) and not isinstance(tensors, Tensor)
        self.tensors = tuple(dict.fromkeys(tensors)) if many else ()
        if not self.tensors or not all(isinstance(tensor, Tensor) for tensor in self.tensors):
            raise TypeError(f"parameters: got {tensors!r}, expected tensors, such as network.parameters().values()")
        dtypes = tuple(dict.fromkeys(str(tensor.dtype) for tensor in self.tensors))
        if len(dtypes) > 1:
            raise ValueError(f"tensors: got dtypes {' and '.join(dtypes)}, expected the same for all")
        self.slices: dict[Tensor, slice] = {}
        start = 0
        for tensor in self.tensors:
            self.slices[tensor] = slice(start, start + tensor.size)
            start += tensor.size
        self._take_up()

    def _take_up(self) -> None:
        """Put the tensors' numbers side by side, and make each tensor a view of its stretch."""
        arrays = [tensor.data.ravel() for tensor in self.tensors]
        mixed = mixture(arrays)
        if mixed:
            raise TypeError(f"parameters: {mixed}")
        self.values: Array = array_module(arrays[0]).concatenate(arrays)
        for tensor, stretch in self.slices.items():
            version = tensor.version
            tensor.data = self.values[stretch].reshape(tensor.shape)
            tensor.version = version  # the numbers are the same: a graph made before can still be swept

    def to(self, backend: str) -> ParameterVector:
        """This vector, and so its tensors, moved to ``backend``, whether or not they were moved before it."""
        for tensor in self.tensors:
            tensor.data = move(tensor.data, backend)
        self._take_up()
        return self

    def __reduce__(self) -> Any:
        """Copied or pickled, the tensors go along, and the new vector is made over the new tensors."""
        return ParameterVector, (self.tensors,)

    def stretch(self, tensors: Iterable[Tensor]) -> slice:
        """Where in θ ``tensors`` lie, which are next to one another there, as those of a part are; empty for none."""
        slices = [self.slices[tensor] for tensor in tensors]
        return slice(slices[0].start, slices[-1].stop) if slices else slice(0)

    def gather(self, gradients: Gradients | Mapping[Tensor, Array]) -> Array:
        """The gradients of all parameters as one new vector, laid out as ``values`` is."""
        arrays = [gradients[tensor].ravel() for tensor in self.tensors]
        try:
            return array_module(self.values).concatenate(arrays)
        except TypeError:
            mixed = mixture([self.values, *arrays])
            if not mixed:
                raise
            raise TypeError(f"gradients: {mixed}") from None

    def load(self, values: Array) -> None:
        """Set all parameters at once, from a vector laid out as ``values`` is."""
        mixed = mixture([values, self.values])
        if mixed:
            raise TypeError(f"values: {mixed}")
        if values.shape != self.values.shape:
            raise ValueError(f"values: got shape {values.shape}, expected {self.values.shape}")
        self.changing()
        self.values[...] = values

    def changing(self) -> None:
        """Call this before writing to ``values``: afterwards no older graph can be swept with the new weights."""
        for tensor in self.tensors:
            if tensor.data.base is not self.values:
                raise ValueError(
                    f"{tensor!r} no longer lives in this vector: another optimiser took it over, or its data was "
                    "replaced (write parameter.data[...] = new instead of parameter.data = new) or moved "
                    "(move the optimiser too)"
                )
            tensor.mark_changed()


class WeightAverage:
    """An exponential average of the weights over training: θ̄ ← d·θ̄ + (1 − d)·θ, in ``values``.

    At first it is the plain mean of all weights seen, until that mean is as long as the exponential's memory,
    1/(1 − d) steps: so the untrained weights do not linger in it.
    """

    def __init__(self, vector: ParameterVector, decay: float) -> None:
        self.vector = vector
        self.decay = _validate.number("decay", decay, least=0, below=1)
        self.values = vector.values.copy()
        self.steps = 0
        self._scratch = vector.values.copy()

    def update(self) -> None:
        """Take in the weights as they are now."""
        self.steps += 1
        array_module(self.values).subtract(self.vector.values, self.values, out=self._scratch)
        self._scratch *= max(1 - self.decay, 1 / self.steps)
        self.values += self._scratch

    def state(self) -> dict[str, Array]:
        """What an exact continuation needs."""
        return {"values": host_copy(self.values), "steps": np.asarray(self.steps)}

    def restore(self, state: Mapping[str, Array]) -> None:
        self.values[...], self.steps = move_like(state["values"], self.values), int(state["steps"])

    def to(self, backend: str) -> WeightAverage:
        """The average moved to ``backend``, to where its vector is or will be. Returns itself."""
        self.values, self._scratch = move(self.values, backend), move(self._scratch, backend)
        return self
