"""The predictions of a network with features and two heads: without dropout, without a graph, as NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _validate
from ..engine.backend import to_numpy
from ..engine.devices import backend_of, move, use_backend
from ..engine.modes import no_grad
from ..engine.tensor import Tensor
from ..nn.layers import Layer


class Predictor:
    """The base of DANN. It needs ``features``, ``source_features``, ``label_head``, ``domain_head``, ``parameters``."""

    features: Layer
    label_head: Layer
    domain_head: Layer

    @property
    def source_features(self) -> Layer:
        """The layers that the source passes through."""
        return self.features

    def parameters(self) -> dict[str, Tensor]:
        """All parameters by name."""
        raise NotImplementedError(f"{type(self).__name__} defines no parameters()")

    @property
    def backend(self) -> str:
        """The device of the weights: "numpy" or "cupy"."""
        return backend_of(next(iter(self.parameters().values())).data)

    def transform(self, x: Any, domain: str = "target") -> np.ndarray:
        """The features of x, (n, width). ``domain``: the domain of x, "source" or "target"."""
        features = self._features_for(domain)
        return self._in_pieces(lambda piece: features(piece, None), x)

    def label_logits(self, x: Any, domain: str = "target") -> np.ndarray:
        """The logits of the classes, (n, classes)."""
        features = self._features_for(domain)
        return self._in_pieces(lambda piece: self.label_head(features(piece, None), None), x)

    def domain_logits(self, x: Any, domain: str = "target") -> np.ndarray:
        """The logit of the domain head, (n,): above 0 for "target", below 0 for "source"."""
        features = self._features_for(domain)
        return self._in_pieces(lambda piece: self.domain_logit_of(features(piece, None)), x)[:, 0]

    def domain_logit_of(self, features: Tensor) -> Tensor:
        """The logit of the domain head for features (n, width): (n, 1)."""
        return self.domain_head(features, None)

    def predict(self, x: Any, domain: str = "target") -> np.ndarray:
        """The most likely class of each example, (n,) whole numbers."""
        classes: np.ndarray = self.label_logits(x, domain).argmax(axis=1)
        return classes

    def accuracy(self, x: Any, y: Any, domain: str = "target") -> float:
        """The share of the examples x (n, …) with predicted class y (n,)."""
        return float((self.predict(x, domain) == to_numpy(y)).mean())

    def _features_for(self, domain: str) -> Layer:
        _validate.one_of("domain", domain, ("source", "target"))
        return self.source_features if domain == "source" else self.features

    def _in_pieces(self, function: Callable[[Any], Tensor], x: Any, size: int = 1000) -> np.ndarray:
        """``function`` of x without a graph, ``size`` examples at a time: the feature maps of all may fill the memory.

        Each piece is moved to the device of the weights.
        """
        with no_grad(), use_backend(self.backend):
            starts = range(0, max(1, len(x)), size)
            pieces = [to_numpy(function(move(x[i : i + size], self.backend)).data) for i in starts]
        return np.concatenate(pieces) if len(pieces) > 1 else pieces[0]
