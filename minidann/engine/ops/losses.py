"""The two losses of DANN. Each is one op from logits to a mean: neither can overflow."""

from __future__ import annotations

from ..backend import Array
from .op import Op, wide


class CrossEntropy(Op):
    """L = mean over n rows of −log softmax(z)[label];  gz = g·(softmax(z) − onehot(label))/n.

    z (n, k): logits. labels (n,): whole numbers in 0…k−1. The gradient is short because the log cancels the
    exponential: d(−z_y + log Σ eᶻ)/dz = −onehot + softmax.
    """

    arguments = ("logits",)
    shape_rule = "logits must be (n, k) and labels (n,)"

    def __init__(self, labels: Array) -> None:
        self.labels = labels.copy()  # the caller may change the labels before the sweep

    def forward(self, z: Array) -> Array:
        xp = self.xp
        self.rows = xp.arange(len(z))
        z = wide(
            z
        ).T.copy()  # (k, n): reducing its long rows is several times faster than reducing the short rows of (n, k)
        z -= z.max(axis=0)
        picked = z[self.labels, self.rows]
        xp.exp(z, out=z)
        total = z.sum(axis=0)
        z /= total
        self.softmax = z
        return (xp.log(total) - picked).sum() / len(picked)

    def backward(self, grad: Array) -> tuple[Array, ...]:
        gz = self.softmax.copy()
        gz[self.labels, self.rows] -= 1
        gz *= grad / len(self.rows)
        return (gz.T,)


class BinaryCrossEntropy(Op):
    """L = mean of softplus(z) − t·z, which is −t·log σ(z) − (1−t)·log(1−σ(z));  gz = g·(σ(z) − t)/n.

    z: logits of any shape. t: targets in 0…1 of the same shape. If half of the targets are 0 and half are 1, a head
    that has learnt nothing (z = 0) has the loss ln 2 ≈ 0.693: chance.
    """

    arguments = ("logits",)
    shape_rule = "logits and targets must have the same shape"

    def __init__(self, targets: Array) -> None:
        self.targets = targets.copy()  # the caller may change the targets before the sweep

    def forward(self, z: Array) -> Array:
        xp, z = self.xp, wide(z)
        # softplus(z) = max(z, 0) + log(1 + e^−|z|) cannot overflow. The small part is added last: it is not rounded off
        positive, tail = xp.maximum(z, 0), xp.log1p(xp.exp(-abs(z)))
        self.softplus = positive + tail
        return (positive - self.targets * z + tail).sum() / z.size

    def backward(self, grad: Array) -> tuple[Array, ...]:
        # σ(z) = 1 − e^(−softplus(z)), so σ(z) − t = −(expm1(−softplus(z)) + t)
        gz = self.xp.expm1(-self.softplus)
        gz += self.targets
        gz *= -grad / gz.size
        return (gz,)
