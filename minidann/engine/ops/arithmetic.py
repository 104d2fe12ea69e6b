"""Arithmetic of arrays that broadcast. In the rules g is the gradient by the result."""

from __future__ import annotations

from ..backend import Array
from .op import Op


class Broadcasting(Op):
    """An op of two arrays whose shapes broadcast."""

    arguments = ("a", "b")
    shape_rule = (
        "shapes are compared from the right, and each pair of sizes must be equal or one of them 1: "
        "line the axes up with reshape or transpose first"
    )


class Add(Broadcasting):
    """c = a + b;  ga = g,  gb = g."""

    def forward(self, a: Array, b: Array) -> Array:
        return a + b

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return grad, grad


class Subtract(Broadcasting):
    """c = a − b;  ga = g,  gb = −g."""

    def forward(self, a: Array, b: Array) -> Array:
        return a - b

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return grad, -grad


class Multiply(Broadcasting):
    """c = a·b;  ga = g·b,  gb = g·a."""

    def forward(self, a: Array, b: Array) -> Array:
        self.a, self.b = a, b
        return a * b

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        needs_a, needs_b = self.needs[:2]
        return grad * self.b if needs_a else None, grad * self.a if needs_b else None


class Divide(Broadcasting):
    """c = a/b;  ga = g/b,  gb = −g·c/b."""

    def forward(self, a: Array, b: Array) -> Array:
        self.b, self.c = b, a / b
        return self.c

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        ga = grad / self.b
        return ga, -ga * self.c if self.needs[1] else None


class Power(Broadcasting):
    """c = a^b;  ga = g·b·a^(b−1) (0 where b = 0),  gb = g·c·log a (0 where a = 0)."""

    def forward(self, a: Array, b: Array) -> Array:
        self.a, self.b, self.c = a, b, a**b
        return self.c

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        a, b, xp = self.a, self.b, self.xp
        # for b = 0 the function is constant: without this test a = 0 gives 0 · 0^(−1) = NaN
        ga = grad * b * a ** xp.where(b == 0, xp.ones_like(b), b - 1) if self.needs[0] else None
        gb = grad * self.c * xp.log(xp.where(a == 0, xp.ones_like(a), a)) if self.needs[1] else None
        return ga, gb


class Negate(Op):
    """c = −a;  ga = −g."""

    def forward(self, a: Array) -> Array:
        return -a

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (-grad,)


class Maximum(Broadcasting):
    """c = max(a, b);  the larger one gets g. On a tie a gets g."""

    keeps_whole_numbers = True

    def forward(self, a: Array, b: Array) -> Array:
        self.a_wins = a >= b
        return self.xp.maximum(a, b)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return grad * self.a_wins, grad * ~self.a_wins


class Where(Broadcasting):
    """c = a where the mask is true, else b;  a and b get g where they were taken, else 0."""

    keeps_whole_numbers = True

    def __init__(self, mask: Array) -> None:
        self.mask = mask.copy()  # the caller may change the mask before the sweep

    def forward(self, a: Array, b: Array) -> Array:
        return self.xp.where(self.mask, a, b)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return grad * self.mask, grad * ~self.mask
