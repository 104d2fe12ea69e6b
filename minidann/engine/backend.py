"""The library of an array: NumPy on the host, or CuPy on a GPU. An op then works on the arrays of both.

A library in this role is called a backend. Moving arrays between backends is in ``devices.py``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np

from .. import _validate
from .modes import Switch

Array = Any  # an n-dimensional array of any registered library: NumPy's in most runs

libraries: dict[str, Any] = {"numpy": np}  # by name; CuPy joins at its first use
chosen = Switch(np)  # the library that makes arrays from lists, numbers and arrays of the host
_library_of: dict[type, Any] = {np.ndarray: np}


def register_library(array_type: type, library: ModuleType | Any, name: str) -> None:
    """Make the backend ``name`` known: the functions of ``library`` work on arrays of ``array_type``.

    The library has NumPy's names and rules, and two functions of CuPy: ``asarray`` and ``asnumpy``.
    """
    _library_of[array_type] = libraries[name] = library


def array_module(array: Array) -> Any:
    """The library whose functions work on ``array``. Raises TypeError if ``array`` is no array of a known library."""
    try:
        return _library_of[type(array)]
    except KeyError:
        return _find_library(type(array))


def _find_library(array_type: type) -> Any:
    """The library of a type at its first use. The answer is kept: the next look takes one dictionary access."""
    if issubclass(array_type, (np.ndarray, np.generic)):
        library: Any = np
    elif array_type.__module__.partition(".")[0] == "cupy":
        library = libraries["cupy"] = sys.modules["cupy"]
    else:
        raise TypeError(f"array: got {array_type.__name__}, expected an array of NumPy or of a registered library")
    _library_of[array_type] = library
    return library


def is_array(value: object) -> bool:
    """Whether ``value`` is an array or array scalar of a known library."""
    try:
        array_module(value)
    except TypeError:
        return False
    return True


def as_array(value: Any) -> Array:
    """``value`` as an array. An array of a device stays there.

    Lists, numbers and host arrays go to the backend that ``use_backend`` chose. By default this is NumPy, and a NumPy
    array comes back unchanged.
    """
    if type(value) is np.ndarray and chosen.value is np:
        return value
    library = array_module(value) if is_array(value) else np
    return (chosen.value if library is np else library).asarray(value)


def as_arrays(*values: Any) -> tuple[Array, ...]:
    """``as_array`` of several values."""
    if chosen.value is np:
        for value in values:
            if type(value) is not np.ndarray:
                break
        else:
            return values
    return tuple(map(as_array, values))


def to_numpy(array: Any) -> np.ndarray:
    """``array`` on the host, for metrics, plots, files and scikit-learn. A NumPy array comes back unchanged.

    For an array of a device, the call waits until the device has computed it. A list or a number becomes an array. A
    tensor gives its array: this is outside the graph. Raises TypeError or ValueError for a value that is no array.
    """
    if hasattr(array, "mark_changed"):  # a tensor
        array = array.data
    library = array_module(array) if is_array(array) else np
    if library is not np:
        on_the_host: np.ndarray = library.asnumpy(array)
        return on_the_host
    try:
        result = np.asarray(array)
    except ValueError as error:
        raise ValueError(f"array: got {_validate.shown(array)}, expected an array ({error})") from None
    if result.dtype == object and not result.shape:
        raise TypeError(f"array: got {_validate.shown(array)}, expected an array, a list or a number")
    return result
