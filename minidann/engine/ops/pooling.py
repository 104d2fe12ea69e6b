"""Pooling: one number for each window of an image and channel, its largest or its mean. Channels last.

Pixel (p, q) of all windows together is one strided slice of the image, so pooling is a few operations on kh·kw slices,
and neither direction needs a scatter.
"""

from __future__ import annotations

from ..backend import Array
from .convolution import Pair, output_size, places
from .op import Op


class _Pool(Op):
    """What both share, the windows: x (n, h, w, c) → (n, oh, ow, c). Pixels in no whole window are left out."""

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
    """y = max of each window;  g goes to the window's largest pixel, on a tie to the first in reading order.

    A plain x == y would hand g to every one of equal pixels: several times the gradient, in flat parts of an image.
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
        free = xp.ones(self.y.shape, bool)  # windows whose gradient nobody has taken yet
        overlapping = self.stride[0] < self.window[0] or self.stride[1] < self.window[1]
        for pixel, goes in zip(self.slices(self.x), self.slices(gx)):
            takes = pixel == self.y
            takes &= free
            free ^= takes
            if overlapping:
                goes += grad * takes
            else:  # nothing is there yet that it could be added to
                xp.multiply(grad, takes, out=goes)
        return (gx,)


class AveragePool(_Pool):
    """y = mean of each window;  g/(kh·kw) goes to each of its pixels."""

    def forward(self, x: Array) -> Array:
        first, *others = self.slices(x)
        y = first.copy()
        for pixel in others:
            y += pixel
        y /= self.window[0] * self.window[1]
        self.x_shape = x.shape
        return y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        gx = self.xp.zeros(self.x_shape, grad.dtype)
        share = grad / (self.window[0] * self.window[1])
        for goes in self.slices(gx):
            goes += share
        return (gx,)
