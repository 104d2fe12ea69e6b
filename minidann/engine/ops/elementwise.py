"""Functions of one array, element by element. y is the result, g the gradient by the result."""

from __future__ import annotations

from ..backend import Array
from ..numbers import bound
from .op import Op


class Exp(Op):
    """y = eˣ;  gx = g·y."""

    def forward(self, x: Array) -> Array:
        self.y = self.xp.exp(x)
        return self.y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad * self.y,)


class Log(Op):
    """y = log x (natural);  gx = g/x."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.log(x)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad / self.x,)


class Abs(Op):
    """y = |x|;  gx = g·sign(x). At x = 0 the derivative is taken as 0."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return abs(x)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad * self.xp.sign(self.x),)


class Sqrt(Op):
    """y = √x;  gx = g/(2y), which is infinite at x = 0."""

    def forward(self, x: Array) -> Array:
        self.y = self.xp.sqrt(x)
        return self.y

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad / (2 * self.y),)


class Clip(Op):
    """y = min(max(x, low), high);  gx = g where low ≤ x ≤ high, else 0."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = bound("low", low), bound("high", high)  # a np.float64 would turn float32 into float64

    def forward(self, x: Array) -> Array:
        self.inside = (x >= self.low) & (x <= self.high)
        return self.xp.clip(x, self.low, self.high)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        return (grad * self.inside,)
