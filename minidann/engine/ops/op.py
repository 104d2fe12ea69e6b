"""The base of every operation: a forward rule, and the backward rule beside it."""

from __future__ import annotations

from ..backend import Array


class Op:
    """One operation, and one node of the graph once it has run.

    ``forward`` takes plain arrays and returns one. ``backward`` takes the gradient of the loss with respect to that
    result (same shape) and returns a tuple: one gradient for each input, or None where ``needs`` says that nobody
    asked. What backward needs, forward keeps on ``self``; so an instance serves one forward call.

    Whole numbers and booleans reach ``forward`` as floats, because arithmetic on bytes overflows. An op with
    ``keeps_whole_numbers`` gets them as they are, unless another input is floating.

    A gradient may still have the broadcast shape of the result. The sweep sums it back to its input's shape.
    """

    #: which inputs want a gradient; the graph fills this in, and a rule may look at it to skip work
    needs: tuple[bool, ...] = (True, True, True)
    #: True for an op that only moves or picks elements: its whole numbers and booleans do not become floats
    keeps_whole_numbers = False
    #: what to tell somebody whose shapes do not fit
    shape_rule = ""

    def forward(self, *arrays: Array) -> Array:
        raise NotImplementedError(f"{type(self).__name__} has no forward rule")

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        raise NotImplementedError(f"{type(self).__name__} has no backward rule")
