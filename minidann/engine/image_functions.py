"""The functions of images. Images are channels last: x (n, height, width, channels)."""

from __future__ import annotations

import math
from typing import Any

from .. import _validate
from . import ops
from .functions import as_tensor, mean, reshape
from .ops.convolution import Padding, Pair
from .tensor import Tensor, apply

Size = int | tuple[int, int]


def convolve(x: Any, weight: Any, bias: Any, stride: Size = 1, padding: Size | str = 0) -> Tensor:
    """The convolution of x (n, h, w, c) with weight (kh, kw, c, m), plus bias (m,): (n, oh, ow, m).

    ``stride``: the step between windows, a number or a pair (down, across). ``padding``: the zeros around the image.
    It is a number for all sides, a pair (above and below, left and right), "valid" for none, or "same" for an output of
    ⌈h/stride⌉ × ⌈w/stride⌉. The filter is not flipped, as everywhere in deep learning: this is a cross-correlation.
    """
    x, weight, bias = as_tensor(x), as_tensor(weight), as_tensor(bias)
    steps = size_pair("stride", stride, least=1)
    if x.ndim != 4 or weight.ndim != 4 or bias.shape != weight.shape[3:]:
        raise ValueError(
            f"convolve: got x {x.shape}, weight {weight.shape} and bias {bias.shape}, "
            "expected (n, h, w, c), (kh, kw, c, m) and (m,)"
        )
    sides = _sides(padding, x.shape[1:3], weight.shape[:2], steps)
    return apply(ops.Convolution(steps, sides), x, weight, bias)


def max_pool(x: Any, window: Size = 2, stride: Size | None = None) -> Tensor:
    """The largest number of each window and channel: x (n, h, w, c) → (n, oh, ow, c), oh = ⌊(h − kh)/stride⌋ + 1.

    ``window`` and ``stride`` are numbers or pairs. The default stride is the window. Windows may overlap. On a tie the
    first pixel of the window, in reading order, gets the gradient.
    """
    size = size_pair("window", window, least=1)
    return apply(ops.MaxPool(size, size if stride is None else size_pair("stride", stride, least=1)), x)


def average_pool(x: Any, window: Size = 2, stride: Size | None = None) -> Tensor:
    """The mean of each window and channel. The arguments are those of ``max_pool``."""
    size = size_pair("window", window, least=1)
    return apply(ops.AveragePool(size, size if stride is None else size_pair("stride", stride, least=1)), x)


def global_average_pool(x: Any) -> Tensor:
    """The mean of each channel over its image: x (n, h, w, c) → (n, c)."""
    return mean(x, axis=(1, 2))


def batch_normalise(x: Any, scale: Any, shift: Any, epsilon: float = 1e-5) -> Tensor:
    """Each channel of x (n, …, c) brought to mean 0 and variance 1, then times scale (c,), plus shift (c,).

    ``epsilon``, at least 0, is added to the variance: a constant channel is then not divided by 0. Raises ValueError
    for a channel with fewer than two numbers.
    """
    x, scale, shift = as_tensor(x), as_tensor(scale), as_tensor(shift)
    _validate.number("epsilon", epsilon, least=0)
    return apply(ops.BatchNormalise(epsilon), x, scale, shift)


def flatten(x: Any) -> Tensor:
    """Each example as one row: x (n, …) → (n, width)."""
    x = as_tensor(x)
    return reshape(x, (len(x), math.prod(x.shape[1:])))


def size_pair(name: str, value: Any, least: int) -> Pair:
    """A number for both directions, or a pair, as two whole numbers. Raises ValueError for one below ``least``."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name}: got {value!r}, expected a number or a pair of numbers")
    return _validate.whole_number(name, both[0], least), _validate.whole_number(name, both[1], least)


def _sides(padding: Size | str, size: Pair, kernel: Pair, stride: Pair) -> Padding:
    """The numbers of zeros: (top, bottom), (left, right)."""
    if not isinstance(padding, str):
        down, across = size_pair("padding", padding, least=0)
        return (down, down), (across, across)
    if _validate.one_of("padding", padding, ("same", "valid")) == "valid":
        return (0, 0), (0, 0)
    (top, bottom), (left, right) = (_same(n, k, s) for n, k, s in zip(size, kernel, stride))
    return (top, bottom), (left, right)


def _same(size: int, kernel: int, stride: int) -> Pair:
    """The zeros before and after, so that ⌈size/stride⌉ windows fit. An odd zero comes after."""
    missing = max(0, (math.ceil(size / stride) - 1) * stride + kernel - size)
    return missing // 2, missing - missing // 2
