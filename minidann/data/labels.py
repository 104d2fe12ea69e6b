"""Class labels of any kind, and their positions 0, 1, …: the one encoder of the package."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.backend import is_array, to_numpy
from ..engine.tensor import Tensor
from .arrays import as_numpy, listed

KINDS = {"b": "numbers", "i": "numbers", "u": "numbers", "f": "numbers", "U": "text", "S": "bytes"}


def class_labels(name: str, y: Any, count: int) -> np.ndarray:
    """``y`` as an array (count,) of class labels: booleans, whole numbers, or text.

    Floats that are whole, such as 1.0, become integers. Raises ValueError, with the cause and the way out, for another
    number of labels, for missing labels, one-hot rows, numbers that are not whole, and mixtures of text and numbers.
    """
    array = _one_kind(name, y)
    _check_shape(name, array, count)
    if array.dtype.kind != "f":
        return array
    wrong = int((~np.isfinite(array)).sum())
    if wrong:
        raise ValueError(f"{name}: got {wrong} NaN or infinite labels among {array.size}, expected none: {MISSING}")
    broken = array[array != np.round(array)]
    if broken.size:
        advice = "np.digitize(y, edges) makes classes of them; regression is not supported"
        raise ValueError(f"{name}: got numbers such as {broken[0]:g} for labels, expected classes: {advice}")
    large = array[np.abs(array) >= 2**53]
    if large.size:
        raise ValueError(f"{name}: got labels up to {large.max():g} as floats, which lose digits: give integers")
    return array.astype(np.int64)


class Positions(np.ndarray):
    """Class positions (n,) that say so: where labels are numbers too, ``accuracy`` need not guess which they are.

    The result of arithmetic is a plain array: positions + 1 may be labels 1, 2, ….
    """

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        plain = np.asarray(array)
        return plain if plain.shape else plain[()]  # a scalar, such as a maximum, as of a plain array


class Classes:
    """The classes of a source, and the position of each label.

    ``classes_`` (k,): the sorted labels of the source. Label ``classes_[i]`` has the position i.
    """

    def __init__(self, y: np.ndarray) -> None:
        self.classes_ = np.unique(y)
        self.n_source = len(self.classes_)  # the classes behind these have no example in the source

    def positions(self, name: str, y: np.ndarray) -> np.ndarray:
        """The positions of the labels ``y`` (n,), int64.

        Labels that the source lacks get positions behind those of the source. Raises ValueError if ``y`` also lacks a
        class of the source, or is of another kind: then the two domains number their classes differently.
        """
        own, own_kind = np.unique(y), kind_of(y)
        source = self.classes_[: self.n_source]
        fresh = own[~np.isin(own, self.classes_)] if own_kind == kind_of(self.classes_) else own
        if len(fresh) and (own_kind != kind_of(source) or not np.isin(source, own).all()):
            raise ValueError(
                f"{name}: got the classes {listed(own)}, expected those of y_source: {listed(source)}. "
                "Give one class the same label in both"
            )
        if len(fresh):
            self.classes_ = np.concatenate([self.classes_, fresh])
        order = np.argsort(self.classes_, kind="stable")
        found: np.ndarray = order[np.searchsorted(self.classes_, y, sorter=order)]
        found = found.astype(np.int64)
        return found if np.array_equal(self.classes_, np.arange(len(self.classes_))) else found.view(Positions)


def positions_to_score(name: str, y: Any, count: int, known: np.ndarray) -> np.ndarray:
    """The positions (count,) of labels that are to be compared with predictions.

    ``known``: the labels of the positions, as in ``classes_``. ``y`` may be positions, or labels of ``known``. Raises
    ValueError if ``y`` is neither, and if it may be both with different meanings.
    """
    labels = class_labels(name, y, count)
    if isinstance(y, Positions):
        return labels
    values, names = np.unique(labels), ""
    if not np.array_equal(known, np.arange(len(known))):
        names = f", or the labels {listed(known)}"
    truths = labels.dtype == bool and len(known) > 2  # two truths are no positions of three classes
    numeric = kind_of(labels) == "numbers" and not truths
    are_positions = numeric and len(values) > 0 and values.min() >= 0 and values.max() < len(known)
    are_labels = kind_of(labels) == kind_of(known) and not truths and bool(np.isin(values, known).all())
    if are_positions and are_labels and not np.array_equal(known[values.astype(int)], values):
        raise ValueError(
            f"{name}: got {listed(values)}, which may be labels {listed(known)} or their positions 0 to "
            f"{len(known) - 1}; compare {name} == classes_[network.predict(x)]"
        )
    if are_positions or not count:
        return labels.astype(np.int64)
    if not are_labels:
        raise ValueError(
            f"{name}: got the labels {listed(values)}, expected class positions 0 to {len(known) - 1}{names}"
        )
    order = np.argsort(known, kind="stable")
    found: np.ndarray = order[np.searchsorted(known, labels, sorter=order)]
    return found


def kind_of(y: np.ndarray) -> str:
    """The kind of the labels: "numbers" (also booleans), "text" or "bytes"."""
    return KINDS[y.dtype.kind]


MISSING = "leave out the examples without a label"


def _one_kind(name: str, y: Any) -> np.ndarray:
    """``y`` as an array of numbers or of text. Raises ValueError for another kind, and for a mixture."""
    if isinstance(y, Tensor):
        y = y.data
    if y is None or isinstance(y, (str, bytes)):
        raise ValueError(f"{name}: got {y!r:.60}, expected an array of labels, one for each example")
    if hasattr(y, "toarray"):
        raise ValueError(f"{name}: got a sparse {type(y).__name__}, expected an array: {name}.toarray() makes one")
    if isinstance(y, np.ma.MaskedArray) and np.ma.getmaskarray(y).any():
        raise ValueError(f"{name}: got {int(np.ma.getmaskarray(y).sum())} masked labels, expected none: {MISSING}")
    if isinstance(y, (list, tuple)) and any(isinstance(label, (str, bytes)) or label is None for label in y):
        array = np.empty(len(y), object)  # np.asarray would make text of the numbers beside a text
        array[:] = y
    else:
        array = to_numpy(y) if is_array(y) and not isinstance(y, np.ndarray) else as_numpy(name, y)
    array = np.asarray(array)
    if array.dtype.kind == "O":
        array = _from_objects(name, array)
    if array.dtype.kind == "T":  # the text of NumPy 2, which np.unique does not sort everywhere
        array = _from_objects(name, array.astype(object))
    if array.dtype.kind not in KINDS:
        raise ValueError(f"{name}: got dtype {array.dtype}, expected whole numbers, booleans or text for labels")
    return array


def _from_objects(name: str, array: np.ndarray) -> np.ndarray:
    """An array of one kind from an array of objects. Raises ValueError for missing labels and for a mixture."""
    values = list(array.flat)
    missing = sum(_is_missing(value) for value in values)
    if missing:
        raise ValueError(f"{name}: got {missing} missing labels among {len(values)}, expected none: {MISSING}")
    for kinds, dtype in ((str, str), (bytes, bytes), ((bool, np.bool_), bool), ((int, np.integer), None)):
        if values and all(isinstance(value, kinds) for value in values):
            return np.array(values, dtype).reshape(array.shape)
    numeric = (bool, int, float, np.bool_, np.number)
    if all(isinstance(value, numeric) for value in values):
        return np.array(values, float).reshape(array.shape)
    text = next((value for value in values if isinstance(value, str)), None)
    other = next((value for value in values if not isinstance(value, str)), None)
    if text is not None and isinstance(other, (*numeric, bytes)):
        beside = "bytes" if isinstance(other, bytes) else "numbers"
        advice = "np.array([str(label) for label in y]) makes text of all"
        raise ValueError(f"{name}: got text and {beside} mixed, {text!r:.20} and {other!r:.20}; {advice}")
    raise ValueError(f"{name}: got a label of type {type(other).__name__}, expected whole numbers, booleans or text")


def _is_missing(value: Any) -> bool:
    is_nan = isinstance(value, (float, np.floating)) and bool(np.isnan(value))
    return value is None or is_nan or type(value).__name__ in ("NAType", "NaTType")


def _check_shape(name: str, array: np.ndarray, count: int) -> None:
    """Raises ValueError unless ``array`` is (count,)."""
    if array.shape == (count,):
        return
    way = ""
    if array.ndim == 2 and array.shape[0] == count and array.shape[1] == 1:
        way = "; np.ravel(y) takes the column out"
    elif array.shape == (1, count):
        way = "; np.ravel(y) takes the row out"
    elif array.ndim == 2 and array.shape[0] == count and kind_of(array) == "numbers":
        way = "; several labels for one example are not supported"
        if np.allclose(array.astype(float).sum(axis=1), 1):
            way = "; np.argmax(y, axis=1) makes labels of one-hot rows"
    raise ValueError(f"{name}: got shape {array.shape}, expected ({count},): one label for each example{way}")
