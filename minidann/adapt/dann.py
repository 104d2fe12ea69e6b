"""DANN: a network of three parts, and the two losses of E(θf, θy, θd) = L_y − λ L_d (arXiv:1409.7495, Eq. 1)."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from ..engine.backend import Array, array_module, as_arrays
from ..engine.functions import concatenate
from ..engine.ops.losses import BinaryCrossEntropy, CrossEntropy
from ..engine.ops.reversal import GradientReversal
from ..engine.tensor import Tensor, apply
from ..nn.layers import Layer
from .batch_arguments import named
from .predictor import Predictor


@dataclass
class Losses:
    """The two losses of one batch, and the tensors between the input and the losses.

    n is the number of source examples, m the number of target examples. Without a domain loss, the fields
    ``domain_loss``, ``reversed_features``, ``domain_logits`` and ``domain_labels`` are None.
    """

    label_loss: Tensor  # L_y: the mean over the n source examples
    domain_loss: Tensor | None  # L_d: the mean over all n + m examples
    features: Tensor  # (n + m, width)
    reversed_features: Tensor | None  # (n + m, width): the same numbers, above the reversal node
    label_logits: Tensor  # (n, classes)
    domain_logits: Tensor | None  # (n + m, 1): a logit above 0 means "target"
    domain_labels: Array | None  # (n + m, 1): 0 for source, 1 for target

    def total(self, domain_weight: float = 1.0) -> Tensor:
        """L_y + domain_weight · L_d: the one loss to differentiate. The reversal node is inside L_d."""
        domain_weight = _validate.number("domain_weight", domain_weight)
        if self.domain_loss is None:
            return self.label_loss
        weighted = self.domain_loss if domain_weight == 1 else self.domain_loss * domain_weight
        return self.label_loss + weighted

    def named(self) -> dict[str, Tensor]:
        """The losses by the paper's names: "L_y", and "L_d" if there is a domain loss."""
        return {"L_y": self.label_loss} | ({} if self.domain_loss is None else {"L_d": self.domain_loss})


def both_losses(
    features: Tensor, reversed_features: Tensor | None, label_logits: Tensor, y_source: Array, domain_logits: Tensor
) -> Losses:
    """The two losses from the logits of a joined batch: the first n = len(y_source) rows are source.

    Raises ValueError if ``domain_logits`` is not (n + m, 1).
    """
    shape, expected = domain_logits.data.shape, (len(features.data), 1)
    if shape != expected:
        raise ValueError(f"domain_head: got logits of shape {shape}, expected {expected}")
    domain_labels = domain_logits.data.copy()  # an array of the right shape, dtype and device
    domain_labels[: len(y_source)], domain_labels[len(y_source) :] = 0, 1
    label_loss = apply(CrossEntropy(y_source), label_logits)
    domain_loss = apply(BinaryCrossEntropy(domain_labels), domain_logits)
    return Losses(label_loss, domain_loss, features, reversed_features, label_logits, domain_logits, domain_labels)


def check_features(features: Any, reversed_features: Any, n: int) -> None:
    """Raises TypeError or ValueError unless both are tensors (n + m, width) of one shape."""
    if not isinstance(features, Tensor) or not features.shape:
        raise TypeError(f"features: got {_validate.shown(features)}, expected a tensor (n + m, width)")
    if not isinstance(reversed_features, Tensor) or reversed_features.shape != features.shape:
        got = _validate.shown(reversed_features)
        raise TypeError(f"reversed_features: got {got}, expected a tensor {features.shape}, as the features")
    _validate.whole_number("n", n, least=1, below=len(features) + 1)


class DANN(Predictor):
    """Features G_f, a label head G_y, and a domain head G_d behind the gradient-reversal node.

    Parameters
    ----------
    features : Layer
        x (n, …) → features (n, width).
    label_head : Layer
        Features → logits of the classes (n, classes).
    domain_head : Layer
        Features → one logit (n, 1). A logit above 0 means "target".
    source_features : Layer, optional
        Layers for the source, if the source does not pass through ``features``. They share all parameters with
        ``features``: see ``own_statistics.py``.
    """

    def __init__(
        self, features: Layer, label_head: Layer, domain_head: Layer, source_features: Layer | None = None
    ) -> None:
        for name, layer in (("features", features), ("label_head", label_head), ("domain_head", domain_head)):
            _validate.instance(name, layer, Layer)
        if source_features is not None:
            _validate.instance("source_features", source_features, Layer)
        self.features, self.label_head, self.domain_head = features, label_head, domain_head
        self._source_features, self._beside = source_features, features

    @property
    def source_features(self) -> Layer:
        """The layers that the source passes through: by default ``features``.

        Raises ValueError if ``features`` was replaced and the source would go on through the old layers.
        """
        if self._source_features is None:
            return self.features
        if self._beside is not self.features:
            raise ValueError("source_features: got layers that belong to other features, expected a new DANN for both")
        return self._source_features

    # the forward pass in training --------------------------------------------------------------------------------

    def losses(
        self,
        x_source: Any,
        y_source: Any,
        x_target: Any,
        adapt_weight: float,
        with_domain_loss: bool = True,
        rng: np.random.Generator | None = None,
    ) -> Losses:
        """One forward pass: x_source (n, …) with labels y_source (n,), and x_target (m, …) without labels.

        ``adapt_weight``: λ. ``with_domain_loss=False`` leaves out the target and the domain head. With ``rng`` the
        pass is a training pass: dropout is on, and batch normalisation uses the statistics of the batch.
        Raises ValueError if the domain head does not return one logit an example.
        """
        _validate.number("adapt_weight", adapt_weight)
        _validate.boolean("with_domain_loss", with_domain_loss)
        if rng is not None:
            _validate.generator("rng", rng)
        used = {"x_target": x_target, "y_source": y_source} if with_domain_loss else {"y_source": y_source}
        with named(self.features, x_source, **used):
            x_source, y_source, x_target = as_arrays(x_source, y_source, x_target)
            n = len(x_source)
            if not with_domain_loss:
                features = self.features(x_source, rng)
                label_logits = self.label_head(features, rng)
                label_loss = apply(CrossEntropy(y_source), label_logits)
                return Losses(label_loss, None, features, None, label_logits, None, None)
            features = self.features_of_both(x_source, x_target, rng)
            reversed_features = apply(GradientReversal(adapt_weight), features)
            label_logits, domain_logits = self.head_logits(features, reversed_features, n, rng)
            return both_losses(features, reversed_features, label_logits, y_source, domain_logits)

    def features_of_both(self, x_source: Array, x_target: Array, rng: np.random.Generator | None) -> Tensor:
        """The features of both domains, source first: (n + m, width)."""
        if rng is not None:
            _validate.generator("rng", rng)
        with named(self.features, x_source, x_target=x_target):
            if self._source_features is None:
                return self.features(array_module(x_source).concatenate([x_source, x_target]), rng)
            return concatenate([self.source_features(x_source, rng), self.features(x_target, rng)])

    def head_logits(
        self, features: Tensor, reversed_features: Tensor, n: int, rng: np.random.Generator | None
    ) -> tuple[Tensor, Tensor]:
        """The label logits of the n source examples (n, classes), and the domain logits of all (n + m, 1)."""
        check_features(features, reversed_features, n)
        return self.label_head(features[:n], rng), self.domain_head(reversed_features, rng)

    # its parameters ----------------------------------------------------------------------------------------------

    def layers(self) -> dict[str, Layer]:
        """The layers of each part, by the names in ``PARTS``."""
        return {"features": self.features, "label_head": self.label_head, "domain_head": self.domain_head}

    def parts(self) -> dict[str, dict[str, Tensor]]:
        """The parameters θf, θy and θd by part and name."""
        return {part: layer.parameters() for part, layer in self.layers().items()}

    def parameters(self) -> dict[str, Tensor]:
        """All parameters, by names such as "features.1.weight"."""
        return {f"{part}.{name}": p for part, named in self.parts().items() for name, p in named.items()}

    def statistics(self) -> dict[str, Array]:
        """The arrays that batch normalisation keeps besides parameters, by names such as "features.1.2.mean"."""
        layers = self.layers()
        if self._source_features is not None:
            layers["source_features"] = self._source_features
        return {f"{part}.{name}": s for part, layer in layers.items() for name, s in layer.statistics().items()}

    # where it is -------------------------------------------------------------------------------------------------

    def to(self, backend: str) -> DANN:
        """Move parameters and statistics to ``backend``, "numpy" or "cupy". Returns this network.

        To move a training, use ``move_training``: it moves the network too.
        """
        for layer in dict.fromkeys([*self.layers().values(), self.source_features]):
            layer.to(backend)
        return self

    def copy(self) -> DANN:
        """A network with equal weights in arrays of its own."""
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        parts = ",\n".join(f"  {part}={layer}" for part, layer in self.layers().items())
        return f"{type(self).__name__}(\n{parts})"
