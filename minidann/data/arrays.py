"""The one place that decides which arrays of examples are accepted: lists, NumPy, pandas, tensors of other packages.

pandas, SciPy and torch are recognised by their methods. None of them is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from ..engine.backend import Array, array_module, is_array, to_numpy
from ..engine.tensor import Tensor

FLOAT32_LARGEST = float(np.finfo(np.float32).max)
Columns = tuple[Any, ...]  # the names of the columns of a DataFrame


@dataclass(frozen=True)
class Layout:
    """The layout of one example.

    ``shape``: without the axis of examples. ``columns``: the names of a DataFrame's columns, or None. ``place``: the
    owner of the layout, for messages. ``largest``: the largest absolute value in training, 0 if unknown.
    """

    shape: tuple[int, ...]
    columns: Columns | None
    place: str
    largest: float = 0.0


class Table:
    """Columns of numbers with names, as ``DomainPair`` takes: ``values`` (n, width) and ``columns`` (width,)."""

    def __init__(self, values: np.ndarray, columns: Sequence[Any]) -> None:
        self.values, self.columns = values, list(columns)

    def __len__(self) -> int:
        return len(self.values)

    def to_numpy(self) -> np.ndarray:
        """The numbers (n, width)."""
        return self.values

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.values if dtype is None else self.values.astype(dtype)


def examples(name: str, x: Any, like: Layout | None = None, least: int = 1) -> tuple[Array, Columns | None]:
    """``x`` as an array (n, …) of finite real numbers with n ≥ ``least``, and the names of its columns.

    Numbers keep their dtype, except long doubles, which become float64. An array of a device stays there. With
    ``like``, the columns of a DataFrame come in the order of the same names there. Raises ValueError for another shape
    or other names than those of ``like``, and for all that is no array of finite real numbers.
    """
    array, columns = numbers(name, x), column_names(name, x)
    if array.ndim == 1 and len(array):
        one = "np.reshape(x, (1, -1)) makes one example, np.reshape(x, (-1, 1)) makes one column"
        raise ValueError(f"{name}: got shape {array.shape}, expected (n, width): {one}")
    if array.ndim < 2 or len(array) < least or 0 in array.shape[1:]:
        raise ValueError(f"{name}: got shape {array.shape}, expected at least one example: (n, width)")
    if like is not None:
        array, columns = _in_order(name, array, columns, like)
        if array.shape[1:] != like.shape:
            raise ValueError(
                f"{name}: got examples of shape {array.shape[1:]}, expected {like.shape} as in {like.place}"
            )
    _check_finite(name, array)
    return array, columns


def numbers(name: str, x: Any) -> Array:
    """``x`` as an array of real numbers of any shape. Raises ValueError, with the cause and the way out."""
    if isinstance(x, Tensor):
        x = x.data
    if is_array(x) and not isinstance(x, (np.ndarray, np.generic)):
        array = x  # an array of a device
    else:
        _refuse_sparse(name, x)
        refuse_masked(name, x)
        _refuse_text_columns(name, x)
        array = as_numpy(name, x)
        if (
            array.dtype.kind == "O" and array.ndim and hasattr(x, "columns")
        ):  # columns of several dtypes; each of them has numbers
            array = _from_columns(name, x, array)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: got {_cause(x, array)}")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def as_numpy(name: str, x: Any) -> np.ndarray:
    """``np.asarray(x)``, without the mask of a masked array. Raises ValueError if NumPy cannot read ``x``."""
    if isinstance(x, (dict, set, frozenset)) or hasattr(x, "__next__"):
        raise ValueError(f"{name}: got {type(x).__name__}, expected an array or a list")
    try:
        return np.asarray(x)
    except Exception as error:  # the packages of tensors raise errors of many kinds
        reason = " ".join(str(error).split())[:120]
        raise ValueError(f"{name}: got {type(x).__name__}, expected an array of numbers ({reason})") from None


def column_names(name: str, x: Any) -> Columns | None:
    """The names of the columns of a DataFrame, or None for other arrays. Raises ValueError for a name that repeats."""
    if not (hasattr(x, "columns") and hasattr(x, "to_numpy")):
        return None
    columns = tuple(x.columns)
    twice = next((column for i, column in enumerate(columns) if column in columns[:i]), None)
    if twice is not None:
        raise ValueError(f"{name}: got two columns named {twice!r}, expected a different name for each column")
    return columns


def check_rows(x_name: str, x: Any, y_name: str, y: Any) -> None:
    """Raises ValueError if the index of a Series ``y`` has the rows of the DataFrame ``x`` in another order."""
    indexes: list[Any] = [getattr(given, "index", None) for given in (x, y)]
    if any(index is None or callable(index) for index in indexes):
        return  # a list has a method of this name
    rows, labels = map(list, indexes)
    if rows != labels and len(set(rows)) == len(rows) == len(labels) and set(rows) == set(labels):
        raise ValueError(
            f"{y_name}: got the rows of {x_name} in another order, by its index; "
            f"{y_name}.loc[{x_name}.index] has the same order"
        )


def listed(values: Sequence[Any] | np.ndarray, most: int = 12) -> str:
    """``values`` as text: "0, 1, 2", with … in the place of the middle of a long list."""
    items = [value.item() if isinstance(value, np.generic) else value for value in values]
    shown = [text if len(text := repr(item)) <= 24 else text[:22] + "…" for item in items]
    return ", ".join(shown if len(shown) <= most else [*shown[: most - 2], "…", shown[-1]])


def _in_order(name: str, array: Array, columns: Columns | None, like: Layout) -> tuple[Array, Columns | None]:
    """The columns in the order of ``like``. Raises ValueError for other names. Arrays without names stay the same."""
    if columns is None or like.columns is None or columns == like.columns:
        return array, columns or like.columns
    if set(columns) == set(like.columns):
        return array[:, [columns.index(column) for column in like.columns]], like.columns
    if len(columns) == len(like.columns) and tuple(range(len(columns))) in (columns, like.columns):
        return array, like.columns  # pandas has numbered the columns of an array without names
    got = [column for column in columns if column not in like.columns]
    absent = [column for column in like.columns if column not in columns]
    faults = [f"with {listed(got, 5)}"] * bool(got) + [f"without {listed(absent, 5)}"] * bool(absent)
    raise ValueError(f"{name}: got columns {' and '.join(faults)}, expected the names of {like.place}")


def _check_finite(name: str, array: Array) -> None:
    """Raises ValueError for NaN, for infinity, and for numbers that float32 cannot hold."""
    if array.dtype.kind != "f" or not len(array):
        return  # whole numbers are finite, and float32 holds the largest of them
    library = array_module(array)
    wrong = array.size - int(library.isfinite(array).sum())
    if wrong:
        raise ValueError(f"{name}: got {wrong} NaN or infinite values among {array.size}, expected finite numbers")
    largest = float(abs(array).max())
    if largest > FLOAT32_LARGEST:
        raise ValueError(f"{name}: got values up to {largest:g}, expected values that float32 can hold")


def _refuse_sparse(name: str, x: Any) -> None:
    if hasattr(x, "toarray") and hasattr(x, "nnz"):
        raise ValueError(f"{name}: got a sparse {type(x).__name__}, expected an array: {name}.toarray() makes one")
    if isinstance(x, (list, tuple)) and x and hasattr(x[0], "toarray"):
        raise ValueError(f"{name}: got a list of sparse matrices, expected an array: toarray() makes one of each")


def refuse_masked(name: str, x: Any) -> None:
    """Raises ValueError for a masked array with masked values: NumPy alone would count these."""
    if masked := _validate.masked(x):
        advice = "give the masked values a number with filled(…), or leave their rows out"
        raise ValueError(f"{name}: got {masked} masked values, expected none: {advice}")


def _refuse_text_columns(name: str, x: Any) -> None:
    """Raises ValueError for a DataFrame with a column that is no number, by the name of the column."""
    for column, dtype in zip(x.columns, x.dtypes) if hasattr(x, "columns") and hasattr(x, "dtypes") else ():
        kind = getattr(dtype, "kind", "f")
        if kind not in "biuf" and not (kind == "O" and _are_numbers(np.asarray(x[column]))):
            numeric = kind == "O" and _all_numbers(np.asarray(x[column]))
            advice = "leave the column out, or give each value a number"
            advice = f"{name}[{column!r}].astype(float) makes numbers of these values" if numeric else advice
            raise ValueError(f"{name}: got column {column!r} of dtype {dtype}, expected numbers: {advice}")


def _from_columns(name: str, x: Any, array: np.ndarray) -> np.ndarray:
    missing = sum(_is_missing(value) for value in array.flat)
    if missing:
        raise ValueError(f"{name}: got {missing} missing values, expected none: {MISSING}")
    return array.astype(np.float64)


MISSING = "give the missing values a number, or leave their rows out"


def _cause(x: Any, array: np.ndarray) -> str:
    """The reason why ``array`` is no array of real numbers, and the way out."""
    kind, wanted = array.dtype.kind, f"dtype {array.dtype}, expected an array of numbers"
    if x is None or isinstance(x, (str, bytes)):
        return f"{x!r:.60}, expected an array of numbers"
    if kind == "c":
        return f"{wanted}: .real and .imag are real"
    if kind in "mM":
        unit = "x / np.timedelta64(1, 'D')" if kind == "m" else "(x - x.min()) / np.timedelta64(1, 'D')"
        return f"{wanted}: {unit} makes days of a date"
    if kind in "USTO" and array.size and _all_numbers(array):
        return f"{wanted}: np.asarray(x).astype(float) makes numbers of these values"
    if kind in "UST":
        word = " ".join(str(array.flat[0]).split())
        return f"{wanted}: such as {word:.20} is text; give each word a column of 0 and 1"
    if kind == "V" and array.dtype.names:
        return f"{wanted}: numpy.lib.recfunctions.structured_to_unstructured(x) makes columns of its fields"
    if kind == "O" and any(_is_missing(value) for value in array.flat):
        return f"{wanted}: there are missing values; {MISSING}"
    if kind == "O" and array.size and array.ndim:
        odd = next((value for value in array.flat if not isinstance(value, (int, float, np.number))), None)
        return f"{wanted}: one value is of type {type(odd).__name__}"
    return f"{type(x).__name__}, expected an array of numbers"


def _are_numbers(array: np.ndarray) -> bool:
    """Whether an array of objects holds real numbers, or missing values beside numbers."""
    kinds = (bool, int, float, np.bool_, np.integer, np.floating)
    return all(isinstance(value, kinds) or _is_missing(value) for value in array.flat)


def _is_missing(value: Any) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _all_numbers(array: np.ndarray) -> bool:
    try:
        array.astype(float)
    except (TypeError, ValueError, OverflowError):
        return False
    return all(value is not None for value in array.flat)


def host(array: Array) -> np.ndarray:
    """``array`` on the host as NumPy's own class: uint8 unchanged and not copied, other numbers as a float32 copy."""
    found = np.asarray(to_numpy(array))
    return found if found.dtype == np.uint8 else found.astype(np.float32)
