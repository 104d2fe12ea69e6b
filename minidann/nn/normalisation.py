"""Batch normalisation as a layer, with the statistics that it predicts by."""

from __future__ import annotations

import numpy as np

from .. import _validate
from ..engine import ops
from ..engine.backend import Array, array_module, as_array, move
from ..engine.tensor import Tensor, apply
from .layers import Layer


class BatchNormalisation(Layer):
    """Each of n channels at mean 0 and variance 1, then times a learnt scale, plus a learnt shift: x (…, n) → (…, n).

    In training by the mean and variance of the batch (``minidann.batch_normalise``); when predicting by those it has
    seen, averaged over the last 1/(1 − decay) batches (Ioffe & Szegedy 2015). ``epsilon`` is added to the variance.

    **The batch is the joined one** by default, source and target together, because that is what a DANN passes through
    its features: one mean and one variance, so the same function of an image whatever its domain. The domain head then
    sees all of the shift, and a prediction need not know where its image comes from. Normalised each by its own
    (``minidann.adapt.own_statistics``), the domains' means and variances are made equal at each such layer without any
    learning: often a large part of the shift, mended before the domain head looks. That can adapt far better, but it
    is another method at work beside the reversal (Li et al. 2016, AdaBN), and its gain is not the reversal's.
    """

    def __init__(self, n: int, decay: float = 0.99, epsilon: float = 1e-5, dtype: str = "float32") -> None:
        _validate.whole_number("n", n, least=1)
        self.decay = _validate.number("decay", decay, least=0, below=1)
        self.epsilon = _validate.number("epsilon", epsilon, least=0)
        self.scale = Tensor(np.ones(n, dtype), requires_grad=True)
        self.shift = Tensor(np.zeros(n, dtype), requires_grad=True)
        self.mean, self.variance = as_array(np.zeros(n, dtype)), as_array(np.ones(n, dtype))
        self.batches = np.zeros((), np.int64)  # on the host always: a device would have to be waited for

    def forward(self, x: Tensor, rng: np.random.Generator | None = None) -> Tensor:
        if rng is None:
            xp = array_module(x.data)
            deviation = xp.sqrt(self.variance + self.epsilon)
            return (x - Tensor(self.mean)) * (self.scale / Tensor(deviation)) + self.shift
        op = ops.BatchNormalise(self.epsilon)
        y = apply(op, x, self.scale, self.shift)
        self._take_in(op.mean, op.variance * (op.n / (op.n - 1)))  # as an estimate of the variance outside the batch
        return y

    def _take_in(self, mean: Array, variance: Array) -> None:
        """The running averages: a plain mean at first, so that the starting values do not linger."""
        self.batches += 1
        share = max(1 - self.decay, 1 / int(self.batches))
        self.mean += share * (mean - self.mean)
        self.variance += share * (variance - self.variance)

    def parameters(self) -> dict[str, Tensor]:
        return {"scale": self.scale, "shift": self.shift}

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
