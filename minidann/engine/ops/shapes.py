"""Operations that only move elements. Backward moves the gradients back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ..backend import Array
from ..numbers import axis_number, axis_numbers, sizes
from .op import Op


class Reshape(Op):
    """The same elements in another shape;  gx is g in the old shape."""

    keeps_whole_numbers = True
    shape_rule = "the new shape must hold as many elements as the old; one size may be -1, to be worked out"

    def __init__(self, shape: int | Sequence[int]) -> None:
        self.shape = sizes("shape", shape)

    def forward(self, x: Array) -> Array:
        self.old_shape = x.shape
        return x.reshape(self.shape)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad.reshape(self.old_shape),)


class Transpose(Op):
    """Axes in another order, reversed if ``axes`` is None;  gx is g in the old order."""

    keeps_whole_numbers = True
    shape_rule = "axes must name every axis of the tensor once"

    def __init__(self, axes: Sequence[int] | None = None) -> None:
        self.axes = None if axes is None else axis_numbers("axes", axes)

    def forward(self, x: Array) -> Array:
        return x.transpose(self.axes)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        if self.axes is None:
            return (grad.transpose(),)
        axes = [axis % grad.ndim for axis in self.axes]
        undo = sorted(range(len(axes)), key=axes.__getitem__)  # the new place of each axis
        return (grad.transpose(undo),)


class Concatenate(Op):
    """The inputs one after another along an axis;  each gets its part of g."""

    arguments = ("tensors",)
    keeps_whole_numbers = True
    shape_rule = "the shapes must be equal but for the axis along which they are joined, and axis must be one of theirs"

    def __init__(self, axis: int = 0) -> None:
        self.axis = axis_number("axis", axis)

    def forward(self, *arrays: Array) -> Array:
        self.sizes = [array.shape[self.axis] for array in arrays]
        return self.xp.concatenate(arrays, axis=self.axis)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        ends = list(accumulate(self.sizes[:-1]))
        return tuple(self.xp.split(grad, ends, axis=self.axis))


class Stack(Op):
    """The inputs side by side along a new axis;  each gets its slice of g."""

    arguments = ("tensors",)
    keeps_whole_numbers = True
    shape_rule = "all shapes must be equal, and axis must be one of the result"

    def __init__(self, axis: int = 0) -> None:
        self.axis = axis_number("axis", axis)

    def forward(self, *arrays: Array) -> Array:
        return self.xp.stack(arrays, axis=self.axis)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return tuple(self.xp.moveaxis(grad, self.axis, 0))


class Broadcast(Op):
    """x repeated to a larger shape;  gx is g summed over the repeats, which the sweep does for every op."""

    keeps_whole_numbers = True
    shape_rule = "each size of shape must be repeated from the same or from 1, counted from the right"

    def __init__(self, shape: int | Sequence[int]) -> None:
        self.shape = sizes("shape", shape)

    def forward(self, x: Array) -> Array:
        return self.xp.broadcast_to(x, self.shape)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad,)
