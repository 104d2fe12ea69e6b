"""Tests of arguments before any work starts: an error of one line names the argument, its value, the expected value."""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

MOST = 2**63  # a count or a seed is below this number
LETTERS = 60  # of a value in a message


def shown(value: Any) -> str:
    """``value`` in one line for a message: an array by dtype and shape, a long text or list cut off."""
    if hasattr(value, "dtype") and isinstance(getattr(value, "shape", None), tuple):
        kind = "a Tensor" if type(value).__name__ == "Tensor" else "an array"
        return f"{kind} of {value.dtype}, shape {tuple(value.shape)}" if value.shape else f"{value!r:.{LETTERS}}"
    text = " ".join(repr(value).split())
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def one_line(error: BaseException) -> str:
    """The text of ``error`` without line breaks, or the name of its kind."""
    return " ".join(str(error).split()) or type(error).__name__


def listed(names: Iterable[object], most: int = 160) -> str:
    """``names`` with commas between, cut off after ``most`` letters; "none" without any."""
    joined = ", ".join(map(str, names)) or "none"
    return joined if len(joined) <= most else f"{joined[:most].rpartition(', ')[0] or joined[:most]}, …"


def whole_number(name: str, value: Any, least: int, below: int = MOST) -> int:
    """``value`` as an int with least ≤ value < below. Raises ValueError otherwise."""
    fits = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not fits or not least <= value < below:
        bound = f" and below {f'{below}' if below < MOST else '2^63'}" * (fits and value >= below)
        raise ValueError(f"{name}: got {shown(value)}, expected a whole number of at least {least}{bound}")
    return int(value)


def number(name: str, value: Any, least: float = -math.inf, below: float = math.inf) -> float:
    """``value`` as a finite float with least ≤ value < below. Raises ValueError otherwise."""
    fits = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not fits or not _is_finite(value) or not least <= value < below:
        bounds = f" of at least {least:g}" * (least > -math.inf) + f" and below {below:g}" * (below < math.inf)
        raise ValueError(f"{name}: got {shown(value)}, expected a finite number{bounds}")
    return float(value)


def share(name: str, value: Any) -> float:
    """``value`` as a float with 0 ≤ value ≤ 1. Raises ValueError otherwise."""
    if number(name, value) < 0 or value > 1:
        raise ValueError(f"{name}: got {shown(value)}, expected a share from 0 to 1")
    return float(value)


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an int of more than 308 digits has no float
        return False


def generator(name: str, value: Any) -> np.random.Generator:
    """``value`` if it is a NumPy random generator. Raises TypeError otherwise."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name}: got {shown(value)}, expected a random generator, such as np.random.default_rng(0)")
    return value


def one_of(name: str, value: Any, choices: Sequence[str]) -> str:
    """``value`` if it is one of ``choices``. Raises ValueError otherwise."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name}: got {shown(value)}, expected one of {', '.join(choices)}")
    return value


def boolean(name: str, value: Any) -> bool:
    """``value`` as a bool. Raises TypeError for another kind, such as "yes" or 1."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: got {shown(value)}, expected True or False")
    return bool(value)


def text(name: str, value: Any) -> str:
    """``value`` if it is text. Raises TypeError otherwise."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: got {shown(value)}, expected text")
    return value


def path(name: str, value: Any) -> Path:
    """``value`` as a Path, with ``~`` expanded. Raises TypeError unless it is text or a path: True would be an open
    file. Raises ValueError for an empty text.
    """
    if not isinstance(value, (str, os.PathLike)) or not isinstance(os.fspath(value), str):
        raise TypeError(f"{name}: got {shown(value)}, expected a path, as text or as a Path")
    text = os.fspath(value)
    if not text or "\0" in text or max(len(part.encode(errors="replace")) for part in text.split(os.sep)) > 255:
        raise ValueError(f"{name}: got {shown(value)}, expected a path, with names of at most 255 bytes")
    return Path(os.path.expanduser(text))


def folder(name: str, value: Any) -> Path:
    """``value`` as the Path of a folder that is there. Raises TypeError and ValueError otherwise."""
    place = path(name, value)
    if not place.is_dir():
        raise ValueError(f"{name}: got {str(value)!r}, expected a folder")
    return place


def instance(name: str, value: Any, kind: type | tuple[type, ...], words: str = "") -> Any:
    """``value`` if it is of ``kind``. Raises TypeError otherwise. ``words``: the kind in words, for the message."""
    if not isinstance(value, kind):
        expected = words or f"a {kind.__name__ if isinstance(kind, type) else kind[0].__name__}"
        raise TypeError(f"{name}: got {shown(value)}, expected {expected}")
    return value


def function(name: str, value: Any, *arguments: str) -> Callable[..., Any]:
    """``value`` if it can be called with as many ``arguments``, given by name. Raises TypeError otherwise."""
    expected = f"a function of ({', '.join(arguments)})"
    if not callable(value):
        raise TypeError(f"{name}: got {shown(value)}, expected {expected}")
    called: Callable[..., Any] = value
    try:
        signature = inspect.signature(called)
    except (TypeError, ValueError):  # a function in C may have none
        return called
    try:
        signature.bind(*arguments)
    except TypeError as error:
        raise TypeError(f"{name}: got {shown(value)}, expected {expected} ({error})") from None
    return called


def result_of(name: str, called: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function of the caller's. If the call fails, the error names the argument ``name``."""
    try:
        return called(*arguments)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name}: its call failed ({' '.join(str(error).split()):.200})") from error


def mapping(name: str, value: Any, kind: type | tuple[type, ...] = object, words: str = "values by name") -> Any:
    """``value`` if it is a mapping of text to values of ``kind``. Raises TypeError otherwise."""
    if not isinstance(value, Mapping) or not all(
        isinstance(key, str) and isinstance(inner, kind) for key, inner in value.items()
    ):
        raise TypeError(f"{name}: got {shown(value)}, expected {words}")
    return value


def sequence(name: str, value: Any, words: str = "a list") -> Sequence[Any]:
    """``value`` if it is a list, a tuple or another sequence but text. Raises TypeError otherwise."""
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise TypeError(f"{name}: got {shown(value)}, expected {words}")
    return value


def rows(name: str, value: Any) -> list[Any]:
    """``value`` as a list of rows: mappings, such as a history. Raises TypeError otherwise."""
    for row in sequence(name, value, "a list of rows, each a dict"):
        if not isinstance(row, Mapping):
            raise TypeError(f"{name}: got {shown(row)} in it, expected only rows, each a dict")
    return list(value)


def array(name: str, value: Any, ndim: int | None = None, words: str = "", finite: bool = True) -> np.ndarray:
    """``value`` as a new float64 array with ``ndim`` axes, by default of finite numbers. Raises ValueError otherwise.

    ``words``: the array in words, such as "points (n, 2)".
    """
    expected = words or ("an array of numbers" if ndim is None else f"an array of numbers with {ndim} axes")
    if count := masked(value):
        raise ValueError(f"{name}: got {count} masked values, expected {expected}, none of these masked")
    try:
        made = np.asarray(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: got {shown(value)}, expected {expected}") from None
    if made.dtype.kind not in "biuf" or (ndim is not None and made.ndim != ndim):
        raise ValueError(f"{name}: got {shown(made if made.ndim else value)}, expected {expected}")
    if finite and not np.isfinite(made).all():
        raise ValueError(f"{name}: got NaN or infinite values, expected {expected}, all finite")
    return made.astype(np.float64)


def masked(value: Any) -> int:
    """The number of masked values in a masked array, or in a list of these. NumPy alone would drop their masks."""
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return sum(int(np.ma.getmaskarray(part).sum()) for part in parts if isinstance(part, np.ma.MaskedArray))


def batch(name: str, value: Any) -> tuple[Any, Any, Any]:
    """``value`` if it is (x_source, y_source, x_target), arrays on any device, with examples of both domains.

    Raises TypeError or ValueError otherwise.
    """
    expected = "three arrays, x_source, y_source, x_target, as Training.next_batch gives"
    if not isinstance(value, (tuple, list)):
        raise TypeError(f"{name}: got {shown(value)}, expected {expected}")
    if len(value) != 3:
        raise ValueError(f"{name}: got {len(value)} arrays, expected {expected}")
    parts = [array(name, part) if isinstance(part, list) else part for part in value]
    for part in parts:
        if getattr(getattr(part, "dtype", None), "kind", "") not in ("b", "i", "u", "f") or not part.shape:
            raise TypeError(f"{name}: got {shown(part)} in it, expected {expected}")
    x_source, y_source, x_target = parts
    if not len(x_source) or not len(x_target) or y_source.shape != x_source.shape[:1]:
        sizes = ", ".join(str(len(part)) for part in parts)
        raise ValueError(f"{name}: got {sizes} examples, expected as many labels as source examples, and some of each")
    return x_source, y_source, x_target
