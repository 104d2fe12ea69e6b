"""The rows of both domains as a fitted estimator sees them, for the displays that are made from an estimator."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import _validate
from .domain_rows import label_positions

CHOICE_SEED = 0  # of the rows that are drawn, if there are more than asked for


@dataclass(frozen=True)
class EstimatorRows:
    """A fitted estimator, and the rows of both domains.

    ``parts``: one or two (X, sample_domain). The arrays are of all rows: ``is_source`` (n,), ``labels`` (n,) positions
    in ``names`` or UNKNOWN.
    """

    estimator: Any
    parts: tuple[tuple[Any, np.ndarray], ...]
    is_source: np.ndarray
    labels: np.ndarray
    names: np.ndarray

    def result(self, method: str) -> np.ndarray:
        """The result of a method of the estimator for all rows, (n, …). A pipeline passes the rows through its steps.

        Each step that takes ``sample_domain`` gets it, with or without metadata routing.
        """
        return np.concatenate([np.asarray(result_of(self.estimator, method, X, of)) for X, of in self.parts])

    def features(self) -> np.ndarray:
        """The features of all rows, (n, width): by ``transform``, or the inputs of a pipeline's last step."""
        if hasattr(last_step(self.estimator), "transform"):
            return self.result("transform")
        if not is_pipeline(self.estimator):
            raise TypeError(f"estimator: got {_validate.shown(self.estimator)}, expected one with transform")
        return np.concatenate([np.asarray(inputs_of_last_step(self.estimator, X, of)) for X, of in self.parts])

    def some(self, points: int) -> EstimatorRows:
        """At most ``points`` rows of each domain: random ones, always the same, in their order.

        The first rows of a sorted table may be of one class.
        """
        from sklearn.utils import _safe_indexing

        rng = np.random.default_rng(CHOICE_SEED)
        domains = np.flatnonzero(self.is_source), np.flatnonzero(~self.is_source)
        kept = np.sort(np.concatenate([rng.permutation(rows)[:points] for rows in domains]))
        parts, start = [], 0
        for X, of in self.parts:
            at = kept[(kept >= start) & (kept < start + len(of))] - start
            start += len(of)
            if len(at):
                parts.append((_safe_indexing(X, at), of[at]))
        return replace(self, parts=tuple(parts), is_source=self.is_source[kept], labels=self.labels[kept])


def estimator_rows(
    estimator: Any, X: Any, y: Any, sample_domain: Any, X_target: Any, y_target: Any, *methods: str
) -> EstimatorRows:
    """The rows of both domains for a fitted estimator, a pipeline, or a search with its best estimator.

    Without ``sample_domain`` all rows of X are target; with ``X_target`` they are source. Raises TypeError for an
    estimator that has none of ``methods``, NotFittedError before ``fit``, ValueError for arguments that do not fit.
    """
    from ..estimators.domains import source_rows

    found = fitted(estimator, *methods)
    if X_target is not None and sample_domain is not None:
        raise ValueError("sample_domain, X_target: got both, expected one of them: each says which rows are target")
    if X_target is None and y_target is not None:
        raise ValueError("y_target: got labels without X_target, expected both")
    is_source = source_rows(sample_domain, _count("X", X), without="target" if X_target is None else "source")
    _check_lengths("X", len(is_source), "y", y)
    labels, names = label_positions(y, is_source, getattr(found, "classes_", None))
    parts = [(X, np.where(is_source, 1, -1))]
    if X_target is not None:
        of_target = np.zeros(_count("X_target", X_target), bool)
        _check_lengths("X_target", len(of_target), "y_target", y_target)
        more, names = label_positions(y_target, of_target, names, "y_target")
        parts.append((X_target, np.where(of_target, 1, -1)))
        is_source, labels = np.concatenate([is_source, of_target]), np.concatenate([labels, more])
    return EstimatorRows(found, tuple(parts), is_source, labels, names)


def fitted(estimator: Any, *methods: str) -> Any:
    """``estimator``, or the best estimator of a search, if it is fitted and has one of ``methods``.

    Raises TypeError for another object, and NotFittedError before ``fit``.
    """
    from sklearn.utils.validation import check_is_fitted

    words = f" with {' or '.join(methods)}" if methods else ""
    if not hasattr(estimator, "fit") or inspect.isclass(estimator):
        raise TypeError(f"estimator: got {_validate.shown(estimator)}, expected a fitted estimator{words}")
    check_is_fitted(estimator)
    found = getattr(estimator, "best_estimator_", estimator)
    if methods and not any(hasattr(last_step(found), method) for method in methods):
        raise TypeError(f"estimator: got {_validate.shown(estimator)}, expected one{words}")
    return found


def last_step(estimator: Any) -> Any:
    """The last step of a pipeline, or the estimator itself."""
    return estimator.steps[-1][1] if is_pipeline(estimator) else estimator


def is_pipeline(estimator: Any) -> bool:
    """Whether ``estimator`` is a pipeline of scikit-learn. A DANNClassifier has ``steps`` too, a number."""
    from sklearn.pipeline import Pipeline

    return isinstance(estimator, Pipeline)


def result_of(estimator: Any, method: str, X: Any, sample_domain: np.ndarray) -> Any:
    """The result of a method of an estimator, or of the last step of a pipeline, for rows of known domains."""
    return _call(last_step(estimator), method, inputs_of_last_step(estimator, X, sample_domain), sample_domain)


def inputs_of_last_step(estimator: Any, X: Any, sample_domain: np.ndarray) -> Any:
    """X as it comes to the last step of a pipeline; X itself for another estimator."""
    for _, step in estimator.steps[:-1] if is_pipeline(estimator) else ():
        if step is not None and step != "passthrough":
            X = _call(step, "transform", X, sample_domain)
    return X


def _call(step: Any, method: str, X: Any, sample_domain: np.ndarray) -> Any:
    function = getattr(step, method)
    if "sample_domain" in inspect.signature(function).parameters:
        return function(X, sample_domain=sample_domain)
    return function(X)


def _count(name: str, X: Any) -> int:
    """The number of rows of X. Raises ValueError if it has none."""
    from sklearn.utils.validation import _num_samples

    try:
        count = int(_num_samples(X)) if not isinstance(X, (str, bytes, dict, set)) else 0
    except TypeError:
        count = 0
    if not count:
        raise ValueError(f"{name}: got {_validate.shown(X)}, expected at least one row of numbers: (n, width)")
    return count


def _check_lengths(x_name: str, count: int, y_name: str, y: Any) -> None:
    """Raises ValueError if there are labels, and not one for each of ``count`` rows."""
    if hasattr(y, "__len__") and getattr(y, "shape", True) and len(y) != count:
        raise ValueError(f"{x_name}, {y_name}: got {count} rows and {len(y)} labels, expected as many of each")
