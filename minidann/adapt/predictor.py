"""The predictions of a network with features and two heads: without dropout, without a graph, as NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _validate
from ..data.arrays import Layout, check_rows, examples
from ..data.checks import check_scale
from ..data.labels import positions_to_score
from ..data.mapped import release
from ..engine.backend import to_numpy
from ..engine.devices import backend_of, move, use_backend
from ..engine.modes import no_grad
from ..engine.tensor import Tensor
from ..nn.layers import Layer, Sequential


class Predictor:
    """The base of DANN. It needs ``features``, ``source_features``, ``label_head``, ``domain_head``, ``parameters``.

    Inputs x (n, …) may be lists, NumPy arrays of any real dtype, DataFrames, and tensors that NumPy can read. All
    methods raise ValueError for another shape or other column names than in training, and for NaN. Inputs of another
    order of magnitude than in training get a DataWarning.

    Attributes
    ----------
    layout : Layout or None
        The shape of an example and the names of its columns, if the network has been trained or built for them.
    classes_ : array or None
        The label of each class as it came, from the pair of its training: ``network.classes_[network.predict(x)]``.
    """

    features: Layer
    label_head: Layer
    domain_head: Layer
    layout: Layout | None = None
    classes_: np.ndarray | None = None

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

    def last_hidden(self, x: Any, domain: str = "target") -> np.ndarray:
        """The last hidden layer, (n, width): the inputs of the last layer of the label head.

        These are the features, if the label head is a single layer. ``domain``: as in ``transform``.
        """
        features = self._features_for(domain)
        hidden = self.label_head.layers[:-1] if isinstance(self.label_head, Sequential) else ()
        return self._in_pieces(lambda piece: Sequential(features, *hidden)(piece, None), x)

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
        _validate.instance("features", features, Tensor)
        return self.domain_head(features, None)

    def predict(self, x: Any, domain: str = "target") -> np.ndarray:
        """The most likely class of each example, (n,) whole numbers: positions in ``classes_``.

        Raises FloatingPointError if a logit is not finite: NaN would become class 0.
        """
        classes: np.ndarray = self._finite_logits(x, domain).argmax(axis=1)
        return classes

    def accuracy(self, x: Any, y: Any, domain: str = "target") -> float:
        """The share of the examples x (n, …) with predicted class y (n,).

        ``y``: class positions, as in ``pair.y_target_test``, or labels as in ``classes_``. Raises ValueError for no
        examples, for other labels, for another number of labels, for a Series whose index has the rows of x in another
        order, and for labels that may be both. Raises FloatingPointError as ``predict``.
        """
        check_rows("x", x, "y", y)
        logits = self._finite_logits(x, domain)
        if not len(logits):
            raise ValueError("x: got no examples, expected at least one for a score")
        known = np.arange(logits.shape[1]) if self.classes_ is None else self.classes_
        positions = positions_to_score("y", y, len(logits), known)
        return float((logits.argmax(axis=1) == positions).mean())

    def _finite_logits(self, x: Any, domain: str) -> np.ndarray:
        logits = self.label_logits(x, domain)
        wrong = len(logits) - int(np.isfinite(logits).all(axis=1).sum())
        if wrong:
            raise FloatingPointError(f"logits of {wrong} of {len(logits)} examples are not finite: training diverged")
        return logits

    def _features_for(self, domain: str) -> Layer:
        _validate.one_of("domain", domain, ("source", "target"))
        return self.source_features if domain == "source" else self.features

    def _in_pieces(self, function: Callable[[Any], Tensor], x: Any, size: int = 1000) -> np.ndarray:
        """``function`` of x without a graph, ``size`` examples at a time: the feature maps of all may fill the memory.

        Each piece is moved to the device of the weights. Raises ValueError for inputs that do not fit.
        """
        x, _ = examples("x", x, self.layout, least=0)
        if self.layout is not None:
            check_scale(x, self.layout.largest)
        starts = range(0, max(1, len(x)), size)
        try:
            with no_grad(), use_backend(self.backend):
                pieces = []
                for i in starts:
                    pieces.append(to_numpy(function(move(x[i : i + size], self.backend)).data))
                    release(x)
        except ValueError as error:
            got = f"got examples of shape {x.shape[1:]}, which this network does not take"
            raise ValueError(f"x: {got} ({' '.join(str(error).split())[:120]})") from None
        return np.concatenate(pieces) if len(pieces) > 1 else pieces[0]


def class_probabilities(logits: np.ndarray) -> np.ndarray:
    """The softmax of label logits (n, classes), in float64."""
    logits = logits.astype(np.float64)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: np.ndarray = exponentials / exponentials.sum(axis=1, keepdims=True)
    return found


def accuracy_or_nan(network: Predictor, x: Any, y: Any, domain: str = "target") -> float:
    """``network.accuracy(x, y, domain)``; nan if the labels are None, or if the training has diverged."""
    if y is None:
        return math.nan
    try:
        return network.accuracy(x, y, domain)
    except FloatingPointError:
        return math.nan
