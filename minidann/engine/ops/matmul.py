"""Matrix products: a @ b, and x @ w + b of a dense layer as one op."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ..backend import Array
from ..blas import FEW, SHORT, limit_for, needs_limit, one_thread
from ..threads import PRODUCT, in_threads, pieces
from .op import Op


def product(a: Array, b: Array, xp: Any) -> Array:
    """a @ b for matrices (n, k) and (k, m) of the library ``xp``. A large product is computed in pieces.

    Each piece reads memory without gaps: some rows of a, some columns of a transposed b, or some rows of b. In the last
    case the results of the pieces are added.
    """
    (n, k), m = a.shape, b.shape[1]
    if n * k * m < PRODUCT or xp is not np:
        with limit_for(n, k, m):
            return a.dot(b)  # for matrices dot is a @ b and starts faster
    y = np.empty((n, m), np.result_type(a, b))

    def rows(part: slice) -> None:
        np.dot(a[part], b, out=y[part])

    def columns(part: slice) -> None:
        y[:, part] = a.dot(b[:, part])

    def share(part: slice) -> Array:
        return a[:, part].dot(b[part])

    if n >= m:  # a has more rows than b has columns: its pieces are larger
        in_threads(rows, pieces(n, n * k * m, large=PRODUCT))
    elif b.flags.f_contiguous:  # a transposed matrix, as w.T: its columns lie in memory one after the other
        in_threads(columns, pieces(m, n * k * m, large=PRODUCT))
    else:
        y, *others = in_threads(share, pieces(k, n * k * m, large=PRODUCT))
        for other in others:
            y += other
    return y


class MatMul(Op):
    """c = a @ b, with NumPy's rules for vectors and stacks of matrices;  ga = g @ bᵀ,  gb = aᵀ @ g."""

    arguments = ("a", "b")
    shape_rule = "the last size of the left must equal the last but one of the right (a vector has only one)"

    def forward(self, a: Array, b: Array) -> Array:
        self.a, self.b = a, b
        if a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0]:
            return product(a, b, self.xp)
        n, k = (1, 1, *a.shape)[-2:]  # the sizes of one matrix of a stack
        self.limit = limit_for(n, k, b.shape[-1] if b.ndim > 1 else 1)
        with self.limit:
            return a @ b

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        a, b = self.a, self.b
        if a.ndim == b.ndim == 2:
            ga = product(grad, b.T, self.xp) if self.needs[0] else None
            return ga, product(a.T, grad, self.xp) if self.needs[1] else None
        # a vector on the right is one column, a vector on the left one row: restore the axis that the product dropped
        if b.ndim == 1:
            b, grad = b[:, None], grad[..., None]  # (k,) → (k, 1)
        if a.ndim == 1:
            a, grad = a[None, :], grad[..., None, :]  # (k,) → (1, k)
        ga = gb = None
        with self.limit:
            if self.needs[0]:
                ga = grad @ b.swapaxes(-1, -2)  # (…, n, m) @ (…, m, k) → (…, n, k)
                ga = ga[..., 0, :] if self.a.ndim == 1 else ga
            if self.needs[1]:
                gb = a.swapaxes(-1, -2) @ grad  # (…, k, n) @ (…, n, m) → (…, k, m)
                gb = gb[..., 0] if self.b.ndim == 1 else gb
        return ga, gb


class Affine(Op):
    """y = x @ w + b for x (n, k), w (k, m), b (m,);  gx = g @ wᵀ,  gw = xᵀ @ g,  gb = Σ over the n rows of g."""

    arguments = ("x", "weight", "bias")
    shape_rule = "x @ w + b needs x of shape (n, k), w of (k, m) and b of (m,)"

    def forward(self, x: Array, w: Array, b: Array) -> Array:
        if (x.ndim, w.ndim, b.ndim) != (2, 2, 1):
            raise ValueError(f"they have {x.ndim}, {w.ndim} and {b.ndim} axes")
        self.x, self.w = x, w
        # BLAS itself uses one thread for a small product: it needs no limit, and starts at once. The first test is the
        # same as the second for most small layers, without the time of a call
        self.small = len(x) * len(w) * max(w.shape[1], SHORT) <= FEW or not needs_limit(len(x), *w.shape)
        y = x.dot(w) if self.small else product(x, w, self.xp)
        if y.dtype != b.dtype:
            return y + b
        y += b
        return y

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        x, w, gx = self.x, self.w, None
        if self.needs[0] and w.shape[1] == 1:
            gx = grad * w.T  # (n, 1) @ (1, k) is an outer product, and a plain multiplication is faster
        elif self.needs[0]:
            gx = grad.dot(w.T) if self.small else product(grad, w.T, self.xp)
        # the sum over rows as 1ᵀ @ g: faster than sum(axis=0) for short rows
        one = ones(self.xp, len(grad), grad.dtype)
        if self.small:
            return gx, x.T.dot(grad), one.dot(grad)
        return gx, product(x.T, grad, self.xp), one_thread.run(one.dot, grad)


@lru_cache(maxsize=16)
def ones(library: Any, n: int, dtype: Any) -> Array:
    """n ones. The array is kept for the next step, and is only read."""
    return library.ones(n, dtype)
