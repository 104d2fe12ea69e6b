"""The functions of images. Images are channels last: x (n, height, width, channels)."""

from __future__ import annotations

import math
from typing import Any

from .. import _validate
from . import ops
from .functions import mean, reshape
from .ops.convolution import Padding, Pair
from .tensor import Tensor, apply, named_tensor

Size = int | tuple[int, int]


def convolve(x: Any, weight: Any, bias: Any, stride: Size = 1, padding: Size | str = 0) -> Tensor:
    """The convolution of x (n, h, w, c) with weight (kh, kw, c, m), plus bias (m,): (n, oh, ow, m).

    ``stride``: the step between windows, a number or a pair (down, across). ``padding``: the zeros around the image.
    It is a number for all sides, a pair (above and below, left and right), "valid" for none, or "same" for an output of
    ⌈h/stride⌉ × ⌈w/stride⌉. The filter is not flipped, as everywhere in deep learning: this is a cross-correlation.
    """
    x, weight, bias = named_tensor("x", x), named_tensor("weight", weight), named_tensor("bias", bias)
    steps = size_pair("stride", stride, least=1)
    if x.ndim != 4 or weight.ndim != 4 or bias.shape != weight.shape[3:]:
        raise ValueError(
            f"convolve: got x {x.shape}, weight {weight.shape} and bias {bias.shape}, "
            "expected (n, h, w, c), (kh, kw, c, m) and (m,)"
        )
    check_channels("x", x.shape, weight.shape[2])
    sides = _sides(padding, x.shape[1:3], weight.shape[:2], steps)
    return apply(ops.Convolution(steps, sides), x, weight, bias)


def max_pool(x: Any, window: Size = 2, stride: Size | None = None) -> Tensor:
    """The largest number of each window and channel: x (n, h, w, c) → (n, oh, ow, c), oh = ⌊(h − kh)/stride⌋ + 1.

    ``window`` and ``stride`` are numbers or pairs. The default stride is the window. Windows may overlap. On a tie the
    first pixel of the window, in reading order, gets the gradient.
    """
    size = size_pair("window", window, least=1)
    return apply(ops.MaxPool(size, size if stride is None else size_pair("stride", stride, least=1)), _images(x))


def average_pool(x: Any, window: Size = 2, stride: Size | None = None) -> Tensor:
    """The mean of each window and channel. The arguments are those of ``max_pool``."""
    size = size_pair("window", window, least=1)
    return apply(ops.AveragePool(size, size if stride is None else size_pair("stride", stride, least=1)), _images(x))


def global_average_pool(x: Any) -> Tensor:
    """The mean of each channel over its image: x (n, h, w, c) → (n, c)."""
    x = _images(x)
    return mean(x, axis=(1, 2))


def batch_normalise(x: Any, scale: Any, shift: Any, epsilon: float = 1e-5) -> Tensor:
    """Each channel of x (n, …, c) brought to mean 0 and variance 1, then times scale (c,), plus shift (c,).

    ``epsilon``, at least 0, is added to the variance: a constant channel is then not divided by 0. Raises ValueError
    for a channel with fewer than two numbers.
    """
    x, scale, shift = named_tensor("x", x), named_tensor("scale", scale), named_tensor("shift", shift)
    if scale.ndim == 1 and x.ndim == 4:
        check_channels("x", x.shape, len(scale))
    _validate.number("epsilon", epsilon, least=0)
    return apply(ops.BatchNormalise(epsilon), x, scale, shift)


def flatten(x: Any) -> Tensor:
    """Each example as one row: x (n, …) → (n, width)."""
    x = named_tensor("x", x)
    if not x.ndim:
        raise ValueError("x: got one number, expected examples (n, …)")
    return reshape(x, (len(x), math.prod(x.shape[1:])))


def _images(x: Any) -> Tensor:
    """x as a tensor. Raises ValueError if it is not (n, h, w, c)."""
    images = named_tensor("x", x)
    if images.ndim != 4:
        raise ValueError(f"x: got shape {images.shape}, expected images (n, h, w, c)")
    return images


def check_channels(name: str, shape: tuple[int, ...], channels: int) -> None:
    """Raises ValueError if images of ``shape`` (…, h, w, c) have other than ``channels`` channels.

    The message recognises images with their channels first, as other libraries have them.
    """
    if shape[-1:] == (channels,):
        return
    first = len(shape) > 3 and shape[-3] == channels
    way = f": they look channels first, and {name}.transpose(0, 2, 3, 1) puts the channels last" if first else ""
    layout = ", (n, h, w, c)" if len(shape) > 2 else ""
    raise ValueError(f"{name}: got shape {shape}, expected {channels} channels on the last axis{layout}{way}")


def size_pair(name: str, value: Any, least: int) -> Pair:
    """A number for both directions, or a pair, as two whole numbers. Raises ValueError for one below ``least``."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name}: got {_validate.shown(value)}, expected a number or a pair of numbers")
    return _validate.whole_number(name, both[0], least), _validate.whole_number(name, both[1], least)


def check_padding(padding: Size | str) -> None:
    """Raises ValueError for a padding that is neither a number, a pair, "same" nor "valid"."""
    if isinstance(padding, str):
        _validate.one_of("padding", padding, ("same", "valid"))
    else:
        size_pair("padding", padding, least=0)


def _sides(padding: Size | str, size: Pair, kernel: Pair, stride: Pair) -> Padding:
    """The numbers of zeros: (top, bottom), (left, right)."""
    check_padding(padding)
    if not isinstance(padding, str):
        down, across = size_pair("padding", padding, least=0)
        return (down, down), (across, across)
    if padding == "valid":
        return (0, 0), (0, 0)
    (top, bottom), (left, right) = (_same(n, k, s) for n, k, s in zip(size, kernel, stride))
    return (top, bottom), (left, right)


def _same(size: int, kernel: int, stride: int) -> Pair:
    """The zeros before and after, so that ⌈size/stride⌉ windows fit. An odd zero comes after."""
    missing = max(0, (math.ceil(size / stride) - 1) * stride + kernel - size)
    return missing // 2, missing - missing // 2
