"""Dtypes under NumPy 1, in which the value of a lone number takes part in the choice of a dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from .backend import Array

IS_NUMPY_1 = np.lib.NumpyVersion(np.__version__) < "2.0.0"


def in_common_dtype(arrays: tuple[Array, ...]) -> tuple[Array, ...]:
    """The arrays of one op, all in their common dtype if an array without axes is among them.

    NumPy 1 makes float32 of a float64 number beside float32 arrays.
    """
    if len({array.dtype for array in arrays}) == 1 or all(array.ndim for array in arrays):
        return arrays
    dtype = np.result_type(*(array.dtype for array in arrays))
    return tuple(array.astype(dtype) for array in arrays)


def in_dtype_of(arrays: tuple[Array, ...], value: Array, xp: Any) -> Array:
    """``value`` in the dtype that ``arrays`` have together, if both dtypes are floating.

    NumPy 1 makes float64 of a float32 number beside a Python number.
    """
    dtype = xp.result_type(*arrays)
    return value.astype(dtype) if dtype.kind == value.dtype.kind == "f" else value
