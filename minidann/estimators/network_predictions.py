"""The predictions of an estimator that holds a trained DANN: each row passes through the layers of its domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ..adapt.dann import DANN
from ..adapt.predictor import class_probabilities
from ..adapt.recipes import Recipe
from . import domains
from .inputs import checked, flattened, image_shape, moved_and_scaled


class NetworkPredictions(ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The base of DANNClassifier: all methods that a fitted estimator offers.

    ``sample_domain`` (n,): at least 0 for a source row, below 0 for a target row. Without it all rows are target rows.
    It matters for a network with batch normalisation of each domain by itself, and for ``score``. All methods raise
    NotFittedError before ``fit``, and ValueError for other columns than in ``fit`` and for NaN or infinity.
    """

    network_: DANN
    recipe_: Recipe
    classes_: np.ndarray
    mean_: np.ndarray
    scale_: np.ndarray
    input_shape: tuple[int, ...] | None

    def predict(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The most likely label of each row, (n,)."""
        logits = self._of_network("label_logits", X, sample_domain)
        found: np.ndarray = self.classes_[logits.argmax(axis=1)]
        return found

    def predict_proba(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The probability of each label in ``classes_``, (n, k). float32 for float32 inputs, else float64."""
        return _as_precise(class_probabilities(self._of_network("label_logits", X, sample_domain)), X)

    def predict_domain(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The probability of "target" by the domain head, (n,). float32 for float32 inputs, else float64.

        Raises ValueError if the network was trained without a target.
        """
        check_is_fitted(self, "network_")
        if self.recipe_.domain_weight == 0:
            raise ValueError(
                "predict_domain: there was no target or no domain loss in fit: the domain head has learnt nothing"
            )
        logits = self._of_network("domain_logits", X, sample_domain).astype(np.float64)
        return _as_precise(0.5 * (1 + np.tanh(logits / 2)), X)  # the sigmoid, without overflow

    def transform(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The features of each row, (n, width), float32: the last layer that both heads see."""
        return self._of_network("transform", X, sample_domain)

    def score(self, X: Any, y: Any, sample_domain: Any = None, sample_weight: Any = None) -> float:
        """The accuracy. With ``sample_domain`` only source rows are scored: the labels of target rows are not read.

        ``sample_weight`` (n,): the weight of each row.
        """
        return domains.accuracy(y, self.predict(X, sample_domain), sample_domain, sample_weight)

    def network_inputs(self, X: Any) -> np.ndarray:
        """X as ``network_`` takes it: standardised by the source, float32, (n, width) or (n, *input_shape)."""
        check_is_fitted(self, "network_")
        return self._standardised(self._rows(X))

    def _rows(self, X: Any, name: str = "X", reset: bool = False) -> np.ndarray:
        """X as checked rows (n, width), in the unit that it came in."""
        x = checked(self, flattened(X, image_shape(self.input_shape), name), name, reset=reset)
        image_shape(self.input_shape, x.shape[1])
        return x

    def _standardised(self, x: np.ndarray, name: str = "X") -> np.ndarray:
        moved = moved_and_scaled(name, x, self.mean_, self.scale_)
        shape = image_shape(self.input_shape)
        return moved if shape is None else moved.reshape(len(x), *shape)

    def _of_network(self, method: str, X: Any, sample_domain: Any, without: str = "target") -> np.ndarray:
        """The result of a method of ``network_`` for all rows: source rows as "source", others as "target".

        ``without``: the domain of all rows if ``sample_domain`` is None.
        """
        x = self.network_inputs(X)
        call: Callable[..., np.ndarray] = getattr(self.network_, method)
        is_source = domains.source_rows(sample_domain, len(x), without)
        if is_source.all() or not is_source.any():
            return call(x, "source" if is_source.all() else "target")
        source, target = call(x[is_source], "source"), call(x[~is_source], "target")
        found = np.empty((len(x), *source.shape[1:]), source.dtype)
        found[is_source], found[~is_source] = source, target
        return found


def _as_precise(found: np.ndarray, X: Any) -> np.ndarray:
    """``found`` as float32 if X is an array of float32."""
    return found.astype(np.float32) if getattr(X, "dtype", None) == np.float32 else found
