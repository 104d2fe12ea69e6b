"""The two domains in one table: ``sample_domain`` says of each row whether it is source or target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import assert_all_finite

from .. import _validate
from ..data.arrays import as_numpy, refuse_masked
from ..data.checks import doubt
from ..data.labels import class_labels

EXPECTED = "whole numbers, at least 0 for a source row and below 0 for a target row"


@dataclass(frozen=True)
class Domains:
    """The rows of both domains. The labels of target rows are not here: nobody has read them."""

    x_source: np.ndarray  # (n_source, …)
    y_source: np.ndarray  # (n_source,): the labels as they came
    x_target: np.ndarray | None  # (n_target, …), or None without a target
    is_source: np.ndarray  # (n,): for each row of X


def split(X: np.ndarray, y: Any, sample_domain: Any = None, X_target: np.ndarray | None = None) -> Domains:
    """The source rows with their labels, and the target rows.

    Parameters
    ----------
    X : array (n, …)
        All rows, already checked. Without ``sample_domain`` all are source rows.
    y : array-like (n,)
        The labels. The labels of target rows are never read: any value may stand there.
    sample_domain : array-like (n,), optional
        Whole numbers: at least 0 for a source row, below 0 for a target row.
    X_target : array (m, …), optional
        The target in an array of its own, already checked. Then X is the source.

    Raises ValueError if the arguments do not fit one another, without a source row, and for labels that are no classes.
    """
    if sample_domain is not None and X_target is not None:
        raise ValueError("sample_domain, X_target: got both, expected one of them: each says which rows are target")
    is_source = source_rows(sample_domain, len(X), without="source")
    if not is_source.any():
        raise ValueError("sample_domain: got no source row, expected at least one number of at least 0")
    y_source = labels_of(y, is_source)
    _doubt_empty_labels(y_source)
    if is_source.all():
        _doubt_source_alone(sample_domain)
        return Domains(X, y_source, X_target, is_source)
    return Domains(X[is_source], y_source, X[~is_source], is_source)


def _doubt_source_alone(sample_domain: Any) -> None:
    """Warn of 0 for the source and 1 for the target: both mean source."""
    numbers = np.unique([0] if sample_domain is None else as_numpy("sample_domain", sample_domain).astype(np.float64))
    if len(numbers) > 1:
        got = " and ".join(f"{number:g}" for number in (numbers[0], numbers[-1]))
        doubt(f"sample_domain: got numbers between {got}: all rows are source rows, a target row has a number below 0")


def _doubt_empty_labels(y_source: np.ndarray) -> None:
    """Warn of target rows that nobody has marked: their labels are empty words."""
    empty = int((y_source == "").sum()) if y_source.dtype.kind in "UO" else 0
    if empty:
        doubt(
            f"y: got an empty word as the label of {empty} source rows: it is a class of its own; rows without a label "
            "belong to the target, which sample_domain or X_target says"
        )


def source_rows(sample_domain: Any, n: int, without: str = "target") -> np.ndarray:
    """Whether each of n rows is a source row, (n,) of bool. ``without``: the domain of all rows if None came.

    Raises ValueError unless ``sample_domain`` has n whole numbers.
    """
    if sample_domain is None:
        return np.full(n, without == "source")
    refuse_masked("sample_domain", sample_domain)
    domains = as_numpy("sample_domain", sample_domain)
    if domains.dtype.kind == "O" and domains.size and all(isinstance(d, (int, np.integer)) for d in domains.flat):
        domains = np.array(domains.tolist())
    if domains.dtype.kind not in "iuf" or (domains != np.round(domains)).any() or not np.isfinite(domains).all():
        raise ValueError(f"sample_domain: got {_validate.shown(sample_domain)}, expected {EXPECTED}")
    if domains.shape != (n,):
        raise ValueError(f"sample_domain: got shape {domains.shape}, expected ({n},): a number for each row of X")
    found: np.ndarray = domains >= 0
    return found


def accuracy(y: Any, predicted: np.ndarray, sample_domain: Any = None, sample_weight: Any = None) -> float:
    """The share of right predictions (n,): of the source rows if ``sample_domain`` is given, else of all rows.

    The labels of target rows are not read. ``sample_weight`` (n,): the weight of each row; weights of other rows do not
    count. Raises ValueError without a row to score, and for weights that are no finite numbers of at least 0.
    """
    counted = source_rows(sample_domain, len(predicted), without="source")
    if not counted.any():
        raise ValueError(
            "sample_domain: got no source row, expected at least one: only source rows are scored; without "
            "sample_domain all rows are, by their y"
        )
    right = labels_of(y, counted) == predicted[counted]
    if sample_weight is None:
        return float(right.mean())
    weights = _validate.array("sample_weight", sample_weight, 1, f"{len(predicted)} weights, one for each row of X")
    if weights.shape != counted.shape or (weights < 0).any() or not weights[counted].any():
        got = _validate.shown(sample_weight)
        raise ValueError(f"sample_weight: got {got}, expected {len(counted)} weights of at least 0, some above 0")
    return float(np.average(right, weights=weights[counted]))


def labels_of(y: Any, is_source: np.ndarray) -> np.ndarray:
    """The labels of the source rows, (n_source,). No label of another row is read.

    Raises ValueError unless the labels are classes.
    """
    if y is None:
        raise ValueError("y: this estimator requires y to be passed, but the target y is None")
    mixed = isinstance(y, (list, tuple)) and any(isinstance(label, (str, bytes)) or label is None for label in y)
    if mixed:  # np.asarray would make text of the numbers beside a text
        labels: np.ndarray = np.empty(len(y), object)
        labels[:] = y
    else:
        labels = as_numpy("y", y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = column_or_1d(labels, warn=True)
    if labels.shape[:1] != is_source.shape:
        raise ValueError(f"y: got shape {labels.shape}, expected {is_source.shape}: a label for each row of X")
    if np.ma.isMaskedArray(y) and np.ma.getmaskarray(y).reshape(len(labels), -1)[is_source].any():
        raise ValueError("y: got masked labels in source rows, expected none: leave out the rows without a label")
    labels = labels[is_source]
    if labels.ndim == 1 and labels.dtype.kind == "f":
        assert_all_finite(labels, input_name="y")
        try:
            check_classification_targets(labels)
        except ValueError as error:
            raise ValueError(f"y: {error}") from None
    return class_labels("y", labels, len(labels))
