"""Layers: a function of a tensor, with the parameters it learns.

A layer keeps no mode. Whatever is random in training happens only when a random generator is handed in:
``layer(x, rng)`` trains, ``layer(x)`` predicts. So nobody can forget to switch dropout off when scoring.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import _validate
from ..engine import functions as F
from ..engine import ops
from ..engine.backend import Array, array_module, is_array, move, move_like, to_numpy
from ..engine.tensor import Tensor, apply
from .initialise import Initialiser, he_normal


class Layer:
    """A function of a tensor. A layer of your own defines ``forward``, and ``parameters`` if it learns."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        """The output for x. ``rng`` is given in training, and None when predicting."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def parameters(self) -> dict[str, Tensor]:
        """What it learns, by name; {} for a layer that learns nothing."""
        return {}

    def statistics(self) -> dict[str, Array]:
        """Arrays it keeps besides what it learns, changed in place as it trains; {} for most layers.

        A count named "batches" is set to 0 from outside to begin them anew.
        """
        return {}

    def to(self, backend: str) -> Layer:
        """This layer with what it learns and keeps moved to ``backend``, "numpy" or "cupy". Returns itself.

        Optimisers are not told: move them too, or make them afterwards.
        """
        if self.statistics() and type(self).to is Layer.to:
            raise NotImplementedError(f"{type(self).__name__} keeps statistics, and must move them itself")
        for tensor in self.parameters().values():
            moved = move(tensor.data, backend)
            if moved is not tensor.data:
                tensor.data = moved
        return self

    def __call__(self, x: Any, rng: np.random.Generator | None = None) -> Tensor:
        return self.forward(F.as_tensor(x), rng)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Weighted(Layer):
    """A layer of n_out units: a weight (*window, n_in, n_out) from ``init``, a bias (n_out,) that starts at 0.

    Each unit sees a window of n_in channels; () for a dense layer, which sees n_in numbers.
    """

    def __init__(
        self, n_in: int, n_out: int, window: tuple[int, ...], rng: np.random.Generator, init: Initialiser, dtype: str
    ) -> None:
        _validate.whole_number("n_in", n_in, least=1)
        _validate.whole_number("n_out", n_out, least=1)
        _validate.generator("rng", rng)
        weight = init(rng, math.prod(window) * n_in, n_out).reshape(*window, n_in, n_out)
        self.weight = Tensor(weight.astype(dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(n_out, dtype), requires_grad=True)

    def parameters(self) -> dict[str, Tensor]:
        return {"weight": self.weight, "bias": self.bias}


class Dense(Weighted):
    """x @ weight + bias: x (n, n_in) → (n, n_out). Weights from ``init``, biases 0, float32 unless asked otherwise."""

    def __init__(
        self,
        n_in: int,
        n_out: int,
        rng: np.random.Generator,
        init: Initialiser = he_normal,
        dtype: str = "float32",
    ) -> None:
        super().__init__(n_in, n_out, (), rng, init, dtype)

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return apply(ops.Affine(), x, self.weight, self.bias)

    def __repr__(self) -> str:
        n_in, n_out = self.weight.shape
        return f"Dense({n_in}, {n_out})"


class Relu(Layer):
    """max(x, 0)."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return apply(ops.Relu(), x)


class Tanh(Layer):
    """The hyperbolic tangent."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return apply(ops.Tanh(), x)


class Sigmoid(Layer):
    """1/(1 + e⁻ˣ)."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return apply(ops.Sigmoid(), x)


class Softplus(Layer):
    """log(1 + eˣ)."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return apply(ops.Softplus(), x)


class Dropout(Layer):
    """In training, each element is 0 with probability ``rate`` and else divided by 1 − rate; x itself when predicting.

    The division keeps the mean, so that a layer above sees the same size of signal in both (Srivastava et al. 2014).
    """

    def __init__(self, rate: float) -> None:
        self.rate = _validate.number("rate", rate, least=0, below=1)

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        if rng is None or self.rate == 0:
            return x
        kept = move_like(rng.random(x.shape) >= self.rate, x.data)  # moved as booleans: a quarter of the bytes
        return F.multiply(x, kept.astype(x.dtype) * (1 / (1 - self.rate)))

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"


class Normalise(Layer):
    """(x − mean)/deviation with fixed numbers: preprocessing that travels with the network.

    ``mean`` (channels,), ``deviation``: one number above 0. Bytes become float32 here, batch by batch: images kept as
    float32 would fill four times the memory. An input that needs no gradient is preprocessed as a plain array, before
    the graph begins.
    """

    def __init__(self, mean: np.ndarray, deviation: float = 1.0) -> None:
        self.mean = to_numpy(mean) if is_array(mean) else np.asarray(mean)
        self.deviation = _validate.number("deviation", deviation)
        if self.deviation <= 0:
            raise ValueError(f"deviation: got {deviation!r}, expected a number above 0")

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        data = x.data.astype(np.float32) if x.data.dtype.kind in "iub" else x.data
        mean = array_module(data).asarray(self.mean, dtype=data.dtype)  # on the device of x, in its precision
        if x.requires_grad:
            return (x - Tensor(mean)) * (1 / self.deviation)
        return Tensor((data - mean) * (1 / self.deviation))

    def __repr__(self) -> str:
        return f"Normalise(mean {np.round(self.mean, 3).tolist()}, deviation {self.deviation:g})"


class Sequential(Layer):
    """Layers one after another. ``network[i]`` is a layer; iterating gives them all."""

    def __init__(self, *layers: Layer) -> None:
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"layers: got {layer!r}, expected layers, one argument each")
        self.layers = layers

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        for layer in self.layers:
            x = layer.forward(x, rng)
        return x

    def parameters(self) -> dict[str, Tensor]:
        return {f"{i}.{name}": p for i, layer in enumerate(self.layers) for name, p in layer.parameters().items()}

    def statistics(self) -> dict[str, Array]:
        return {f"{i}.{name}": s for i, layer in enumerate(self.layers) for name, s in layer.statistics().items()}

    def to(self, backend: str) -> Sequential:
        for layer in self.layers:
            layer.to(backend)
        return self

    def __getitem__(self, i: int) -> Layer:
        return self.layers[i]

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"
