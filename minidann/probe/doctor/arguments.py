"""The arguments of ``diagnose``, tested before any work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...adapt.training import Batch
from ...engine.backend import to_numpy

EXPECTED = "expected (x_source, y_source, x_target), as Training.next_batch gives"


def checked_batch(batch: Any) -> Batch:
    """``batch`` as NumPy arrays. Raises ValueError for other shapes and for numbers that are not finite."""
    try:
        found = Batch(*(to_numpy(array) for array in batch))
        if not len(found.x_source) == len(found.y_source) > 0 or not len(found.x_target):
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(f"batch: got {type(batch).__name__}, {EXPECTED}") from None
    for name, array in found._asdict().items():
        if array.dtype.kind not in "biuf":
            raise ValueError(f"batch: got {name} of dtype {array.dtype}, expected numbers")
        wrong = array.size - int(np.isfinite(array).sum())
        if wrong:
            raise ValueError(f"batch: got {wrong} NaN or infinite values in {name}, expected finite numbers")
    if found.x_source.shape[1:] != found.x_target.shape[1:]:
        shapes = f"{found.x_source.shape[1:]} in x_source and {found.x_target.shape[1:]} in x_target"
        raise ValueError(f"batch: got examples of shape {shapes}, expected the same")
    if found.y_source.ndim != 1 or found.y_source.dtype.kind not in "iu":
        raise ValueError(
            f"batch: got y_source of shape {found.y_source.shape}, dtype {found.y_source.dtype}, "
            "expected whole numbers (n,)"
        )
    return found


def checked_history(history: Any) -> Sequence[Mapping[str, float]]:
    """``history`` if it is a sequence of rows of numbers. Raises TypeError otherwise."""
    expected = 'expected rows such as [{"step": 0, "domain_loss": 0.69}, …], as Training.history'
    if not isinstance(history, Sequence) or isinstance(history, str):
        raise TypeError(f"history: got {type(history).__name__}, {expected}")
    for row in history:
        if not isinstance(row, Mapping):
            raise TypeError(f"history: got a row of type {type(row).__name__}, {expected}")
        for name, value in row.items():
            if not isinstance(value, (int, float, np.number)):
                raise TypeError(f"history: got {value!r:.40} for {name!r:.40}, expected a number")
    return history


def in_double(batch: Batch) -> Batch:
    """The batch in float64: differences of losses are then sharp. Whole numbers of labels stay as they are."""
    return Batch(*(_double(array) for array in batch))


def _double(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float64) if array.dtype.kind == "f" or array.ndim > 1 else array
