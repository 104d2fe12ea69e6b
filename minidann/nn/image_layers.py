"""Layers for images. Images are channels last: x (n, height, width, channels)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine import functions, image_functions
from ..engine.image_functions import Size, check_padding, size_pair
from ..engine.tensor import Tensor, named_tensor
from .initialise import Initialiser, he_normal
from .layers import Layer, Rng, Weighted


class Convolution(Weighted):
    """``n_out`` filters of a ``window`` over all channels: x (n, h, w, n_in) → (n, oh, ow, n_out).

    Parameters
    ----------
    n_in, n_out : int
        The numbers of channels of input and output.
    window : int or pair
        Height and width of a filter.
    rng : numpy.random.Generator
        Draws the weight.
    stride, padding
        As in ``minidann.convolve``.
    init : function
        The initialiser of the weight: kh·kw·n_in numbers enter a filter. The bias is 0.
    dtype : str
        The dtype of weight and bias.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        window: Size,
        rng: np.random.Generator,
        stride: Size = 1,
        padding: Size | str = 0,
        init: Initialiser = he_normal,
        dtype: str = "float32",
    ) -> None:
        super().__init__(n_in, n_out, size_pair("window", window, least=1), rng, init, dtype)
        size_pair("stride", stride, least=1)
        check_padding(padding)
        self.stride, self.padding = stride, padding

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return image_functions.convolve(x, self.weight, self.bias, self.stride, self.padding)

    def __repr__(self) -> str:
        kh, kw, n_in, n_out = self.weight.shape
        return f"Convolution({n_in}, {n_out}, {kh}×{kw}, stride {self.stride}, padding {self.padding})"


class _Pool(Layer):
    """The base of layers that make one number of each window and channel. ``stride``: by default the window."""

    def __init__(self, window: Size = 2, stride: Size | None = None) -> None:
        self.window = size_pair("window", window, least=1)
        self.stride = self.window if stride is None else size_pair("stride", stride, least=1)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.window}, stride {self.stride})"


class MaxPool(_Pool):
    """The largest number of each window and channel: see ``minidann.max_pool``."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return image_functions.max_pool(x, self.window, self.stride)


class AveragePool(_Pool):
    """The mean of each window and channel: see ``minidann.average_pool``."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return image_functions.average_pool(x, self.window, self.stride)


class GlobalAveragePool(Layer):
    """The mean of each channel over its image: (n, h, w, c) → (n, c)."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return image_functions.global_average_pool(x)


class Flatten(Layer):
    """Each example as one row: (n, …) → (n, width)."""

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        return image_functions.flatten(x)


class StandardiseImages(Layer):
    """Each example at mean 0 and standard deviation 1 over all its numbers: x (n, …) → (n, …).

    An image then tells nothing about its brightness and contrast, in either domain. The deviation is at least 1/√size,
    with the size of one example, so that a flat image becomes 0. Bytes become float32 here, batch by batch.
    """

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        h = named_tensor("x", x)
        if h.ndim < 2 or not len(h):
            raise ValueError(f"x: got shape {h.shape}, expected examples (n, …)")
        if h.data.dtype.kind in "iub":
            h = Tensor(h.data.astype(np.float32))
        axes, size = tuple(range(1, h.data.ndim)), h.data[0].size
        centred = h - functions.mean(h, axis=axes, keepdims=True)
        variance = functions.mean(centred * centred, axis=axes, keepdims=True)
        return centred / functions.sqrt(functions.maximum(variance, 1 / size))

    def __repr__(self) -> str:
        return "StandardiseImages()"
