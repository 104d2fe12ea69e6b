"""Which library an array belongs to, and moving arrays between libraries.

Everything else in the package asks an array for its library instead of calling NumPy on it, so the same op runs on
NumPy's arrays and on CuPy's. This file is the one place that knows the libraries by name.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np

Array = Any  # an n-dimensional array of any registered library; NumPy's in most runs

_library_of: dict[type, Any] = {np.ndarray: np}


def register_library(array_type: type, library: ModuleType | Any) -> None:
    """Say that arrays of ``array_type`` are worked on with the functions of ``library`` (NumPy's names and rules)."""
    _library_of[array_type] = library


def array_module(array: Array) -> Any:
    """The library (``numpy``, ``cupy``, …) whose functions work on ``array``. TypeError if it is no known array."""
    try:
        return _library_of[type(array)]
    except KeyError:
        return _find_library(type(array))


def _find_library(array_type: type) -> Any:
    """First sight of a type: remember its library, so that the next look is one dictionary access."""
    if issubclass(array_type, (np.ndarray, np.generic)):
        library: Any = np
    elif array_type.__module__.partition(".")[0] == "cupy":
        library = sys.modules["cupy"]
    else:
        raise TypeError(f"array: got {array_type.__name__}, expected an array of NumPy or of a registered library")
    _library_of[array_type] = library
    return library


def is_array(value: object) -> bool:
    """True if ``value`` is an array (or array scalar) of a known library."""
    try:
        array_module(value)
    except TypeError:
        return False
    return True


def as_array(value: Any) -> Array:
    """``value`` itself if it is an array of a known library, else a NumPy array of it (lists, numbers)."""
    return array_module(value).asarray(value) if is_array(value) else np.asarray(value)


def zero_d(value: Any, inputs: list[Array]) -> Array:
    """The 0-d result of an op as a 0-d array, where the library hands back a scalar object.

    It takes the dtype of the inputs if that is floating: NumPy 1 turns a lone float32 beside a Python number into
    float64.
    """
    xp = array_module(value)
    if value.dtype == inputs[0].dtype:
        return xp.asarray(value)
    dtype = xp.result_type(*inputs)
    return xp.asarray(value, dtype=dtype if dtype.kind == value.dtype.kind == "f" else None)


def to_numpy(array: Array) -> np.ndarray:
    """A host copy of ``array`` for metrics, plots and files; a NumPy array comes back as it is."""
    library = array_module(array)
    return np.asarray(array) if library is np else library.asnumpy(array)


def move_like(array: np.ndarray, like: Array) -> Array:
    """A host array moved to the library that ``like`` belongs to: random numbers are drawn by NumPy, then moved."""
    return array_module(like).asarray(array)
