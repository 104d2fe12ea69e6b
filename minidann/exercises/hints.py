"""Hints: two for each typical slip, found by the wrong value that the slip gives, and two for any other failure."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .expecting import Wrong, same

OTHER = "another slip"


@dataclass(frozen=True)
class Slip:
    """A typical slip and its two hints.

    Parameters
    ----------
    name : str
        The slip in a few words.
    first, second : str
        The hint on the first failure, and the hint on the next.
    what : str
        The result that shows the slip, as the test names it; "" for any. Without ``gives`` and ``when``, each wrong
        value of this result is of the slip.
    gives : callable, optional
        The wrong result from the inputs of the test, by their names.
    when : callable, optional
        Whether the found result is of this slip: from ``found``, ``right`` and the inputs, by their names.
    raises : str, optional
        A pattern of the error, such as "IndexError: .*axis".
    """

    name: str
    first: str
    second: str
    what: str = ""
    gives: Callable[..., Any] | None = None
    when: Callable[..., Any] | None = None
    raises: str | None = None

    def fits(self, wrong: Wrong) -> bool:
        """Whether a wrong result is of this slip."""
        if self.what not in ("", wrong.what) or self.raises is not None:
            return False
        try:
            with np.errstate(all="ignore"):
                if self.when is not None:
                    return bool(_called(self.when, wrong))
                if self.gives is None:
                    return True
                expected = _called(self.gives, wrong)
                return same(wrong.found, expected) and not same(expected, wrong.right)
        except Exception:  # the test gave other inputs, or something came on which the slip cannot be computed
            return False


def _called(function: Callable[..., Any], wrong: Wrong) -> Any:
    """Call a function of a slip with those of its arguments that the test has."""
    given = {**wrong.given, "found": wrong.found, "right": wrong.right}
    parameters = inspect.signature(function).parameters.values()
    return function(**{each.name: given[each.name] for each in parameters if each.default is each.empty})


@dataclass(frozen=True)
class Hints:
    """The hints of an exercise: two for any failure, and its typical slips."""

    first: str
    second: str
    slips: tuple[Slip, ...] = ()

    def of_wrong(self, wrong: Wrong) -> tuple[str, str, str]:
        """The name of the slip behind a wrong result, and its two hints."""
        for slip in (NOTHING, *self.slips, *GENERAL):
            if slip.fits(wrong):
                return slip.name, slip.first, slip.second or self.first
        return OTHER, self.first, self.second

    def of_error(self, error: str) -> tuple[str, str, str]:
        """The same for an error of the student's code, as "ValueError: …"."""
        for slip in (*self.slips, *GENERAL):
            if slip.raises is not None and re.search(slip.raises, error):
                return slip.name, slip.first, slip.second or self.first
        return OTHER, self.first, self.second


def _is_multiple(found: Any, right: Any) -> bool:
    """Whether ``found`` is ``right`` times one number that is not 1."""
    found, right = np.asarray(found, float), np.asarray(right, float)
    if found.shape != right.shape or found.size < 2:
        return False
    large = np.abs(right).argmax()
    factor = found.flat[large] / right.flat[large]
    return abs(factor) > 1e-9 and same(found, factor * right)


NOTHING = Slip(
    "nothing is returned",
    "Your code gives None. Does each way through it end in a return?",
    "",
    when=lambda found: found is None,
)
GENERAL = (  # in any exercise; an empty second hint stands for the first hint of the exercise
    Slip("a tensor", "A tensor came, and a plain array was expected.", "The array of a tensor is tensor.data.",
         when=lambda found: type(found).__name__ == "Tensor"),
    Slip("the opposite sign", "Each number has the opposite sign. Look for one minus too many, or one too few.", "",
         when=lambda found, right: same(found, -np.asarray(right, float))),
    Slip("transposed", "Rows and columns have changed places. Write the shape beside each factor.", "",
         when=lambda found, right: np.ndim(right) == 2 and same(np.asarray(found).T, right)),
    Slip("a constant factor", "Each number is wrong by the same factor. Compute this factor: where could it come from?",
         "", when=_is_multiple),
    Slip("another shape", "The shape differs. Write the shape beside each line of your code, and compare.", "",
         when=lambda found, right: np.shape(found) != np.shape(right)),
    Slip("not a number", "NaN or infinity comes out. Which division, logarithm or power makes it?", "",
         when=lambda found, right: bool(np.isfinite(right).all() and not np.isfinite(found).all())),
    Slip("no end of calls", "A function calls itself without an end. Which call does not come nearer to the end?", "",
         raises="^RecursionError"),
    Slip("memory is full", "The memory of the check is full. Which list or array grows without an end?", "",
         raises="^MemoryError"),
    Slip("asks for input", "Your code waits for input from the keyboard, and a check has none.", "",
         raises="^EOFError"),
    Slip("ends Python", "Your code ends Python by exit or quit. A function should return its result.", "",
         raises="^SystemExit"),
    Slip("an unknown name", "Python does not know this name. Is it spelled as in its definition? Is an import missing?",
         "", raises="^(NameError|UnboundLocalError)"),
    Slip("shapes that do not fit", "Two shapes do not fit. Print both shapes in the line before this one.", "",
         raises="^ValueError: .*(shape|broadcast|matmul|size|dimension)"),
)  # fmt: skip
