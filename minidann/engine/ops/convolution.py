"""Two-dimensional convolution (cross-correlation, as everywhere in deep learning), channels last.

Each output pixel sees one window of the input. A window written as a row is a vector of kh·kw·c numbers. The whole
convolution is then one matrix product: windows (rows) times filters (columns). Backward is the same product transposed.
The gradient of each window is added where the window was cut, because windows overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..backend import Array
from ..threads import threads_for
from .op import Op

Pair = tuple[int, int]
Padding = tuple[Pair, Pair]  # (top, bottom), (left, right)

BLOCK = 2**18  # numbers in the windows of one block: 1 MiB of float32, which fits a processor's cache
DEVICE_BLOCK = 2**28  # a GPU is fastest with the whole batch in one product; the limit is memory: 1 GiB of float32


class Convolution(Op):
    """y[n,i,j,m] = b[m] + Σ_{p,q,c} x[n, i·s + p − top, j·t + q − left, c] · w[p,q,c,m], x being 0 outside.

    x (n, h, w, c), w (kh, kw, c, m), b (m,) → y (n, oh, ow, m) with oh = ⌊(h + top + bottom − kh)/s⌋ + 1, ow likewise.
    gw = Σ windowᵀ·g,  gb = Σ g,  gx: each g·wᵀ laid back on its window.

    Backward cuts the windows anew: kept windows would be kh·kw times as large as the input.
    """

    arguments = ("x", "weight", "bias")
    shape_rule = "x must be (n, h, w, c), the weight (kh, kw, c, m) and the bias (m,)"

    def __init__(self, stride: Pair, padding: Padding) -> None:
        self.stride, self.padding = stride, padding

    def forward(self, x: Array, w: Array, b: Array) -> Array:
        if x.ndim != 4 or w.ndim != 4:
            raise ValueError(f"x has {x.ndim} axes and the weight {w.ndim}")
        if x.shape[3] != w.shape[2]:
            raise ValueError(f"x has {x.shape[3]} channels and the weight is for {w.shape[2]}")
        self.w, self.x_shape, self.kernel = w, x.shape, w.shape[:2]
        self.padded = pad(x, self.padding, self.xp)
        height, width = output_size(self.padded.shape[1:3], self.kernel, self.stride)
        xp = self.xp
        y = xp.empty((len(x), height, width, w.shape[3]), xp.result_type(x.dtype, w.dtype, b.dtype))
        filters = w.reshape(-1, w.shape[3])  # (kh·kw·c, m)
        with self._threads(height * width):
            for block in self._blocks(height * width):
                rows = self._rows(block)  # (block·oh·ow, kh·kw·c)
                y[block] = rows.dot(filters).reshape(-1, height, width, w.shape[3])
        y += b
        return y

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        xp, w = self.xp, self.w
        filters = w.reshape(-1, w.shape[3])
        gw = xp.zeros_like(filters)
        gx = xp.zeros(self.padded.shape, grad.dtype) if self.needs[0] else None
        with self._threads(grad.shape[1] * grad.shape[2]):
            for block in self._blocks(grad.shape[1] * grad.shape[2]):
                g = grad[block].reshape(-1, w.shape[3])  # (block·oh·ow, m)
                gw += self._rows(block).T.dot(g)
                if gx is not None:
                    self._lay_back(g.dot(filters.T), gx[block], grad.shape[1:3])
        gb = grad.reshape(-1, w.shape[3]).sum(axis=0)
        return None if gx is None else crop(gx, self.padding), gw.reshape(w.shape), gb

    def _blocks(self, windows: int) -> Iterator[slice]:
        """The batch in blocks whose windows fit the cache. The blocks are always the same, and so are the bits."""
        images = self._images(windows)
        return (slice(start, start + images) for start in range(0, self.x_shape[0], images))

    def _images(self, windows: int) -> int:
        """The number of images in a block."""
        most = BLOCK if self.xp is np else DEVICE_BLOCK
        numbers: int = windows * self.w[..., 0].size
        return max(1, most // max(1, numbers))

    def _threads(self, windows: int) -> Any:
        """The BLAS threads for the product of one block."""
        return threads_for(min(self._images(windows), self.x_shape[0]) * windows, self.w[..., 0].size, self.w.shape[3])

    def _rows(self, block: slice) -> Array:
        """The windows of the images of a block, one window a row."""
        view = windows(self.padded[block], self.kernel, self.stride, self.xp)  # (block, oh, ow, kh, kw, c)
        return view.reshape(-1, self.w[..., 0].size)

    def _lay_back(self, rows: Array, gx: Array, size: Pair) -> None:
        """Add the gradient of each window where the window was cut: one strided addition for each pixel of a window."""
        kh, kw = self.kernel
        rows = rows.reshape(-1, *size, kh, kw, self.x_shape[3])
        for p in range(kh):
            for q in range(kw):
                place = gx[places(p, q, size, self.stride)]  # a view
                place += rows[:, :, :, p, q]


def windows(x: Array, kernel: Pair, stride: Pair, xp: Any) -> Array:
    """All windows of x (n, h, w, c) as a view (n, oh, ow, kh, kw, c): nothing is copied. ``xp``: the library of x."""
    view = xp.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))  # (n, h', w', c, kh, kw)
    return view[:, :: stride[0], :: stride[1]].transpose(0, 1, 2, 4, 5, 3)


def places(p: int, q: int, size: Pair, stride: Pair) -> Any:
    """The index of pixel (p, q) of all windows in x (n, h, w, c). It takes an array (n, oh, ow, c)."""
    (height, width), (s, t) = size, stride
    return slice(None), slice(p, p + s * (height - 1) + 1, s), slice(q, q + t * (width - 1) + 1, t)


def output_size(size: Pair, kernel: Pair, stride: Pair) -> Pair:
    """The numbers of windows that fit, down and across. Raises ValueError if no window fits."""
    height, width = ((n - k) // s + 1 for n, k, s in zip(size, kernel, stride))
    if height < 1 or width < 1:
        raise ValueError(
            f"a window of {kernel[0]}×{kernel[1]} does not fit into {size[0]}×{size[1]} (padding included)"
        )
    return height, width


def pad(x: Array, padding: Padding, xp: Any) -> Array:
    """x (n, h, w, c) with zeros around each image. ``xp``: the library of x."""
    if padding == ((0, 0), (0, 0)):
        return x
    (top, bottom), (left, right) = padding
    n, h, w, c = x.shape
    result = xp.zeros((n, top + h + bottom, left + w + right, c), x.dtype)
    result[:, top : top + h, left : left + w] = x
    return result


def crop(x: Array, padding: Padding) -> Array:
    """The padded x without its padding: the inverse of ``pad``."""
    (top, bottom), (left, right) = padding
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]
