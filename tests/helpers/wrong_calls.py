"""Wrong calls, made from right ones: each argument in turn becomes something that it cannot be."""

import inspect
import re
import traceback
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

KINDS = (TypeError, ValueError, IndexError)
LONGEST = 300  # letters of a message


def call(function, *args, **kwargs):
    """A right call: the function, and its arguments by name."""
    return function, inspect.signature(function).bind(*args, **kwargs)


def _a_function():
    return 0


def wrong_values(right):
    """Values of wrong kinds, by name; for an array also arrays of a wrong shape or dtype."""
    values = {
        "None": None,
        "text": "text",
        "bytes": b"bytes",
        "an object": object(),
        "a function": _a_function,
        "a class": dict,
        "an empty list": [],
        "an empty dict": {},
        "a dict": {"a": 1},
        "nan": float("nan"),
        "inf": float("inf"),
        "-1": -1,
        "0.5": 0.5,
        "2**70": 2**70,
        "complex": 1j,
        "a bool": True,
        "a module": np,
        "a set": {1},
        "two lines": "one\ntwo",
        "0-d array": np.array(2.5),
        "ragged": [[1, 2], [3]],
        "objects": np.array([None, {}], dtype=object),
        "strings": np.array(["a", "b"]),
        "dates": np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"),
        "complex array": np.array([1j, 2]),
        "nan array": np.array([[np.nan, 1.0]]),
        "empty array": np.empty(0),
        "five axes": np.ones((2, 1, 3, 1, 2)),
        "a large array": np.zeros((40, 30)),
    }
    if isinstance(right, np.ndarray) and right.size and right.dtype.kind in "biuf":
        values |= {
            "one axis more": right[..., None],
            "no example": right[:0],
            "text array": right.astype(str),
            "object array": np.array([object()] * right.size, dtype=object).reshape(right.shape),
            "complex dtype": right.astype(complex) * 1j,
            "with NaN": np.where(np.arange(right.size).reshape(right.shape) == 0, np.nan, right),
        }
        if right.ndim > 1:
            values |= {"narrower": right[..., :-1], "flat": right.ravel(), "wider": np.concatenate([right, right], -1)}
    return values


def wrong_calls(make, skip=()):
    """(words, argument, the call) for each wrong call near the right call that ``make()`` returns.

    ``skip``: (argument, value) pairs that are left out.
    """
    function, bound = make()
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            for key in bound.arguments.get(name, {}):
                for words, wrong in wrong_values(bound.arguments[name][key]).items():
                    if (key, words) not in skip:
                        yield f"{key}={words}", key, _with(make, name, wrong, key)
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            for i, right in enumerate(bound.arguments.get(name, ())):
                for words, wrong in wrong_values(right).items():
                    if (name, words) not in skip:
                        yield f"{name}[{i}]={words}", name, _with(make, name, wrong, i)
            continue
        for words, wrong in wrong_values(bound.arguments.get(name, parameter.default)).items():
            if (name, words) not in skip:
                yield f"{name}={words}", name, _with(make, name, wrong)
        if parameter.default is parameter.empty:
            yield f"without {name}", name, _without(make, name)
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        yield "an unknown keyword", "wrong_keyword", _unknown(make)


def _with(make, name, wrong, part=None):
    def wrong_call():
        function, bound = make()
        if part is None:
            bound.arguments[name] = wrong
        elif isinstance(part, str):
            bound.arguments[name] = bound.arguments[name] | {part: wrong}
        else:
            values = list(bound.arguments[name])
            values[part] = wrong
            bound.arguments[name] = tuple(values)
        return function(*bound.args, **bound.kwargs)

    return wrong_call


def _without(make, name):
    def wrong_call():
        function, bound = make()
        rest = {key: value for key, value in bound.arguments.items() if key != name}
        return function(**rest)

    return wrong_call


def _unknown(make):
    def wrong_call():
        function, bound = make()
        return function(*bound.args, **bound.kwargs, wrong_keyword=1)

    return wrong_call


@dataclass
class Tally:
    """What wrong calls led to. ``raised``: how many raised; the lists hold words about each call that did not do well.

    ``foreign``: exceptions of another kind. ``unnamed``: without the argument's name, too long or of several lines.
    ``accepted``: no exception.
    """

    raised: int = 0
    foreign: list = field(default_factory=list)
    unnamed: list = field(default_factory=list)
    accepted: list = field(default_factory=list)

    @property
    def named(self):
        """The share of raising calls whose message names the argument in one line."""
        return 1 - len(self.unnamed) / self.raised if self.raised else 1.0

    def __add__(self, other):
        return Tally(
            self.raised + other.raised,
            self.foreign + other.foreign,
            self.unnamed + other.unnamed,
            self.accepted + other.accepted,
        )


def tally(rights: Mapping, skip=()):
    """The ``Tally`` of all wrong calls near the right calls ``rights``, by name. ``skip``: (name, argument, value)."""
    found = Tally()
    for name, make in rights.items():
        left_out = {pair for called, *pair in skip if called == name for pair in [tuple(pair)]}
        for words, argument, wrong_call in wrong_calls(make, left_out):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    wrong_call()
            except Exception as error:
                found.raised += 1
                message = str(error)
                said = f"{name}({words}): {type(error).__name__}: {message!r:.330}"
                if not isinstance(error, KINDS):
                    found.foreign.append(f"{said} at {_place(error)}")
                elif not re.search(rf"\b{re.escape(argument)}\b", message) or "\n" in message or len(message) > LONGEST:
                    found.unnamed.append(f"{said} at {_place(error)}")
            else:
                found.accepted.append(f"{name}({words})")
    return found


def by_call(words):
    """How many of ``words`` concern each right call, most first."""
    return Counter(said.partition("(")[0] for said in words).most_common()


def _place(error):
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
