"""Layers: functions of a tensor, with the parameters that they learn.

A layer has no training mode to switch. The call says it: ``layer(x, rng)`` trains, with random numbers from ``rng``;
``layer(x, None)`` predicts. Only Dropout and BatchNormalisation make a difference between the two.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal

import numpy as np

from .. import _validate
from ..engine import ops
from ..engine.backend import Array, array_module, to_numpy
from ..engine.devices import move, move_like
from ..engine.image_functions import check_channels
from ..engine.modes import recording
from ..engine.numbers import numbers
from ..engine.tensor import Tensor, apply, named_tensor
from .initialise import Initialiser, he_normal

Rng = np.random.Generator | Literal["unsaid"] | None  # a generator trains; None, and "unsaid" with a warning, predict


class Layer:
    """A function of a tensor. A layer of your own defines ``__call__``.

    Parameters are tensors with ``requires_grad`` and layers that are attributes of the layer: ``parameters`` finds
    both, also inside lists, tuples and dicts.
    """

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        """The output for x, a tensor or an array. ``rng``: a generator in training, None for a prediction."""
        raise NotImplementedError(f"{type(self).__name__} defines no __call__")

    def parameters(self) -> dict[str, Tensor]:
        """The tensors that the layer learns, by name; {} for a layer that learns nothing."""
        found = {}
        for name, value in _named_values(vars(self)):
            if isinstance(value, Tensor) and value.requires_grad:
                found[name] = value
            elif isinstance(value, Layer):
                found |= {f"{name}.{own}": tensor for own, tensor in value.parameters().items()}
        return found

    def statistics(self) -> dict[str, Array]:
        """The arrays that training changes in place besides the parameters, by name; {} for most layers.

        Setting a count named "batches" to 0 starts the running means anew.
        """
        inner = _inner_layers(self)
        return {f"{name}.{own}": array for name, layer in inner.items() for own, array in layer.statistics().items()}

    def to(self, backend: str) -> Layer:
        """Move parameters and statistics to ``backend``, "numpy" or "cupy". Returns this layer.

        An optimiser of the parameters must be moved too, or be made afterwards.
        """
        if self.statistics() and type(self).to is Layer.to and not _inner_layers(self):
            raise NotImplementedError(f"{type(self).__name__} keeps statistics, expected a to() that moves them")
        for _, value in _named_values(vars(self)):
            if isinstance(value, Layer):
                value.to(backend)
            elif isinstance(value, Tensor):
                moved = move(value.data, backend)
                if moved is not value.data:
                    value.data = moved
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def _named_values(values: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """The values of a dict, list or tuple by name, the values inside inner ones by names such as "layers.0"."""
    pairs = values.items() if isinstance(values, dict) else enumerate(values)
    found: list[tuple[str, Any]] = []
    for name, value in pairs:
        inner = isinstance(value, (dict, list, tuple))
        found += _named_values(value, f"{prefix}{name}.") if inner else [(f"{prefix}{name}", value)]
    return found


def _inner_layers(layer: Layer) -> dict[str, Layer]:
    """The layers that are attributes of ``layer``, by name."""
    return {name: value for name, value in _named_values(vars(layer)) if isinstance(value, Layer)}


def trains(rng: Rng, x: Any, layer: Layer) -> bool:
    """Whether a call with ``rng`` trains. Warns if nothing was said and a gradient will come back through ``x``."""
    if isinstance(rng, np.random.Generator):
        return True
    if rng is not None and not (isinstance(rng, str) and rng == "unsaid"):
        raise TypeError(f"rng: got {_validate.shown(rng)}, expected a random generator to train, or None to predict")
    if rng is not None and recording.value and getattr(x, "requires_grad", False):
        warnings.warn(
            f"{type(layer).__name__} was called without a random generator, and so predicts. Call layer(x, rng) to "
            "train, or layer(x, None) to say that it predicts",
            stacklevel=3,
        )
    return False


def float_kind(name: str, dtype: Any) -> np.dtype[Any]:
    """``dtype`` as a dtype of floats for parameters. Raises TypeError otherwise."""
    try:
        kind = np.dtype("O" if dtype is None else dtype)  # None would be float64
    except (TypeError, ValueError, SyntaxError):
        kind = np.dtype("O")
    if kind.kind != "f":
        raise TypeError(f"{name}: got {_validate.shown(dtype)}, expected a dtype of floats, such as 'float32'")
    return kind


class Weighted(Layer):
    """The base of layers of n_out units: a weight (*window, n_in, n_out) from ``init``, a bias (n_out,) of zeros.

    A unit sees a window of n_in channels. ``window`` is () for a dense layer.
    """

    def __init__(
        self, n_in: int, n_out: int, window: tuple[int, ...], rng: np.random.Generator, init: Initialiser, dtype: str
    ) -> None:
        _validate.whole_number("n_in", n_in, least=1)
        _validate.whole_number("n_out", n_out, least=1)
        _validate.generator("rng", rng)
        kind, fan_in = float_kind("dtype", dtype), math.prod(window) * n_in
        _validate.function("init", init, "rng", "fan_in", "fan_out")
        weight = np.asarray(_validate.result_of("init", init, rng, fan_in, n_out))
        if weight.dtype.kind not in "iuf" or weight.size != fan_in * n_out:
            raise ValueError(f"init: got {_validate.shown(weight)} from its call, expected numbers ({fan_in}, {n_out})")
        self.weight = Tensor(weight.reshape(*window, n_in, n_out).astype(kind), requires_grad=True)
        self.bias = Tensor(np.zeros(n_out, kind), requires_grad=True)


class Dense(Weighted):
    """x @ weight + bias: x (n, n_in) → (n, n_out).

    Parameters
    ----------
    n_in, n_out : int
        The widths of input and output.
    rng : numpy.random.Generator
        Draws the weight.
    init : function
        The initialiser of the weight: see ``initialise.py``. The bias is 0.
    dtype : str
        The dtype of weight and bias.
    """

    def __init__(
        self, n_in: int, n_out: int, rng: np.random.Generator, init: Initialiser = he_normal, dtype: str = "float32"
    ) -> None:
        super().__init__(n_in, n_out, (), rng, init, dtype)

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return apply(ops.Affine(), x, self.weight, self.bias)

    def __repr__(self) -> str:
        n_in, n_out = self.weight.shape
        return f"Dense({n_in}, {n_out})"


class Relu(Layer):
    """max(x, 0)."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return apply(ops.Relu(), x)


class Tanh(Layer):
    """The hyperbolic tangent."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return apply(ops.Tanh(), x)


class Sigmoid(Layer):
    """1/(1 + e⁻ˣ)."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return apply(ops.Sigmoid(), x)


class Softplus(Layer):
    """log(1 + eˣ)."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return apply(ops.Softplus(), x)


class Dropout(Layer):
    """In training each element is 0 with probability ``rate``, and else is divided by 1 − rate. A prediction is x.

    The division keeps the mean: the next layer sees signals of one size in training and in predictions (Srivastava et
    al. 2014).
    """

    def __init__(self, rate: float) -> None:
        self.rate = _validate.number("rate", rate, least=0, below=1)

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        h = named_tensor("x", x)
        if self.rate == 0 or not trains(rng, h, self):
            return h
        assert isinstance(rng, np.random.Generator)
        kept = move_like(rng.random(h.shape) >= self.rate, h.data)  # booleans travel: a quarter of the bytes
        return apply(ops.Multiply(), h, kept.astype(h.dtype) * (1 / (1 - self.rate)))

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"


class Normalise(Layer):
    """(x − mean)/deviation with fixed numbers: preprocessing that travels with the network.

    ``mean`` (channels,). ``deviation``: one number above 0. Bytes become float32 here, batch by batch: images kept as
    float32 would fill four times the memory. An input without gradient is preprocessed as a plain array, before the
    graph begins.
    """

    def __init__(self, mean: Any, deviation: float = 1.0) -> None:
        self.mean = numbers("mean", mean)
        if self.mean.ndim > 1:
            raise ValueError(f"mean: got shape {self.mean.shape}, expected (channels,)")
        self.deviation = _validate.number("deviation", deviation)
        if self.deviation <= 0:
            raise ValueError(f"deviation: got {deviation!r}, expected a number above 0")

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        h = named_tensor("x", x)
        data = h.data.astype(np.float32) if h.data.dtype.kind in "iub" else h.data
        if self.mean.size > 1:
            check_channels("x", data.shape, self.mean.size)
        mean = self.mean.astype(data.dtype)
        if type(mean) is not type(data):
            mean = move_like(mean, data)
        if h.requires_grad:
            centred: Tensor = h - mean
            return centred * (1 / self.deviation)
        if data.ndim > 2:  # a mean for each number of an image: NumPy is slow with rows of three numbers
            of_channels, mean = mean, array_module(data).empty(data.shape[1:], data.dtype)
            mean[...] = of_channels
        data = data - mean
        data *= 1 / self.deviation
        return Tensor(data)

    def to(self, backend: str) -> Normalise:
        self.mean = move(self.mean, backend)
        return self

    def __repr__(self) -> str:
        return f"Normalise(mean {np.round(to_numpy(self.mean), 3).tolist()}, deviation {self.deviation:g})"


class Sequential(Layer):
    """Layers one after another. ``network[i]`` is the i-th layer, and iteration gives all layers."""

    def __init__(self, *layers: Layer) -> None:
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"layers: got {_validate.shown(layer)}, expected layers, one argument each")
        self.layers = layers

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        h = x if isinstance(x, Tensor) else named_tensor("x", x)
        for layer in self.layers:
            h = layer(h, rng)
        return h

    def parameters(self) -> dict[str, Tensor]:
        return {f"{i}.{name}": p for i, layer in enumerate(self.layers) for name, p in layer.parameters().items()}

    def statistics(self) -> dict[str, Array]:
        return {f"{i}.{name}": s for i, layer in enumerate(self.layers) for name, s in layer.statistics().items()}

    def to(self, backend: str) -> Sequential:
        for layer in self.layers:
            layer.to(backend)
        return self

    def __getitem__(self, i: int) -> Layer:
        try:
            return self.layers[i]
        except (TypeError, IndexError) as error:
            raise type(error)(f"i: got {_validate.shown(i)}, expected a number below {len(self)}, or -1, …") from None

    def __len__(self) -> int:
        return len(self.layers)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"
