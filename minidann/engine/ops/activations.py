"""Activations of one array, element by element. y is the result, g the gradient by the result."""

from __future__ import annotations

from typing import Any

from ..backend import Array
from .op import Op


class Tanh(Op):
    """y = tanh x;  gx = g·(1 − y²) = g − g·y·y."""

    def forward(self, x: Array) -> Array:
        self.y = self.xp.tanh(x)
        return self.y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        gyy = grad * self.y
        gyy *= self.y
        return (grad - gyy,)


class Sigmoid(Op):
    """y = 1/(1 + e⁻ˣ);  gx = g·y·(1 − y)."""

    def forward(self, x: Array) -> Array:
        self.y = sigmoid(x, self.xp)
        return self.y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad * self.y * (1 - self.y),)


class Relu(Op):
    """y = max(x, 0);  gx = g where x > 0, else 0. At x = 0 the derivative is taken as 0."""

    def forward(self, x: Array) -> Array:
        self.y = self.xp.maximum(x, 0)
        return self.y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad * (self.y > 0),)


class Softplus(Op):
    """y = log(1 + eˣ);  gx = g·sigmoid(x)."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return softplus(x, self.xp)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad * sigmoid(self.x, self.xp),)


def softplus(x: Array, xp: Any) -> Array:
    """log(1 + eˣ) of an array, without overflow: max(x, 0) + log(1 + e^−|x|). ``xp``: the library of x."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-abs(x)))


def sigmoid(x: Array, xp: Any) -> Array:
    """1/(1 + e⁻ˣ) of an array, exact in both tails: exp(−softplus(−x)). ``xp``: the library of x."""
    return xp.exp(-softplus(-x, xp))
