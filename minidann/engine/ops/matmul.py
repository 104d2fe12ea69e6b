"""Matrix products: a @ b, and x @ w + b of a dense layer as one op."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..backend import Array
from ..threads import FEW, SHORT, as_they_are, needs_limit, one_thread, threads_for
from .op import Op


class MatMul(Op):
    """c = a @ b, with NumPy's rules for vectors and stacks of matrices;  ga = g @ bᵀ,  gb = aᵀ @ g."""

    arguments = ("a", "b")
    shape_rule = "the last size of the left must equal the last but one of the right (a vector has only one)"

    def forward(self, a: Array, b: Array) -> Array:
        self.a, self.b = a, b
        n, k = (1, 1, *a.shape)[-2:]  # the sizes of one matrix of a stack
        self.threads = threads_for(n, k, b.shape[-1] if b.ndim > 1 else 1)
        with self.threads:
            return a @ b

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        a, b = self.a, self.b
        # a vector on the right is one column, a vector on the left one row: restore the axis that the product dropped
        if b.ndim == 1:
            b, grad = b[:, None], grad[..., None]  # (k,) → (k, 1)
        if a.ndim == 1:
            a, grad = a[None, :], grad[..., None, :]  # (k,) → (1, k)
        ga = gb = None
        with self.threads:
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
        # BLAS itself uses one thread for a small product; for a larger one ``threads.py`` decides
        self.limited = len(x) * len(w) * max(w.shape[1], SHORT) > FEW and needs_limit(len(x), *w.shape)
        y = one_thread.run(x.dot, w) if self.limited else x.dot(w)  # for matrices dot is x @ w and starts faster
        if y.dtype != b.dtype:
            return y + b
        y += b
        return y

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        x, w, gx = self.x, self.w, None
        with one_thread if self.limited else as_they_are:
            if self.needs[0]:
                # one output unit: (n, 1) @ (1, k) is an outer product, and a plain multiplication is faster
                gx = grad.dot(w.T) if w.shape[1] > 1 else grad * w.T
            # the sum over rows as 1ᵀ @ g: BLAS adds short rows faster than sum(axis=0) does
            gb = ones(self.xp, len(grad), grad.dtype).dot(grad)
            return gx, x.T.dot(grad), gb


@lru_cache(maxsize=16)
def ones(library: Any, n: int, dtype: Any) -> Array:
    """n ones. The array is kept for the next step, and is only read."""
    return library.ones(n, dtype)
