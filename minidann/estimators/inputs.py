"""Checks of X the scikit-learn way, and the standardisation of the inputs by the source."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from .. import _validate
from ..data.arrays import refuse_masked

# A column that hardly varies in the source, such as the corner of an image, would send a wider target far outside the
# numbers that the network has learnt on. Chosen by target accuracy on fifteen shifts, seeds 100 and 101.
WIDE = 3.0


def checked(estimator: BaseEstimator, X: Any, name: str = "X", *, reset: bool = False) -> np.ndarray:
    """``X`` as a float32 or float64 array (n, width). ``reset``: learn names and number of its columns.

    Bytes, as of images, become float32. Raises ValueError or TypeError as scikit-learn does, and ValueError for masked
    values, whose mask scikit-learn would drop. The message names the argument.
    """
    refuse_masked(name, X)
    with named(name, one_line=False):
        validate_data(estimator, X, reset=reset, ensure_2d=False, skip_check_array=True)  # the names of the columns
    dtypes = np.float32 if getattr(X, "dtype", None) == np.uint8 else (np.float64, np.float32)
    with named(name, one_line=True):
        array: np.ndarray = check_array(X, dtype=dtypes, input_name=name, estimator=estimator)
    with named(name, one_line=True):
        validate_data(estimator, X, reset=reset, skip_check_array=True)  # the number of the columns
    return array


@contextmanager
def named(name: str, one_line: bool) -> Iterator[None]:
    """Inside, an error of scikit-learn gets the name of the argument, unless the message begins with it.

    ``one_line``: without line breaks. Messages about names of columns keep theirs: one line is a name.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        said = _validate.one_line(error)[:280] if one_line else str(error)
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(said if said.startswith(f"{name} ") else f"{name}: {said}") from None


def flattened(X: Any, shape: tuple[int, ...] | None, name: str = "X") -> Any:
    """Images (n, height, width, channels), or grey ones (n, height, width), as rows (n, width).

    Other inputs are returned as they came.
    Raises ValueError for images of another shape than ``shape``, or without one.
    """
    given = getattr(X, "shape", ())
    if not isinstance(given, tuple):
        return X  # the next check refuses it
    if len(given) == 4 and shape is None:
        raise ValueError(f"{name}: got images of shape {tuple(given[1:])}, expected input_shape={tuple(given[1:])}")
    if shape is None or len(given) < 3:
        return X
    if tuple(given[1:]) not in (shape, shape[:2] if shape[2] == 1 else shape):
        raise ValueError(f"{name}: got images of shape {tuple(given[1:])}, expected input_shape {shape}")
    return X.reshape(len(X), -1)


def image_shape(shape: Any, width: int = 0) -> tuple[int, ...] | None:
    """``input_shape`` as a tuple, or None. ``width``: the number of columns that an image has as a row; 0 if unknown.

    Raises ValueError unless the sizes are whole numbers of at least 1, and their product is the width.
    """
    if shape is None:
        return None
    for size in _validate.sequence("input_shape", shape, "None or a shape such as (28, 28, 3)"):
        _validate.whole_number("input_shape", size, least=1)
    if len(shape) != 3:
        raise ValueError(f"input_shape: got {_validate.shown(shape)}, expected (height, width, channels)")
    if width and math.prod(shape) != width:
        raise ValueError(
            f"input_shape: got {_validate.shown(shape)}, expected a shape of {width} numbers, as X has columns"
        )
    return tuple(shape)


def scales(x: np.ndarray, is_image: bool, x_target: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of x (n, width), in float64: of each column, or one of each if x are images.

    A constant column has the deviation 1. A column of ``x_target`` (m, width) that lies more than WIDE deviations from
    the mean of x, in the root mean square, has this distance in the place of the deviation.
    """
    axis = None if is_image else 0
    unit = _unit(x, axis)
    x = x / unit.astype(x.dtype)  # images of float32 stay float32: half of the memory
    mean, deviation = unit * x.mean(axis, np.float64), unit * x.std(axis, np.float64)
    rounding = len(x) * np.finfo(np.float64).eps * np.abs(mean)
    deviation = np.where(deviation <= rounding, 0.0, deviation)
    if x_target is not None and not is_image:
        with np.errstate(over="ignore"):
            distance = unit * np.sqrt(((x_target / unit - mean / unit) ** 2).mean(axis))
        wide = (distance > WIDE * deviation) & (distance > rounding) & np.isfinite(distance)
        deviation = np.where(wide, distance, deviation)
    return np.asarray(mean), np.where(deviation > 0, deviation, 1.0)


def _unit(x: np.ndarray, axis: int | None) -> np.ndarray:
    """A power of two near the largest number of x: divided by this, x keeps its digits, and squares stay in range."""
    largest = np.maximum(x.max(axis), -x.min(axis))
    return np.asarray(np.exp2(np.floor(np.log2(np.where(largest > 0, largest, 1), dtype=np.float64))))


def moved_and_scaled(name: str, x: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(x − mean) / scale as float32. Raises ValueError if float32 cannot hold a number of it."""
    with np.errstate(over="ignore", invalid="ignore"):
        moved: np.ndarray = ((x - mean.astype(x.dtype)) / scale.astype(x.dtype)).astype(np.float32)
    if not np.isfinite(moved).all():
        got = f"{x.flat[np.flatnonzero(~np.isfinite(moved))[0]]:g}"
        raise ValueError(f"{name}: got {got}, too far from the source for float32, expected numbers of the same unit")
    return moved
