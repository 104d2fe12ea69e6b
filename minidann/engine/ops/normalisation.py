"""Batch normalisation: each channel at mean 0 and variance 1 over the batch, then scaled and shifted."""

from __future__ import annotations

from ..backend import Array
from ..blas import limit_for
from .matmul import ones
from .op import Op, wide


class BatchNormalise(Op):
    """y = scale·x̂ + shift with x̂ = (x − μ)/σ, σ = √(variance + ε); μ and variance of each channel over the batch.

    x (…, c), scale (c,), shift (c,). All axes but the last are the batch of n numbers. The op keeps ``mean`` and
    ``variance`` (c,) for running means of both (Ioffe & Szegedy 2015, Alg. 1). The variance is divided by n.

    gx = scale/σ · (g − mean g − x̂·mean(g·x̂)),  gscale = Σ g·x̂,  gshift = Σ g. The two means in gx come from μ and σ,
    which depend on x: a number added to a whole channel, or multiplied with it, changes nothing.
    """

    arguments = ("x", "scale", "shift")
    shape_rule = "x must be (…, c), scale and shift (c,)"

    def __init__(self, epsilon: float) -> None:
        self.epsilon = epsilon

    def forward(self, x: Array, scale: Array, shift: Array) -> Array:
        if scale.shape != x.shape[-1:] or shift.shape != x.shape[-1:]:
            raise ValueError(f"x has {x.shape[-1:]} channels")
        xp = self.xp
        rows = wide(x).reshape(-1, x.shape[-1])
        self.n = n = len(rows)
        if n < 2:
            raise ValueError(f"there are {n} numbers a channel, and one alone would always become 0")
        # the sum over rows as 1ᵀ @ rows, as in Affine: several times faster than sum(axis=0) for few columns
        self.limit = limit_for(1, *rows.shape)
        with self.limit:
            self.mean = ones(xp, n, rows.dtype).dot(rows) / n
            centred = rows - self.mean
            self.variance = ones(xp, n, rows.dtype).dot(centred * centred) / n
        self.factor = 1 / xp.sqrt(self.variance + self.epsilon)  # 1/σ
        centred *= self.factor
        self.normalised, self.scale = centred, scale
        y = centred * scale
        if y.dtype == shift.dtype:
            y += shift
        else:
            y = (y + shift).astype(xp.result_type(x.dtype, scale.dtype, shift.dtype))
        return y.reshape(x.shape)

    def backward(self, grad: Array) -> tuple[Array | None, ...]:
        g, x_hat, n = grad.reshape(-1, grad.shape[-1]), self.normalised, self.n
        one = ones(self.xp, n, grad.dtype)
        with self.limit:
            gshift, gscale, gx = one.dot(g), one.dot(g * x_hat), None
        if self.needs[0]:
            gx = x_hat * (-gscale / n)
            gx += g
            gx -= gshift / n
            gx *= self.scale * self.factor
            gx = gx.reshape(grad.shape)
        return gx, gscale, gshift
