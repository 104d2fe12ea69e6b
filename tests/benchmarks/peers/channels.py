"""Weights for frameworks whose images are channels first. The bench's own are channels last."""

from __future__ import annotations

import numpy as np

from minidann.bench.workloads import Workload


def channels_first(workload: Workload, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """(kh, kw, in, out) → (out, in, kh, kw), and the rows of a dense weight behind the maps in their new order."""
    found = []
    for array, rows in zip(arrays, _rows(workload), strict=True):
        found.append(array.transpose(3, 2, 0, 1) if array.ndim == 4 else array if rows is None else array[rows])
    return found


def channels_last(workload: Workload, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """The way back."""
    found = []
    for array, rows in zip(arrays, _rows(workload), strict=True):
        if rows is not None:
            array = array[np.argsort(rows)]
        found.append(array.transpose(2, 3, 1, 0) if array.ndim == 4 else array)
    return found


def _rows(workload: Workload) -> list[np.ndarray | None]:
    """For each array the order of its rows when the maps are flattened channels first; None where it stays."""
    maps = workload.maps()
    found: list[np.ndarray | None] = []
    for weight in workload.weights():
        order = np.arange(np.prod(maps)).reshape(maps).transpose(2, 0, 1).ravel() if weight.sees_maps else None
        found += [order, None]
    return found
