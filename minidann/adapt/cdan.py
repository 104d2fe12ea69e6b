"""CDAN: a DANN whose domain head compares the domains class by class (Long et al. 2018, §3.2). Not in the paper."""

from __future__ import annotations

import numpy as np

from .. import _validate
from ..engine import functions as F
from ..engine.backend import array_module
from ..engine.tensor import Tensor
from .dann import DANN, check_features


class CDAN(DANN):
    """A DANN whose domain head sees features times class probabilities, (n + m, classes · width).

    The domain head then notices features that align with swapped classes: to a plain domain head they look right.
    """

    def head_logits(
        self, features: Tensor, reversed_features: Tensor, n: int, rng: np.random.Generator | None
    ) -> tuple[Tensor, Tensor]:
        """The label logits of the n source examples (n, classes), and the domain logits of all (n + m, 1)."""
        check_features(features, reversed_features, n)
        label_logits = self.label_head(features, rng)
        return label_logits[:n], self.domain_head(times_probabilities(reversed_features, label_logits), rng)

    def domain_logit_of(self, features: Tensor) -> Tensor:
        """The logit of the domain head for features (n, width): (n, 1)."""
        _validate.instance("features", features, Tensor)
        return self.domain_head(times_probabilities(features, self.label_head(features, None)), None)


def times_probabilities(features: Tensor, label_logits: Tensor) -> Tensor:
    """Features (n, width) times the probability of each class: (n, classes · width).

    The probabilities are constants. With a gradient the label head could lower L_d by being less sure.
    """
    probabilities = array_module(label_logits.data).exp(F.log_softmax(label_logits).data)
    n, width = features.shape
    product = F.reshape(features, (n, 1, width)) * Tensor(probabilities[:, :, None])
    return F.reshape(product, (n, -1))
