"""Two-dimensional convolution (cross-correlation, as everywhere in deep learning), channels last.

Each output pixel sees one window of the input. A window written as a row is a vector of kh·kw·c numbers. The whole
convolution is then one matrix product: windows (rows) times filters (columns). These tricks make it fast:

- Blocks: windows overlap, so all of them together have kh·kw times the numbers of the input. They are cut for a few
  images at a time, into memory that stays in the processor's cache. Backward cuts them anew: to keep them costs more.
- The bias in the product: each window ends in a 1, and the filters end in the bias as a last row. So the product adds
  the bias, and the last row of windowsᵀ·g is the gradient of the bias.
- Pixels instead of windows: pixel (p, q) of all windows together is one strided slice of the images. So the gradients
  of windows, which overlap, are added up in kh·kw operations on whole arrays.
- Threads: each takes some pieces of the batch, see ``threads.py``. A piece is cut into blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..backend import Array
from ..threads import in_threads, pieces
from .op import Op

Pair = tuple[int, int]
Padding = tuple[Pair, Pair]  # (top, bottom), (left, right)

BLOCK = 2**19  # numbers in the windows of one block: 2 MiB of float32, which fits a processor's cache
DEVICE_BLOCK = 2**28  # a GPU is fastest with the whole batch in one product; the limit is memory: 1 GiB of float32


class Convolution(Op):
    """y[n,i,j,m] = b[m] + Σ_{p,q,c} x[n, i·s + p − top, j·t + q − left, c] · w[p,q,c,m], x being 0 outside.

    x (n, h, w, c), w (kh, kw, c, m), b (m,) → y (n, oh, ow, m) with oh = ⌊(h + top + bottom − kh)/s⌋ + 1, ow likewise.
    gw = Σ windowᵀ·g,  gb = Σ g,  gx: for each pixel (p, q) of a window, g·w[p,q]ᵀ added where this pixel was cut.
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
        self.x, self.w, xp = x, w, self.xp
        padded = tuple(size + sum(sides) for size, sides in zip(x.shape[1:3], self.padding))
        self.size = height, width = output_size(padded, w.shape[:2], self.stride)
        self.window_size = math.prod(w.shape[:3])  # numbers in a window: kh·kw·c
        self.image_size = height * width * self.window_size  # numbers in all windows of an image
        self.pieces = pieces(len(x), len(x) * self.image_size, xp)
        y = xp.empty((len(x), height, width, w.shape[3]), xp.result_type(x.dtype, w.dtype, b.dtype))
        filters = xp.concatenate([w.reshape(-1, w.shape[3]), b[None]]).astype(y.dtype)  # (kh·kw·c + 1, m)

        def convolve(part: slice) -> None:
            for block, rows in self._blocks(part, y.dtype):
                rows.dot(filters, out=y[block].reshape(-1, w.shape[3]))  # reshape makes a view: y is written

        in_threads(convolve, self.pieces)
        return y

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        xp, w = self.xp, self.w
        gx = xp.empty(self.x.shape, grad.dtype) if self.needs[0] else None
        # for each pixel (p, q) of a window: the place where it was cut, and w[p,q]ᵀ (m, c)
        cuts = [places(p, q, self.size, self.stride) for p, q in np.ndindex(w.shape[:2])]
        transposed = list(w.transpose(0, 1, 3, 2).copy().reshape(-1, w.shape[3], w.shape[2]))

        def sweep(part: slice) -> Array:
            total = xp.zeros((self.window_size + 1, w.shape[3]), grad.dtype)  # gw, and gb as the last row
            for block, rows in self._blocks(part, grad.dtype):
                g = grad[block].reshape(-1, w.shape[3])
                total += rows.T.dot(g)
                if gx is not None:
                    padded = self._padded(block.stop - block.start, grad.dtype)
                    for cut, filters in zip(cuts, transposed):
                        place = padded[cut]  # a view: padded is written
                        place += g.dot(filters).reshape(place.shape)
                    gx[block] = crop(padded, self.padding)
            return total

        first, *others = in_threads(sweep, self.pieces)
        for total in others:  # in the order of the pieces: the same rounding for any number of threads
            first += total
        return gx, first[:-1].reshape(w.shape), first[-1]

    def _blocks(self, part: slice, dtype: Any) -> Iterator[tuple[slice, Array]]:
        """The images of ``part`` in blocks: where a block is, and its windows as rows. All blocks share one memory."""
        most = BLOCK if self.xp is np else DEVICE_BLOCK
        count = part.stop - part.start
        blocks = max(1, math.ceil(count * self.image_size / most))
        images = max(1, math.ceil(count / blocks))  # of a block: all blocks have about the same size
        padded = self._padded(images, dtype)  # the padding stays 0: each block writes its images inside
        cut = windows(padded, self.w.shape[:2], self.stride, self.xp)  # a view of padded
        rows = self.xp.empty((images, *self.size, self.window_size + 1), dtype)
        rows[..., -1] = 1  # for the bias
        to = rows[..., :-1].reshape(cut.shape)  # a view of rows
        for start in range(part.start, part.stop, images):
            block = slice(start, min(start + images, part.stop))
            now = block.stop - start  # images in this block: the last one may have fewer
            crop(padded, self.padding)[:now] = self.x[block]
            if cut.shape[-1] > 1:
                to[:now] = cut[:now]
            else:  # grey images: NumPy would copy rows of kw numbers, which are short. This copies rows of ow numbers
                for p, q in np.ndindex(cut.shape[3:5]):
                    to[:now, :, :, p, q] = cut[:now, :, :, p, q]
            yield block, rows[:now].reshape(-1, rows.shape[-1])

    def _padded(self, images: int, dtype: Any) -> Array:
        """Zeros in the shape of some images with their padding."""
        height, width = (n + sum(sides) for n, sides in zip(self.x.shape[1:3], self.padding))
        return self.xp.zeros((images, height, width, self.x.shape[3]), dtype)


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


def crop(x: Array, padding: Padding) -> Array:
    """The images inside the padded x: a view."""
    (top, bottom), (left, right) = padding
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]
