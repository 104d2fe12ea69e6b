"""What the tests of the exercises ask: is the found value the right one?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _validate
from .._differences import central_difference

MOST = 12  # an array of more numbers is not shown whole


class Wrong(AssertionError):
    """A wrong result of a student's code.

    ``what``: its name. ``found`` and ``right``: the result, and the expected value. ``given``: the inputs by name, for
    the hints.
    """

    def __init__(self, what: str, found: Any, right: Any, given: dict[str, Any]) -> None:
        self.what, self.found, self.right, self.given = what, found, right, given
        self.expected, self.came = _both_shown(found, right)
        super().__init__(f"{what}\nexpected: {self.expected}\ncame:     {self.came}")


def expect(what: str, found: Any, right: Any, /, *, tolerance: float = 1e-6, **given: Any) -> None:
    """Raise an AssertionError that shows both values, unless ``found`` is ``right``.

    Numbers and arrays must agree in shape and, up to ``tolerance`` of the largest number, in value. Other values must
    be equal. ``what``: the name of the result. ``given``: the inputs by name, for the hints of the check.
    """
    _validate.text("what", what)
    tolerance = _validate.number("tolerance", tolerance, least=0)
    if not same(found, right, tolerance):
        raise Wrong(what, found, right, given)


def same(found: Any, right: Any, tolerance: float = 1e-6) -> bool:
    """Whether two values agree: arrays and numbers up to ``tolerance`` of the largest number of ``right``."""
    if isinstance(right, (bool, str)) or right is None:
        return isinstance(found, (bool, str, np.bool_, type(None))) and bool(found == right)
    numbers, expected = _numbers(found), _numbers(right)
    if numbers is None or expected is None:
        return bool(found is right)
    if numbers.shape != expected.shape:
        return False
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    return bool(np.allclose(numbers, expected, rtol=0, atol=tolerance * scale))


def _numbers(value: Any) -> np.ndarray | None:
    """A number or an array as float64; None for anything else."""
    try:
        made = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return made.astype(np.float64) if made.dtype.kind in "biuf" else None


def several(what: str, found: Any, count: int, /) -> tuple[Any, ...]:
    """``found`` as a tuple. Raises an AssertionError unless it is a tuple or a list of ``count`` values."""
    _validate.text("what", what)
    _validate.whole_number("count", count, least=1)
    if not isinstance(found, (tuple, list)) or len(found) != count:
        raise Wrong(what, found, f"a tuple of {count} value{'s' * (count > 1)}", {})
    return tuple(found)


def difference_quotient(function: Callable[[np.ndarray], Any], x: Any, step: float = 1e-5) -> np.ndarray:
    """The numerical gradient of a function of an array, by central differences, in the shape of ``x``.

    ``function`` takes an array like ``x`` and returns one number.
    """
    _validate.function("function", function, "x")
    x, step = _validate.array("x", x), _validate.number("step", step)
    if step <= 0:
        raise ValueError(f"step: got {step}, expected a number above 0")
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        direction = np.zeros_like(x)
        direction[place] = 1.0

        def along(distance: float, direction: np.ndarray = direction) -> float:
            return float(_validate.result_of("function", function, x + distance * direction))

        gradient[place] = central_difference(along, step)
    return gradient


# words ------------------------------------------------------------------------------------------------------------


def _both_shown(found: Any, right: Any) -> tuple[str, str]:
    """The expected value and the found one, as texts for a reader who compares them."""
    expected, came = (None if isinstance(value, (str, bool, np.bool_)) else _numbers(value) for value in (right, found))
    if expected is None or came is None:
        return _shown(right, expected), _shown(found, came) + " (is a return missing?)" * (found is None)
    if came.shape != expected.shape:
        return (
            f"shape {expected.shape}{_inside(expected)}",
            f"shape {came.shape}{_inside(came)}",
        )
    if expected.size <= MOST:
        return _text(expected), _text(came)
    worst = np.unravel_index(np.nanargmax(np.where(np.isnan(came), np.inf, np.abs(came - expected))), came.shape)
    place = ", ".join(map(str, map(int, worst)))
    return f"{expected[worst]:.6g} at [{place}] of {expected.shape}", f"{came[worst]:.6g} at [{place}]"


def _inside(array: np.ndarray) -> str:
    return f": {_text(array)}" if array.size <= MOST else ""


def _shown(value: Any, numbers: np.ndarray | None) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, str):
        return value if value else "an empty text"
    if numbers is None:
        return "None" if value is None else f"a {type(value).__name__}: {_validate.shown(value)}"
    return _text(numbers) if numbers.size <= MOST else f"an array of shape {numbers.shape}"


def _text(array: np.ndarray) -> str:
    """A small array in one line of numbers with up to six digits."""
    if array.ndim == 0:
        return f"{float(array) + 0.0:.6g}"  # −0 is 0
    return "[" + ", ".join(map(_text, array)) + "]"
