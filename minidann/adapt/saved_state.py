"""Checks of a saved state: everything is checked before a training takes up anything of the state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .._npz import Header, listed
from .training import Training

POSITIONS = ("source_left", "target_left")
GROUPS = ("optimiser", "average", "statistics")
NEVER_NEGATIVE = ("variance", "square")  # arrays of these names hold squares


class Expected(NamedTuple):
    """The form of a state without its numbers: names of its entries, sizes, forms of its arrays."""

    entries: tuple[str, ...]
    sizes: list[int]
    forms: dict[str, Header]

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Expected:
        """The form of a sound ``state``."""
        return cls(tuple(sorted(state)), state["sizes"], {name: _form(a) for name, a in arrays_of(state).items()})


def arrays_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """All arrays of a state by their names: "weights", "optimiser/velocity" and so on."""
    arrays = {name: state[name] for name in ("weights", *POSITIONS)}
    for group in GROUPS:
        if not isinstance(state[group], Mapping):
            raise ValueError(f"state: got {group} {_validate.shown(state[group])}, expected arrays by name")
        arrays |= {f"{group}/{name}": array for name, array in state[group].items()}
    return arrays


def _form(array: Any) -> Header:
    """The dtype and shape of an array. Raises ValueError for another value."""
    if not hasattr(array, "dtype") or not hasattr(array, "shape"):
        raise ValueError(f"state: got {_validate.shown(array)}, expected an array")
    return Header(np.dtype(array.dtype), tuple(array.shape), False)


def check_forms(own: Mapping[str, Header], forms: Mapping[str, Header]) -> None:
    """Raises ValueError if the arrays of a state do not have the names, dtypes and shapes of the ``own`` ones.

    The positions that are left of a pass can be fewer than here.
    """
    for group in GROUPS:
        got, expected = (
            {name.split("/", 1)[1]: form[:2] for name, form in of.items() if name.startswith(f"{group}/")}
            for of in (forms, own)
        )
        if got.keys() != expected.keys() or any(got[name][1] != expected[name][1] for name in expected):
            shapes, wanted = ({name: form[1] for name, form in of.items()} for of in (got, expected))
            raise ValueError(
                f"state: got {group} of shapes {_validate.shown(shapes)}, expected {_validate.shown(wanted)} as here"
            )
    if forms.keys() != own.keys():
        raise ValueError(f"state: got the arrays {listed(forms)}, expected {listed(own)}")
    for name, form in forms.items():
        here = own[name]
        same = form.dtype == here.dtype or form.dtype.kind == here.dtype.kind in "iu"  # Windows counts in 32 bits
        if name not in POSITIONS and (form.shape != here.shape or not same):
            raise ValueError(f"state: got {name} of {form}, expected {here} as here")


def check_state(training: Training, own: Expected, state: Mapping[str, Any]) -> None:
    """Raises ValueError if ``training``, whose state has the form ``own``, cannot go on from ``state``.

    Nothing is changed.
    """
    if not isinstance(state, Mapping) or set(state) != set(own.entries):
        got = listed(sorted(map(str, state)), 20) if isinstance(state, Mapping) else _validate.shown(state)
        raise ValueError(f"state: got {got}, expected {', '.join(own.entries)}")
    sizes = state["sizes"]
    if not isinstance(sizes, (list, tuple)) or not all(map(_is_whole, sizes)) or list(sizes) != own.sizes:
        got = _validate.shown(sizes)
        raise ValueError(f"state: got {got} (parameters, source and target examples), expected {own.sizes} as here")
    arrays = arrays_of(state)
    check_forms(own.forms, {name: _form(array) for name, array in arrays.items()})
    for name, array in arrays.items():
        check_numbers(name, array)
    for name, order in zip(POSITIONS, training.passes):
        _check_positions(name, state[name], order.n)
    _check_count("step_count", state["step_count"], max(training.recipe.steps, training.step_count))
    _check_count("average/steps", int(state["average"]["steps"]), int(state["step_count"]))
    _check_generators(training, state["rngs"])
    _check_history(state["history"])


def check_finite(state: Mapping[str, Any]) -> None:
    """Raises FloatingPointError if an array of ``state``, of a running training, has numbers that are not finite."""
    for name, array in arrays_of(state).items():
        if not np.isfinite(array).all():
            raise FloatingPointError(f"{name} is not finite: training diverged; lower the rate or λ")


def check_numbers(name: str, array: Any) -> None:
    """Raises ValueError for NaN, infinite and impossible negative numbers."""
    if not np.isfinite(array).all():
        raise ValueError(f"state: got NaN or infinite values in {name}, expected finite numbers")
    if (array.dtype.kind in "iu" or name.endswith(NEVER_NEGATIVE)) and array.size and array.min() < 0:
        raise ValueError(f"state: got {name} of {array.min()}, expected at least 0")


def _check_positions(name: str, left: Any, n: int) -> None:
    """Raises ValueError unless ``left`` has positions below ``n``, each once."""
    fits = isinstance(left, np.ndarray) and left.dtype.kind in "iu" and left.ndim == 1 and len(left) <= n
    if not fits or (len(left) and (left.max() >= n or np.bincount(left.astype(np.int64), minlength=n).max() > 1)):
        raise ValueError(f"state: got {name} {_validate.shown(left)}, expected different positions from 0 to {n - 1}")


def _is_whole(value: Any) -> bool:
    """Whether ``value`` is a whole number, and no bool."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _check_count(name: str, value: Any, most: int) -> None:
    if not _is_whole(value) or not 0 <= value <= most:
        raise ValueError(f"state: got {name} {_validate.shown(value)}, expected a whole number from 0 to {most}")


def _check_generators(training: Training, states: Any) -> None:
    """Raises ValueError unless ``states`` has a state that fits each random generator of the training."""
    if not isinstance(states, Mapping) or set(states) != set(training.rngs):
        raise ValueError(f"state: got rngs {_validate.shown(states)}, expected {' and '.join(training.rngs)}")
    for name, rng in training.rngs.items():
        trial = type(rng.bit_generator)(0)
        try:
            trial.state = states[name]
            fits = _plain(trial.state) == _plain(states[name]) and trial.state.get("has_uint32", 0) in (0, 1)
        except Exception:  # each generator refuses in its own way
            fits = False
        if not fits:
            kind = type(trial).__name__
            raise ValueError(f"state: got rngs[{name!r}] {_validate.shown(states[name])}, expected a state of {kind}")


def _plain(value: Any) -> Any:
    """A state of a generator without arrays, so that two of them can be compared."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def _check_history(history: Any) -> None:
    """Raises ValueError unless ``history`` is a list of rows of numbers."""
    for row in _rows(history):
        for column, value in row.items():
            if not isinstance(column, str) or isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
                got = f"{_validate.shown(column)}: {_validate.shown(value)}"
                raise ValueError(f"state: got a row of history with {got}, expected numbers by name")


def _rows(history: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(history, (list, tuple)):
        raise ValueError(f"state: got history {_validate.shown(history)}, expected a list of rows")
    for row in history:
        if not isinstance(row, Mapping):
            raise ValueError(f"state: got the row {_validate.shown(row)} of history, expected numbers by name")
        yield row
