"""Batch normalisation as a layer, with the statistics for its predictions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..engine import ops
from ..engine.backend import Array, array_module, as_array
from ..engine.devices import move
from ..engine.image_functions import check_channels
from ..engine.tensor import Tensor, apply, named_tensor
from .layers import Layer, Rng, float_kind, trains


class BatchNormalisation(Layer):
    """Each of n channels at mean 0 and variance 1, times a learnt scale, plus a learnt shift: x (…, n) → (…, n).

    Training uses mean and variance of the batch (``minidann.batch_normalise``). Predictions use running means of both
    over the last 1/(1 − decay) batches (Ioffe & Szegedy 2015). ``epsilon`` is added to the variance.

    **The batch is the joined one** by default, source and target together: a DANN passes both domains through its
    features. There is one mean and one variance, so the features are one function for both domains. The domain head
    sees the whole shift, and a prediction need not know the domain of its image. With statistics of its own for each
    domain (``minidann.adapt.own_statistics``) the means and variances of both domains are made equal without any
    learning. This can adapt far better, but it is another method beside the reversal (Li et al. 2016, AdaBN).
    """

    def __init__(self, n: int, decay: float = 0.99, epsilon: float = 1e-5, dtype: str = "float32") -> None:
        _validate.whole_number("n", n, least=1)
        self.decay = _validate.number("decay", decay, least=0, below=1)
        self.epsilon = _validate.number("epsilon", epsilon, least=0)
        kind = float_kind("dtype", dtype)
        self.scale = Tensor(np.ones(n, kind), requires_grad=True)
        self.shift = Tensor(np.zeros(n, kind), requires_grad=True)
        self.mean, self.variance = as_array(np.zeros(n, kind)), as_array(np.ones(n, kind))
        self.batches = np.zeros((), np.int64)  # always on the host: nobody then waits for a device to read it

    def __call__(self, x: Any, rng: Rng = "unsaid") -> Tensor:
        h = named_tensor("x", x)
        check_channels("x", h.shape, len(self.mean))
        if not trains(rng, h, self):
            deviation = array_module(self.variance).sqrt(self.variance + self.epsilon)
            return (h - Tensor(self.mean)) * (self.scale / Tensor(deviation)) + self.shift
        op = ops.BatchNormalise(self.epsilon)
        y = apply(op, h, self.scale, self.shift)
        self._update_means(op.mean, op.variance * (op.n / (op.n - 1)))  # an unbiased estimate of the variance
        return y

    def _update_means(self, mean: Array, variance: Array) -> None:
        """Add one batch to the running means. They start as plain means: the initial values do not linger."""
        self.batches += 1
        share = max(1 - self.decay, 1 / int(self.batches))
        self.mean += share * (mean - self.mean)
        self.variance += share * (variance - self.variance)

    def statistics(self) -> dict[str, Array]:
        return {"mean": self.mean, "variance": self.variance, "batches": self.batches}

    def copy_statistics(self) -> None:
        """Go on with copies of the statistics: see ``minidann.adapt.own_statistics``."""
        self.mean, self.variance, self.batches = self.mean.copy(), self.variance.copy(), self.batches.copy()

    def to(self, backend: str) -> BatchNormalisation:
        super().to(backend)
        self.mean, self.variance = move(self.mean, backend), move(self.variance, backend)
        return self

    def __repr__(self) -> str:
        return f"BatchNormalisation({len(self.mean)})"
