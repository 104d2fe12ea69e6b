"""The gradient check: a sweep beside difference quotients of the forward pass, entry by entry."""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ... import _validate
from ...engine.backend import to_numpy
from ...engine.backprop import backprop
from ...engine.modes import no_grad
from ...engine.tensor import Tensor
from ..tables import Row, RowsTable, format_rows
from .quotients import Sides, judge
from .verdicts import SHOWN, badness, of_input, summary, tell


class GradientCheck(RowsTable):
    """The result of ``gradient_check``. It is true if the check passed; printed, it names each fault and its place.

    ``entries``: one dict for each tested entry, with ``entry`` (such as "x[1, 2]"), ``input``, ``index``, ``swept``,
    ``numerical``, ``expected`` (factor · numerical), ``difference`` (swept − expected), ``left`` and ``right`` (the
    one-sided slopes), ``error`` (the uncertainty of the numerical value) and ``verdict``. The verdict is "right"; or
    "kink", if the slopes differ and the swept value lies between them; or a fault: "wrong", "jump" (no slope exists),
    "unsettled" (no step gives a clear quotient), "not finite". ``rows``: the worst entries of each input.

    ``inputs``: one dict for each input, with ``name``, ``shape``, ``size``, the number of entries ``checked``, the
    number at ``fault``, the ``factor`` asked for, and the ``found`` factor if all entries have another one (else None).
    ``ok``: whether no entry is at fault.
    """

    def __init__(self, inputs: Sequence[Row], entries: Sequence[Row]) -> None:
        self.inputs: list[Row] = _validate.rows("inputs", inputs)
        self.entries: list[Row] = _validate.rows("entries", entries)
        for row in self.entries:
            if not {"input", "entry", "verdict", "difference"} <= set(row):
                raise TypeError(f"entries: got the row {_validate.shown(row)}, expected rows of a gradient check")
        worst = sorted(entries, key=badness)
        super().__init__([row for given in inputs for row in of_input(given, worst)[:SHOWN]])

    @property
    def ok(self) -> bool:
        return not any(given["fault"] for given in self.inputs)

    def __bool__(self) -> bool:
        return self.ok

    def shown(self) -> list[Row]:
        """The rows for printing, without the columns that say nothing here."""
        left_out = {"input", "index", "error"}
        if all(given["factor"] == 1 for given in self.inputs):
            left_out.add("expected")
        if all(row["verdict"] in ("right", "wrong") for row in self.rows):
            left_out |= {"left", "right"}
        return [{column: value for column, value in row.items() if column not in left_out} for row in self.rows]

    def lines(self) -> list[str]:
        """The answer in words."""
        many, names = len(self.inputs) > 3, [given["name"] for given in self.inputs]
        checked, size = (sum(given[column] for given in self.inputs) for column in ("checked", "size"))
        where = f"{checked} of {size} entries of {f'{len(names)} inputs' if many else ' and '.join(names)}"
        factors = sorted({given["factor"] for given in self.inputs})
        times = "" if factors == [1] else f"{' or '.join(f'{factor:+.6g}' for factor in factors)} times "
        verdict = "yes: the swept gradient is" if self.ok else "no: the swept gradient is not"
        lines = [f"{verdict} {times}the numerical one ({where} looked at)"]
        for given in self.inputs:
            lines += tell(given, of_input(given, self.entries))
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines() + ([] if self.ok else ["", *format_rows(self.shown())]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(line)}</p>\n" for line in self.lines()) + super()._repr_html_()


def gradient_check(
    function: Callable[..., Tensor],
    inputs: Any,
    factor: float | Sequence[float] = 1.0,
    samples: int | None = None,
    seed: int = 0,
) -> GradientCheck:
    """Compare the sweep of ``function(*inputs)`` with (f(x + h) − f(x − h)) / 2h for each entry x, in float64.

    ``inputs``: one array, or several in a list, tuple or dict (its keys then are their names); or tensors that the
    function uses, such as ``network.parameters()``: these are moved in place and put back. ``factor``: the expected
    ratio of the swept gradient to the numerical one, one number or one for each input. Below a reversal it is −λ.
    ``samples``: the largest number of tested entries of each input, drawn by ``seed``.

    A result of many elements is summed with random weights, fixed by ``seed``: each element counts.

    Near a kink the quotients at smaller steps decide. On a kink (or nearer than 1e-9) the slopes to the two sides
    differ, the central difference is their mean, and no derivative exists: each value between the slopes passes.

    Raises TypeError or ValueError for tensors in float32, for a function with two values for the same inputs, and for
    values that are not finite before any step.
    """
    if not callable(function):
        raise TypeError(f"function: got {_validate.shown(function)}, expected a function of tensors")
    tensors = _tensors(function, inputs)
    _validate.function("function", function, *tensors)
    factors = _factors(factor, len(tensors))
    if samples is not None:
        _validate.whole_number("samples", samples, least=1)

    def value() -> np.ndarray:
        with no_grad(), np.errstate(all="ignore"):
            return _values(function(*tensors.values()))

    rng = np.random.default_rng(_validate.whole_number("seed", seed, least=0))
    swept, middle, weights = _sweep(function, tensors, rng)
    _same(middle, value())
    entries, summaries = [], []
    for (name, tensor), wanted in zip(tensors.items(), factors):
        chosen = np.arange(tensor.size)
        if samples is not None and samples < tensor.size:
            chosen = np.sort(rng.choice(tensor.size, samples, replace=False))
        scale = float(np.abs(swept[name]).max(initial=0, where=np.isfinite(swept[name])))
        found = []
        for index in (tuple(map(int, np.unravel_index(i, tensor.shape))) for i in chosen):
            sides = Sides(value, tensor, index, middle, weights)
            row = judge(sides, float(swept[name][index]), wanted, scale)
            found.append({"entry": name + (str(list(index)) if index else ""), "input": name, "index": index} | row)
        entries += found
        summaries.append(summary(name, tensor, found, wanted, scale))
    _same(middle, value())
    return GradientCheck(summaries, entries)


# what comes in --------------------------------------------------------------------------------------------------------


def _tensors(function: Callable[..., Tensor], inputs: Any) -> dict[str, Tensor]:
    """The inputs as float64 tensors by name: the keys of a mapping, or the argument names of ``function``."""
    if isinstance(inputs, Mapping):
        names, given = [str(name) for name in inputs], list(inputs.values())
    else:
        arrays = [hasattr(x, "dtype") for x in inputs] if isinstance(inputs, (list, tuple)) else [False]
        several = any(arrays) or not arrays  # a list of numbers is one array
        alone = isinstance(inputs, (Tensor, Sequence, int, float)) or hasattr(inputs, "dtype")
        if not alone and (callable(inputs) or not isinstance(inputs, Iterable)):
            raise TypeError(f"inputs: got {_validate.shown(inputs)}, expected an array, a tensor, or several")
        given = list(inputs) if several or not alone else [inputs]  # such as network.parameters().values()
        names = _argument_names(function, len(given))
    if not given:
        raise ValueError("inputs: got none, expected at least one array or tensor")
    return {name: _tensor(name, x) for name, x in zip(names, given)}


def _argument_names(function: Callable[..., Tensor], count: int) -> list[str]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some built-in functions have no signature
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return names[:count] if len(names) >= count else [f"input {i}" for i in range(count)]


def _tensor(name: str, x: Any) -> Tensor:
    if isinstance(x, Tensor):
        if x.dtype != np.float64:
            raise TypeError(
                f"inputs: {name} is a tensor of {x.dtype}, expected float64: rounding would drown the difference "
                "quotients (give the array instead, or set tensor.data = tensor.data.astype('float64') in a copy)"
            )
        if not x.requires_grad:
            raise ValueError(f"inputs: {name} requires no gradient, expected a tensor with requires_grad=True")
    else:
        try:
            data = x if hasattr(x, "dtype") else np.asarray(x)
        except ValueError:
            raise ValueError(f"inputs: {name} is {_validate.shown(x)}, expected an array or a tensor") from None
        if data.dtype.kind not in "biuf":
            raise TypeError(f"inputs: {name} has dtype {data.dtype}, expected numbers")
        x = Tensor(data.astype(np.float64), requires_grad=True)  # a copy, because the check moves it
    _all_finite(f"inputs: {name}", to_numpy(x.data))
    return x


def _factors(factor: float | Sequence[float], count: int) -> list[float]:
    factors = list(factor) if isinstance(factor, (Sequence, np.ndarray)) else [factor] * count
    if len(factors) != count:
        raise ValueError(f"factor: got {len(factors)} numbers, expected one, or one for each of {count} inputs")
    return [_validate.number("factor", one) for one in factors]


def _sweep(
    function: Callable[..., Tensor], tensors: Mapping[str, Tensor], rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """The gradients to check, the values that they belong to (flat), and the weights of the sum of these values."""
    with np.errstate(all="ignore"):
        out = function(*tensors.values())
        middle = _values(out)
        _all_finite("function: its result", middle.reshape(out.shape))
        weights = rng.uniform(0.5, 1.5, out.shape) * rng.choice([-1.0, 1.0], out.shape)
        if out.size == 1:
            weights = np.ones(out.shape)  # the slopes of a scalar are shown unchanged
        if not out.requires_grad:  # no gradient arrives at all: an answer too
            return {name: np.zeros(tensor.shape) for name, tensor in tensors.items()}, middle, weights.ravel()
        g = backprop(out, of=tensors.values(), upstream=out.op.xp.asarray(weights) if out.op else weights)
    return {name: to_numpy(g[tensor]) for name, tensor in tensors.items()}, middle, weights.ravel()


def _values(out: Any) -> np.ndarray:
    """The numbers of a result as one new flat array."""
    if not isinstance(out, Tensor):
        raise TypeError(f"function: gave a {type(out).__name__}, expected a tensor")
    if out.dtype != np.float64:
        raise TypeError(f"function: gave {out.dtype} for float64 inputs, expected float64: rounding hides too much")
    return to_numpy(out.data).ravel().copy()


def _all_finite(what: str, array: np.ndarray) -> None:
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        index = tuple(map(int, wrong[0]))
        raise ValueError(f"{what} holds {array[index]} at {list(index)}, expected finite numbers")


def _same(first: np.ndarray, again: np.ndarray) -> None:
    """Raises ValueError for a random function. Two equal runs may differ by a bit or two of rounding."""
    near = 1e-12 * np.abs(first).max(initial=0)
    if first.shape != again.shape or not np.abs(first - again).max(initial=0) <= near:  # a NaN is no equal value
        raise ValueError("function: gave two different values for the same inputs; fix its random numbers")
