"""The rows that a scorer gets, by domain, with the answers of a fitted estimator and the training of its copies."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object

from .. import _validate
from ..data.arrays import as_numpy
from ..data.labels import class_labels
from .domains import source_rows

ROUTING = "sklearn.set_config(enable_metadata_routing=True) lets a search or cross-validation pass it"


class ScoredRows:
    """The rows of X (n, …) by domain, and a fitted ``estimator`` that is asked about them.

    ``sample_domain`` (n,): at least 0 for a source row, below 0 for a target row. The labels ``y`` (n,) are read in the
    source rows alone, and only if a score asks for them.

    Raises ValueError without ``sample_domain``: a score of all rows would be wrong without a word.
    """

    def __init__(self, estimator: Any, X: Any, y: Any, sample_domain: Any) -> None:
        if sample_domain is None:
            raise ValueError(f"sample_domain: got None, expected the domain of each row; {ROUTING}")
        if not hasattr(X, "__len__") or isinstance(X, (str, bytes, dict, set)):
            raise ValueError(f"X: got {_validate.shown(X)}, expected an array or a DataFrame (n, …)")
        self.estimator = getattr(estimator, "best_estimator_", estimator)  # of a search
        self.X, self.y = X if hasattr(X, "shape") else np.asarray(X), y
        self.is_source = source_rows(sample_domain, self.X.shape[0])
        self.sample_domain = as_numpy("sample_domain", sample_domain)
        self.source_domain, self.target_domain = self.sample_domain[self.is_source], self.sample_domain[~self.is_source]

    @property
    def x_source(self) -> Any:
        """The source rows of X. Raises ValueError without one."""
        return self._rows(self.is_source, "source row", "at least 0")

    @property
    def x_target(self) -> Any:
        """The target rows of X. Raises ValueError without one."""
        return self._rows(~self.is_source, "target row", "below 0")

    @property
    def y_source(self) -> np.ndarray:
        """The labels of the source rows. The labels of target rows stay unread: any value may stand there."""
        y = self.y
        if isinstance(y, (list, tuple)):
            y = np.empty(len(self.y), object)  # np.asarray would make text of numbers beside a text
            y[:] = self.y
        y = as_numpy("y", y)
        if y.shape != self.is_source.shape:
            got = "None" if self.y is None else f"shape {y.shape}"
            raise ValueError(f"y: got {got}, expected {self.is_source.shape}: a label for each row of X")
        return class_labels("y", y[self.is_source], len(self.x_source))

    def _rows(self, which: np.ndarray, kind: str, number: str) -> Any:
        if not which.any():
            folds = "a splitter that shuffles or stratifies gives each fold some of both domains"
            raise ValueError(f"sample_domain: got no {kind}, expected at least one number {number}; {folds}")
        at = np.flatnonzero(which)
        return self.X.iloc[at] if hasattr(self.X, "iloc") else self.X[at]  # a DataFrame keeps its names

    # the answers of the estimator --------------------------------------------------------------------------------

    def of_source(self, method: str, estimator: Any = None) -> Any:
        """The answers of a method, such as predict, for the source rows. By default of the fitted estimator."""
        estimator = self.estimator if estimator is None else estimator
        return self._ask(estimator, method, self.x_source, self.source_domain)

    def of_target(self, method: str, estimator: Any = None) -> Any:
        """The answers of a method, such as predict, for the target rows. By default of the fitted estimator."""
        estimator = self.estimator if estimator is None else estimator
        return self._ask(estimator, method, self.x_target, self.target_domain)

    def features(self) -> tuple[Any, Any]:
        """The features of the source rows and of the target rows.

        They are the result of ``transform``, or of the steps of a pipeline before its last, or else the inputs.
        """
        if hasattr(self.estimator, "transform"):
            return self.of_source("transform"), self.of_target("transform")
        return self.before_last_step()

    @property
    def last_step(self) -> Any:
        """The last step of a pipeline, or the estimator itself."""
        return self.estimator[-1] if isinstance(self.estimator, Pipeline) else self.estimator

    def before_last_step(self) -> tuple[Any, Any]:
        """The source rows and the target rows as they reach the last step of a pipeline. Else the inputs."""
        if not isinstance(self.estimator, Pipeline) or len(self.estimator) < 2:
            return self.x_source, self.x_target
        before = self.estimator[:-1]
        return self.of_source("transform", before), self.of_target("transform", before)

    @staticmethod
    def _ask(estimator: Any, method: str, x: Any, sample_domain: np.ndarray) -> Any:
        if not hasattr(estimator, method):
            got = _validate.shown(estimator)
            raise TypeError(f"estimator: got {got}, which has no {method}; expected one that has this method")
        taken = _taken(estimator, method, "sample_domain", "allow_source")
        with config_context(enable_metadata_routing=True):  # so that a pipeline passes it to its steps
            # without allow_source, estimators of skada refuse source rows
            known = {"sample_domain": sample_domain, "allow_source": True}
            return getattr(estimator, method)(x, **{name: known[name] for name in taken})

    # copies that learn -------------------------------------------------------------------------------------------

    def train(self, made: Any) -> Any:
        """``made``, an estimator, trained on these rows as they are."""
        self._both()
        if _taken(made, "fit", "sample_domain"):
            with config_context(enable_metadata_routing=True):
                return made.fit(self.X, self.y, sample_domain=self.sample_domain)
        return made.fit(self.x_source, self.y_source)

    def train_back(self, made: Any, predicted: np.ndarray) -> Any:
        """``made``, an estimator, trained with the domains exchanged: ``predicted`` (m,) are the labels of the target.

        An estimator that does not take sample_domain learns from the target alone.
        """
        self._both()
        if not _taken(made, "fit", "sample_domain"):
            return made.fit(self.x_target, predicted)
        y = np.repeat(predicted[:1], len(self.is_source))  # nobody reads the labels of the source rows now
        y[~self.is_source] = predicted
        with config_context(enable_metadata_routing=True):
            return made.fit(self.X, y, sample_domain=-1 - self.sample_domain)

    def _both(self) -> None:
        """Raises ValueError unless there are rows of both domains."""
        _ = self.x_source, self.x_target


def _taken(estimator: Any, method: str, *names: str) -> set[str]:
    """The metadata among ``names`` that a method of the estimator takes."""
    return set(get_routing_for_object(estimator).consumes(method, names))
