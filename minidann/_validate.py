"""Tests of arguments before any work starts: an error of one line names the argument, its value, the expected value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np


def whole_number(name: str, value: Any, least: int) -> int:
    """``value`` as an int of at least ``least``. Raises ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name}: got {value!r}, expected a whole number of at least {least}")
    return int(value)


def number(name: str, value: Any, least: float = -math.inf, below: float = math.inf) -> float:
    """``value`` as a finite float with least ≤ value < below. Raises ValueError otherwise."""
    fits = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not fits or not math.isfinite(value) or not least <= value < below:
        bounds = f" of at least {least:g}" * (least > -math.inf) + f" and below {below:g}" * (below < math.inf)
        raise ValueError(f"{name}: got {value!r}, expected a finite number{bounds}")
    return float(value)


def generator(name: str, value: Any) -> np.random.Generator:
    """``value`` if it is a NumPy random generator. Raises TypeError otherwise."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name}: got {value!r}, expected a random generator, such as np.random.default_rng(0)")
    return value


def one_of(name: str, value: Any, choices: Sequence[str]) -> str:
    """``value`` if it is one of ``choices``. Raises ValueError otherwise."""
    if value not in choices:
        raise ValueError(f"{name}: got {value!r}, expected one of {', '.join(choices)}")
    return str(value)


def inputs(name: str, x: Any, like: np.ndarray | None = None) -> np.ndarray:
    """``x`` as an array (n, …) with n ≥ 1: uint8 unchanged and not copied, all other numbers as a finite float32 copy.

    With ``like``, the x_source of the pair: examples of the same shape, and bytes beside bytes. Raises ValueError
    otherwise.
    """
    try:
        array = np.asarray(x)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: got {type(x).__name__}, expected an array of numbers ({error})") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: got dtype {array.dtype}, expected an array of numbers")
    if array.ndim < 2 or not len(array):
        raise ValueError(f"{name}: got shape {array.shape}, expected at least one example: (n, width)")
    if like is not None and array.shape[1:] != like.shape[1:]:
        raise ValueError(f"{name}: got examples of shape {array.shape[1:]}, expected {like.shape[1:]} as in x_source")
    are_bytes = array.dtype == np.uint8
    if like is not None and are_bytes != (like.dtype == np.uint8):
        raise ValueError(f"{name}: got dtype {array.dtype}, expected {like.dtype} as in x_source")
    if are_bytes:
        return array  # bytes are finite, and float32 would be four times as large
    wrong = array.size - int(np.isfinite(array).sum())
    if wrong:
        raise ValueError(f"{name}: got {wrong} NaN or infinite values among {array.size}, expected finite numbers")
    largest = float(np.abs(array).max(initial=0))
    if largest > float(np.finfo(np.float32).max):
        raise ValueError(f"{name}: got values up to {largest:g}, expected values that float32 can hold")
    return array.astype(np.float32)


def labels(name: str, y: Any, count: int, classes: int | None = None) -> np.ndarray:
    """``y`` as an int64 array (count,) of labels 0, 1, …, below ``classes`` if given. Raises ValueError otherwise."""
    array = np.asarray(y)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name}: got dtype {array.dtype}, expected integers 0, 1, … (use .astype(int))")
    if array.shape != (count,):
        raise ValueError(f"{name}: got shape {array.shape}, expected ({count},): one label for each example")
    top = math.inf if classes is None else classes
    if array.min() < 0 or array.max() >= top:
        wanted = "0 or more" if classes is None else f"0 to {classes - 1}, the labels of y_source"
        raise ValueError(f"{name}: got labels {array.min()} to {array.max()}, expected {wanted}")
    return array.astype(np.int64)
