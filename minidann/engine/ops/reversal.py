"""The gradient-reversal node: the whole idea of Ganin & Lempitsky (arXiv:1409.7495), Eqs. 7 and 8.

Features must help the label head, and must *not* help the domain head. The domain head itself must still do its best:
to fool a weak domain head means nothing. So the domain loss is minimised above this node and maximised below it. One
backward pass does both, because the gradient changes its sign at the node:

    forward     R(x) = x
    backward    dR/dx = −λ I

No function has this value and this derivative: the derivative of the identity is +1. Therefore a numerical gradient
check must *disagree* with this op, by the factor −λ exactly.
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
