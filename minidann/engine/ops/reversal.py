"""The gradient-reversal node: the whole idea of Ganin & Lempitsky (arXiv:1409.7495), Eqs. 7 and 8.

Features must help the label head, and must *not* help the domain head. The domain head itself should still do its best,
or fooling it would mean nothing. So the domain loss is to be minimised above this node and maximised below it. One
backward pass does both, if the gradient changes its sign on the way through:

    forward     R(x) = x
    backward    dR/dx = −λ I

No function has these two as its value and its derivative: the derivative of the identity is +1. That is why a numerical
gradient check *disagrees* with this op, by the factor −λ exactly, and must.
"""

from __future__ import annotations

from ..backend import Array
from .op import Op


class GradientReversal(Op):
    """y = x;  gx = −λ·g, with λ = ``adapt_weight``."""

    keeps_whole_numbers = True

    def __init__(self, adapt_weight: float) -> None:
        self.adapt_weight = adapt_weight

    def forward(self, x: Array) -> Array:
        return x

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (-self.adapt_weight * grad,)
