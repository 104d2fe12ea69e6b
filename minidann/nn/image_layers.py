"""Layers for images, channels last: x (n, height, width, channels)."""

from __future__ import annotations

import numpy as np

from ..engine import image_functions
from ..engine.image_functions import Size
from ..engine.tensor import Tensor
from .initialise import Initialiser, he_normal
from .layers import Layer, Weighted


class Convolution(Weighted):
    """``n_out`` filters of a ``window`` over all channels: x (n, h, w, n_in) → (n, oh, ow, n_out). Biases start at 0.

    ``stride`` and ``padding`` as of ``minidann.convolve``. ``init`` sees a filter as a unit that kh·kw·n_in numbers
    enter.
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
        super().__init__(n_in, n_out, image_functions.pair("window", window, least=1), rng, init, dtype)
        self.stride, self.padding = stride, padding

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return image_functions.convolve(x, self.weight, self.bias, self.stride, self.padding)

    def __repr__(self) -> str:
        kh, kw, n_in, n_out = self.weight.shape
        return f"Convolution({n_in}, {n_out}, {kh}×{kw}, stride {self.stride}, padding {self.padding})"


class MaxPool(Layer):
    """The largest number of each window and channel, as ``minidann.max_pool``."""

    def __init__(self, window: Size = 2, stride: Size | None = None) -> None:
        self.window = image_functions.pair("window", window, least=1)
        self.stride = self.window if stride is None else image_functions.pair("stride", stride, least=1)

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return image_functions.max_pool(x, self.window, self.stride)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.window}, stride {self.stride})"


class AveragePool(MaxPool):
    """The mean of each window and channel, as ``minidann.average_pool``."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return image_functions.average_pool(x, self.window, self.stride)


class GlobalAveragePool(Layer):
    """The mean of each channel over its image: (n, h, w, c) → (n, c)."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return image_functions.global_average_pool(x)


class Flatten(Layer):
    """Each example as one row: (n, …) → (n, width)."""

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        return image_functions.flatten(x)
