"""The one rule for the arrays of numbers that the engine takes, and for their dtype in an op."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _validate
from .backend import Array, as_array

NUMBERS = "biuf"  # the kinds of dtypes: booleans, whole numbers with and without sign, floats

_WAYS_OUT = {
    "O": "expected numbers of one kind (None, text, and rows of different lengths make objects)",
    "U": "expected numbers, no text",
    "S": "expected numbers, no text",
    "c": "expected real numbers, such as x.real or abs(x)",
    "M": "expected numbers, no dates",
    "m": "expected numbers, no times",
}


def numbers(name: str, value: Any) -> Array:
    """``value``, a list, a number or an array, as an array of booleans, whole numbers or floats on its device.

    Raises TypeError or ValueError for all else. The message begins with ``name``, the argument.
    """
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise TypeError(f"{name}: got a masked array, expected numbers in all places, such as x.filled(0.0)")
        value = value.data
    if hasattr(value, "toarray") and hasattr(value, "nnz"):
        raise TypeError(f"{name}: got a sparse {type(value).__name__}, expected a full array, such as x.toarray()")
    try:
        array = as_array(value)
    except (TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        kind = ValueError if isinstance(error, ValueError) else TypeError
        raise kind(f"{name}: got {_validate.shown(value)}, expected an array of numbers ({reason:.150})") from None
    if array.dtype.kind not in NUMBERS:
        way = _WAYS_OUT.get(array.dtype.kind, "expected numbers")
        got = f"dtype {array.dtype}" if array.shape else _validate.shown(value)
        raise TypeError(f"{name}: got {got}, {way}")
    return array


def float_dtype(dtypes: Sequence[Any], whole: Sequence[Any] = ()) -> Any:
    """The dtype of an op's floats: the common one of ``dtypes``, or float64 without any.

    ``whole``: the dtypes of the whole numbers and booleans among the inputs. They take the dtype of the floats beside
    them, so float32 stays float32. Beside float16 only bytes and booleans stay float16: it ends at 65504.
    """
    dtype = np.result_type(*dtypes) if dtypes else np.dtype(np.float64)
    narrow = dtype == np.float16 and not all(np.can_cast(other, dtype) for other in whole)
    return np.dtype(np.float32) if narrow else dtype


def as_floats(array: Array) -> Array:
    """``array`` if its numbers are floats; else a copy as floats."""
    return array if array.dtype.kind == "f" else array.astype(float_dtype(()))
