"""Pooling: the largest number, or the mean, of each window of an image and channel. Channels last.

Pixel (p, q) of all windows together is one strided slice of the image. So pooling is a few operations on kh·kw slices.
"""

from __future__ import annotations

from ..backend import Array
from ..threads import in_threads, pieces
from .convolution import Pair, output_size, places
from .op import Op, wide


class _Pool(Op):
    """The base of pools: x (n, h, w, c) → (n, oh, ow, c). Pixels outside every whole window are left out."""

    shape_rule = "x must be (n, h, w, c)"

    def __init__(self, window: Pair, stride: Pair) -> None:
        self.window, self.stride = window, stride

    def slices(self, x: Array) -> list[Array]:
        """For each pixel of a window, in reading order, a view (n, oh, ow, c) of x."""
        kh, kw = self.window
        return [x[places(p, q, self.size, self.stride)] for p in range(kh) for q in range(kw)]

    def result(self, x: Array) -> Array:
        """An empty result. ``pieces`` are the parts of the batch that threads compute."""
        if x.ndim != 4:
            raise ValueError(f"x has {x.ndim} axes")
        self.size = output_size(x.shape[1:3], self.window, self.stride)
        self.x_shape = x.shape
        # whether each pixel is in one window exactly
        self.tiled = self.window == self.stride and all(n % k == 0 for n, k in zip(x.shape[1:3], self.window))
        self.pieces = pieces(len(x), x.size, self.xp)
        return self.xp.empty((len(x), *self.size, x.shape[3]), x.dtype)


class MaxPool(_Pool):
    """y = max of each window;  the largest pixel of the window gets g. On a tie the first in reading order gets g.

    Forward notes for each pixel whether it is larger than all before it. The last pixel with this note is the one that
    gets g. So backward goes from the last pixel to the first, and a pixel with the note takes what is left of g. A test
    x == y would give g to each of several equal pixels: a gradient several times too large.

    The other pixels get left · 0, and this is NaN for an infinite gradient. A masked copy would give 0, but is slower.
    """

    keeps_whole_numbers = True

    def forward(self, x: Array) -> Array:
        y, xp = self.result(x), self.xp
        # a note for every pixel of the window but the first
        self.larger = [xp.empty(y.shape, bool) for _ in range(self.window[0] * self.window[1] - 1)]

        def pool(part: slice) -> None:
            most = y[part]  # a view: y is written
            first, *others = self.slices(x[part])
            most[...] = first
            for pixel, larger in zip(others, self.larger):
                larger[part] = pixel > most
                xp.maximum(most, pixel, out=most)

        in_threads(pool, self.pieces)
        return y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        gx = self.xp.empty(self.x_shape, grad.dtype)

        def sweep(part: slice) -> None:
            if not self.tiled:  # some pixels are in no window, or in several: gradients are added to 0
                gx[part] = 0
            first, *others = self.slices(gx[part])
            left = grad[part].copy()  # the gradients that no pixel has taken yet
            for goes, larger in zip(reversed(others), reversed(self.larger)):
                taken = left * larger[part]  # left · 1 or left · 0
                left -= taken
                self._give(taken, goes)
            self._give(left, first)

        in_threads(sweep, self.pieces)
        return (gx,)

    def _give(self, gradient: Array, goes: Array) -> None:
        if self.tiled:
            goes[...] = gradient
        else:
            goes += gradient


class AveragePool(_Pool):
    """y = mean of each window;  each of its pixels gets g/(kh·kw)."""

    def forward(self, x: Array) -> Array:
        y = self.result(x)

        def pool(part: slice) -> None:
            first, *others = self.slices(wide(x[part]))
            total = first.copy()
            for pixel in others:
                total += pixel
            total /= self.window[0] * self.window[1]
            y[part] = total

        in_threads(pool, self.pieces)
        return y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        gx = self.xp.empty(self.x_shape, grad.dtype)

        def sweep(part: slice) -> None:
            gx[part] = 0
            share = grad[part] / (self.window[0] * self.window[1])
            for goes in self.slices(gx[part]):
                goes += share

        in_threads(sweep, self.pieces)
        return (gx,)
