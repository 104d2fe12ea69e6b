"""The tests of one exercise on a student's module, and the answer."""

from __future__ import annotations

import linecache
import traceback
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from . import material
from .expecting import Wrong
from .hints import Hints

RIGHT, EMPTY, WAITS, WRONG, ERROR, SLOW, ENDED = "right", "empty", "waits", "wrong", "error", "slow", "ended"


@dataclass(frozen=True)
class Answer:
    """The answer to one exercise.

    Parameters
    ----------
    exercise : str
        The name of the exercise.
    state : str
        "right", "empty" (not begun), "waits" (for ``what``, another exercise), "wrong" (a wrong result), "error",
        "slow" (the time limit), or "ended" (the code ended Python).
    what : str
        The result that is wrong, or the error.
    expected, came : str
        The expected result, and the found one.
    place : str
        The line of the student's file that raised the error, or the place that is still to be written.
    slip : str
        The name of the slip behind the failure.
    hints : tuple of str
        The first hint, and the second.
    """

    exercise: str
    state: str
    what: str = ""
    expected: str = ""
    came: str = ""
    place: str = ""
    slip: str = ""
    hints: tuple[str, str] = ("", "")


def judge(module: ModuleType, name: str, tests: list[Any], hints: Hints) -> Answer:
    """Run the ``tests`` of the exercise ``name``, until one fails. ``module``: the student's."""
    for test in tests:
        try:
            test()
        except Wrong as wrong:
            slip, *both = hints.of_wrong(wrong)
            return Answer(name, WRONG, wrong.what, wrong.expected, wrong.came, "", slip, (both[0], both[1]))
        except BaseException as error:  # SystemExit too: the student's code may raise anything
            return _of_error(module, name, error, hints)
    return Answer(name, RIGHT)


def _of_error(module: ModuleType, name: str, error: BaseException, hints: Hints) -> Answer:
    if isinstance(error, NotImplementedError) and str(error).startswith(material.EMPTY):
        waits_for, _, missing = str(error).removeprefix(material.EMPTY).partition(": ")
        place = missing or place_of(error, str(module.__file__)).partition(":")[0]
        return Answer(name, EMPTY, place=place) if waits_for == name else Answer(name, WAITS, waits_for)
    words = in_words(error)
    if isinstance(error, AttributeError) and f"module {module.__name__!r}" in str(error):
        first = "The tests call this name, and your file does not have it. Was it renamed or removed?"
        return Answer(
            name, ERROR, words, slip="a missing name", hints=(first, "Begin again from the stub of a new DIR.")
        )
    slip, first, second = hints.of_error(words)
    return Answer(name, ERROR, words, place=place_of(error, str(module.__file__)), slip=slip, hints=(first, second))


def in_words(error: BaseException) -> str:
    """An error in one line: "ValueError: …"."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text:.200}" if text else type(error).__name__


def place_of(error: BaseException, path: str) -> str:
    """The last line of the file ``path`` on the way to the error; "" if the error came from elsewhere."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    if isinstance(error, SyntaxError) and error.filename == path:
        lines.append(error.lineno)
    if not lines or lines[-1] is None:
        return ""
    return f"line {lines[-1]}: {linecache.getline(path, lines[-1]).strip()}".rstrip(": ")
