"""The labels of the rows of two domains: those of the target may be unknown."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..data.arrays import listed
from ..data.checks import doubt
from ..data.labels import class_labels, kind_of
from .style import UNKNOWN

MASKS = ("", "-1", "nan")  # the text that stands for an unknown label; -1 beside text becomes text too


def label_positions(
    y: Any, is_source: np.ndarray, classes: np.ndarray | None, name: str = "y"
) -> tuple[np.ndarray, np.ndarray]:
    """The positions in ``classes`` of the labels ``y`` (n,), and the names of all positions.

    The position of a target row is UNKNOWN if its label is missing, -1, or no text. So is every position if ``y`` is
    None. A label that only the target has gets a position behind ``classes``; if ``classes`` is None, these are the
    labels of the source rows, or of all rows without a source. Raises ValueError for another number of
    labels, for labels of another kind than ``classes``, and for source labels that ``classes`` lacks.
    """
    count = len(is_source)
    if classes is not None:
        classes = class_labels("classes_", classes, len(classes))
    positions = np.full(count, UNKNOWN)
    if y is None:
        return positions, np.arange(0) if classes is None else classes
    values = np.empty(count, object)
    given = np.asarray(y, dtype=object) if isinstance(y, (list, tuple)) else np.asarray(y)
    if given.shape != (count,):
        class_labels(name, y, count)  # which names the fault
        raise ValueError(f"{name}: got {_validate.shown(given)}, expected {count} labels, one a row")
    values[:] = given.tolist()
    known = is_source | ~np.array([_is_masked(value, classes) for value in values], bool)
    of_target = values[~is_source].tolist()
    if classes is not None and UNKNOWN in classes.tolist() and of_target == [UNKNOWN] * max(2, len(of_target)):
        doubt(f"{name}: all target rows have the label -1, a class of the source; for unknown labels give None")
    if not known.any():
        return positions, np.arange(0) if classes is None else classes
    labels = class_labels(name, values[known].tolist(), int(known.sum()))
    if classes is None:
        of_source = is_source[known]
        classes = np.unique(labels[of_source] if of_source.any() else labels)
    if kind_of(labels) != kind_of(classes):
        raise ValueError(
            f"{name}: got the labels {listed(np.unique(labels), 5)}, expected such as {listed(classes, 5)}"
        )
    foreign = np.setdiff1d(labels[is_source[known]], classes)
    if len(foreign):
        got = listed(foreign, 5)
        raise ValueError(f"{name}: got the source labels {got}, expected the classes {listed(classes)}")
    names = np.concatenate([classes, np.setdiff1d(labels, classes)])
    order = np.argsort(names, kind="stable")
    positions[known] = order[np.searchsorted(names, labels, sorter=order)]
    return positions, names


def _is_masked(value: Any, classes: np.ndarray | None) -> bool:
    """Whether ``value`` stands for a label that nobody knows. A class of the training is a label."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, float) and np.isnan(value):
        return True
    is_mask = value in MASKS if isinstance(value, str) else bool(value == UNKNOWN)
    return is_mask and (classes is None or value not in classes.tolist())


def column_labels(classes: Any, count: int) -> np.ndarray:
    """``classes`` as the labels (count,) of ``count`` columns of probabilities; 0, 1, … if None. Raises ValueError."""
    if classes is None:
        return np.arange(count)
    labels = class_labels("classes", classes, count)
    if len(np.unique(labels)) < count:
        raise ValueError(f"classes: got {listed(labels)}, expected {count} different labels, one a column")
    return labels
