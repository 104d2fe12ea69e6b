"""The base of every operation: a forward rule, and the backward rule beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend import Array


def wide(x: Array) -> Array:
    """x, with float16 as float32: a sum of float16 would overflow at 65504."""
    return x if x.dtype.itemsize > 2 else x.astype(np.float32)


class Op:
    """One operation. After its forward call an op instance is one node of the graph.

    ``forward`` takes plain arrays and returns one. ``backward`` takes the gradient of the loss by that result, of the
    same shape, and returns a tuple: one gradient for each input, or None for an input whose entry in ``needs`` is
    False. ``forward`` keeps on ``self`` the arrays that ``backward`` needs. So an instance serves one forward call.

    Whole numbers and booleans reach ``forward`` as floats, because arithmetic on bytes overflows. An op with
    ``keeps_whole_numbers`` gets them unchanged, unless another input is floating.

    A gradient may have the broadcast shape of the result. The sweep sums it to the shape of its input.
    """

    #: the library of the arrays: NumPy, or the library of a device. ``apply`` sets it once for each node
    xp: Any = np
    #: which inputs need a gradient. ``apply`` sets it, and a rule may read it to skip work
    needs: tuple[bool, ...] = (True, True, True)
    #: the names of the inputs in error messages; the last one stands for all further inputs
    arguments: tuple[str, ...] = ("x",)
    #: True for an op that only moves or picks elements: its whole numbers and booleans do not become floats
    keeps_whole_numbers = False
    #: the rule that the error message for wrong shapes quotes
    shape_rule = ""

    def forward(self, *arrays: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__} has no forward rule")

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        raise NotImplementedError(f"{type(self).__name__} has no backward rule")
