"""Reductions along axes, such as sums. Backward spreads the gradient over the elements that were reduced."""

from __future__ import annotations

import math

from ... import _validate
from ..backend import Array
from ..numbers import axis_number, axis_numbers
from .op import Op

Axis = int | tuple[int, ...] | None


class Reduction(Op):
    """The base of reductions. ``axis``: the axes to reduce, None for all. ``keepdims``: keep them with size 1."""

    shape_rule = "axis must name axes that the tensor has, each once, and a maximum needs at least one element"

    def __init__(self, axis: Axis = None, keepdims: bool = False) -> None:
        if axis is not None:
            axis = axis_numbers("axis", axis) if isinstance(axis, (tuple, list)) else axis_number("axis", axis)
        self.axis = axis
        self.keepdims = keepdims if keepdims is False else _validate.boolean("keepdims", keepdims)

    def spread(self, reduced: Array, shape: tuple[int, ...]) -> Array:
        """A reduced array with its reduced axes back as size 1. It then broadcasts against ``shape``."""
        if self.keepdims:
            return reduced
        folded = range(len(shape)) if self.axis is None else _positive(self.axis, len(shape))
        return reduced.reshape([1 if i in folded else size for i, size in enumerate(shape)])


class Sum(Reduction):
    """y = Σ x;  gx = g for each element of the sum."""

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        return x.sum(axis=self.axis, keepdims=self.keepdims)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        grad = self.spread(grad, self.shape)
        return (self.xp.broadcast_to(grad, self.shape),)


class Mean(Reduction):
    """y = Σ x / n;  gx = g/n for each of the n elements of a mean."""

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        axis = self.axis if x.ndim or self.axis not in (0, -1) else None  # NumPy's sum takes them, its mean does not
        return x.mean(axis=axis, keepdims=self.keepdims)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        n = math.prod(self.shape) // max(grad.size, 1)
        grad = self.spread(grad / n, self.shape)
        return (self.xp.broadcast_to(grad, self.shape),)


class Max(Reduction):
    """y = max x;  the largest element gets g. On a tie the first one in C order gets g."""

    keeps_whole_numbers = True

    def forward(self, x: Array) -> Array:
        self.x = x
        return x.max(axis=self.axis, keepdims=self.keepdims)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        xp, x = self.xp, self.x
        folded = tuple(range(x.ndim)) if self.axis is None else _positive(self.axis, x.ndim)
        kept = tuple(i for i in range(x.ndim) if i not in folded)
        # the reduced axes last and flat: (kept…, n). One argmax then finds the first maximum of each group
        moved = x.transpose(kept + folded)
        flat = moved.reshape(math.prod(moved.shape[: len(kept)]), math.prod(moved.shape[len(kept) :]))
        winners = xp.arange(flat.shape[1]) == flat.argmax(axis=1)[:, None]
        winners = winners.reshape(moved.shape).transpose([(kept + folded).index(i) for i in range(x.ndim)])
        return (self.spread(grad, x.shape) * winners,)


class LogSumExp(Reduction):
    """y = log Σ eˣ, computed as m + log Σ e^(x−m) with m = max x against overflow;  gx = g·e^(x−y)."""

    def forward(self, x: Array) -> Array:
        xp = self.xp
        m = x.max(axis=self.axis, keepdims=True)
        m = xp.where(xp.isfinite(m), m, xp.zeros_like(m))  # if all x are −∞: −∞ − 0 is right, −∞ − −∞ is NaN
        self.x = x
        self.y = xp.log(xp.exp(x - m).sum(axis=self.axis, keepdims=True)) + m
        return self.y if self.keepdims else self.y.squeeze(axis=self.axis)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        xp = self.xp
        y = xp.where(xp.isfinite(self.y), self.y, xp.zeros_like(self.y))  # as in forward: no −∞ − −∞
        return (self.spread(grad, self.x.shape) * xp.exp(self.x - y),)


class LogSoftmax(Op):
    """y = x − log Σ eˣ along one axis;  gx = g − softmax(x)·Σ g."""

    shape_rule = Reduction.shape_rule

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis_number("axis", axis)

    def forward(self, x: Array) -> Array:
        xp = self.xp
        z = x - x.max(axis=self.axis, keepdims=True)
        self.y = z - xp.log(xp.exp(z).sum(axis=self.axis, keepdims=True))
        return self.y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        softmax = self.xp.exp(self.y)
        return (grad - softmax * grad.sum(axis=self.axis, keepdims=True),)


def _positive(axis: int | tuple[int, ...], ndim: int) -> tuple[int, ...]:
    if not ndim:
        return ()  # a lone number has no axis, and NumPy accepts axis 0 and -1 for it
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))
