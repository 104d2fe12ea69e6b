"""Pooling: the largest number, or the mean, of each window of an image and channel. Channels last.

Pixel (p, q) of all windows together is one strided slice of the image. So pooling is a few operations on kh·kw slices.
"""

from __future__ import annotations

from ..backend import Array
from .convolution import Pair, output_size, places
from .op import Op, wide


class _Pool(Op):
    """The base of pools: x (n, h, w, c) → (n, oh, ow, c). Pixels outside every whole window are left out."""

    shape_rule = "x must be (n, h, w, c)"

    def __init__(self, window: Pair, stride: Pair) -> None:
        self.window, self.stride = window, stride

    def slices(self, x: Array) -> list[Array]:
        """For each pixel of a window, in reading order, a view (n, oh, ow, c) of x."""
        if x.ndim != 4:
            raise ValueError(f"x has {x.ndim} axes")
        size = output_size(x.shape[1:3], self.window, self.stride)
        kh, kw = self.window
        return [x[places(p, q, size, self.stride)] for p in range(kh) for q in range(kw)]


class MaxPool(_Pool):
    """y = max of each window;  the largest pixel of the window gets g. On a tie the first in reading order gets g.

    A plain test x == y would give g to each of several equal pixels: a gradient several times too large.
    """

    keeps_whole_numbers = True

    def forward(self, x: Array) -> Array:
        xp = self.xp
        first, *others = self.slices(x)
        y = first.copy()
        for pixel in others:
            xp.maximum(y, pixel, out=y)
        self.x, self.y = x, y
        return y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        xp = self.xp
        gx = xp.zeros(self.x.shape, grad.dtype)
        free = xp.ones(self.y.shape, bool)  # windows whose gradient no pixel has taken yet
        overlapping = self.stride[0] < self.window[0] or self.stride[1] < self.window[1]
        for pixel, goes in zip(self.slices(self.x), self.slices(gx)):
            takes = pixel == self.y
            takes &= free
            free ^= takes
            if overlapping:
                goes += grad * takes
            else:  # without overlap each pixel is in one window only
                xp.multiply(grad, takes, out=goes)
        return (gx,)


class AveragePool(_Pool):
    """y = mean of each window;  each of its pixels gets g/(kh·kw)."""

    def forward(self, x: Array) -> Array:
        first, *others = self.slices(wide(x))
        y = first.copy()
        for pixel in others:
            y += pixel
        y /= self.window[0] * self.window[1]
        self.x_shape = x.shape
        return y if y.dtype == x.dtype else y.astype(x.dtype)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        gx = self.xp.zeros(self.x_shape, grad.dtype)
        share = grad / (self.window[0] * self.window[1])
        for goes in self.slices(gx):
            goes += share
        return (gx,)
