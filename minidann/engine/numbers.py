"""The one rule for the arrays and options that the engine takes, and for the dtype of an op."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _validate
from .backend import Array, as_array, chosen, is_array, to_numpy

NUMBERS = "biuf"  # the kinds of dtypes: booleans, whole numbers with and without sign, floats

MOST_AXES = 64  # NumPy's limit

_WAYS_OUT = {
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
    if type(value) is np.ndarray and chosen.value is np and value.dtype.kind in NUMBERS:
        return value
    refuse_masked(name, value)
    if isinstance(value, np.ma.MaskedArray):
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
        way = (
            _way_out_of_objects(array)
            if array.dtype.kind == "O"
            else _WAYS_OUT.get(array.dtype.kind, "expected numbers")
        )
        got = f"dtype {array.dtype}" if array.shape else _validate.shown(value)
        raise TypeError(f"{name}: got {got}, {way}")
    return array


def refuse_masked(name: str, value: Any) -> None:
    """Raises TypeError for a masked array, and for a list with one: the masked values would count as numbers."""
    if _validate.masked(value):
        raise TypeError(f"{name}: got a masked array, expected numbers in all places, such as x.filled(0)")


def _way_out_of_objects(array: Array) -> str:
    """The way from an array of objects to numbers: a conversion, if it is possible."""
    values = list((array if isinstance(array, np.ndarray) else to_numpy(array)).flat)
    if not array.shape and hasattr(values[0], "__iter__") and not isinstance(values[0], dict):
        return "expected an array or a list, such as list(x)"
    try:
        list(map(float, values))
    except (TypeError, ValueError, OverflowError):
        return "expected numbers of one kind (None, text, and rows of different lengths make objects)"
    return f"expected floats, such as {'np.asarray(x).astype(float)' if array.shape else 'float(x)'}"


def numbers_in_place(name: str, value: Any) -> Array:
    """``numbers`` of ``value``, but an array stays where it is, also inside ``use_backend``."""
    if isinstance(value, np.ma.MaskedArray) or not is_array(value) or value.dtype.kind not in NUMBERS:
        return numbers(name, value)
    return value


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


# options of an op -----------------------------------------------------------------------------------------------------


def axis_number(name: str, value: Any) -> int:
    """``value`` as one axis. Raises TypeError for another kind, and ValueError for a number beyond all axes."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: got {_validate.shown(value)}, expected an axis as a whole number")
    if not -MOST_AXES <= value < MOST_AXES:
        raise ValueError(f"{name}: got {_validate.shown(value)}, expected an axis that the tensor has")
    return int(value)


def axis_numbers(name: str, value: Any) -> tuple[int, ...]:
    """``value``, a list or tuple of axes, as a tuple. Raises TypeError for another kind."""
    if not isinstance(value, (tuple, list)):
        raise TypeError(f"{name}: got {_validate.shown(value)}, expected a tuple of axes")
    return tuple(axis_number(name, axis) for axis in value)


def sizes(name: str, value: Any) -> tuple[int, ...]:
    """``value``, a whole number or a sequence of whole numbers, as a shape. Raises TypeError for another kind."""
    many: Sequence[Any] = value if isinstance(value, (tuple, list)) else (value,)
    whole = [int(size) for size in many if isinstance(size, (int, np.integer)) and not isinstance(size, bool)]
    if len(whole) < len(many) or any(abs(size) >= 2**63 for size in whole):
        raise TypeError(f"{name}: got {_validate.shown(value)}, expected whole numbers, such as (2, 3)")
    return tuple(whole)


def bound(name: str, value: Any) -> float:
    """``value`` as a float that is not NaN. Raises TypeError or ValueError otherwise."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise TypeError(f"{name}: got {_validate.shown(value)}, expected a number")
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        number = float("nan")
    if number != number:
        raise ValueError(f"{name}: got {_validate.shown(value)}, expected a number that a float can hold")
    return number
