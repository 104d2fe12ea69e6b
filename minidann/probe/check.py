"""Is a gradient right? The sweep beside difference quotients of the forward pass, entry by entry, and what they say."""

from __future__ import annotations

import html
import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import checks
from ..engine.backend import array_module, as_array, is_array, to_numpy
from ..engine.backprop import backprop
from ..engine.modes import no_grad
from ..engine.tensor import Tensor
from .tables import Row, RowsTable, format_rows

STEPS = 10.0 ** -np.arange(3, 10)  # times max(1, |x|): where one step misleads, seven show why
FIRST = STEPS[2:3]  # about the best for a central difference in float64; most entries need no other
NEAR = 1e-6  # how far a right gradient may lie from the numerical one, as a share of it
EPS = float(np.finfo(np.float64).eps)
SHOWN = 5  # entries of each input that are told of
FINE = ("right", "kink")


class GradientCheck(RowsTable):
    """What ``gradient_check`` found. True where it passed; printed, it says so, or what is wrong and where.

    ``entries``: a dict for each entry looked at, with its ``entry`` (as "x[1, 2]"), ``input``, ``index``, ``swept``,
    ``numerical``, ``expected`` (factor · numerical), ``difference`` (swept − expected), ``left`` and ``right`` (the
    one-sided slopes), ``error`` (how well the numerical value is known) and ``verdict``: "right"; "kink", where the
    slopes differ and the swept value lies between them; or a fault: "wrong", "jump" (there is no slope), "unsettled"
    (no step gives a clear quotient), "not finite". ``rows``: the worst of them, some for each input.

    ``inputs``: a dict for each input, with ``name``, ``shape``, ``size``, how many entries were ``checked``, how many
    are at ``fault``, the ``factor`` asked for, and the ``found`` one, where it is another and everywhere the same (else
    None). ``ok``: whether no entry is at fault.
    """

    def __init__(self, inputs: Sequence[Row], entries: Sequence[Row]) -> None:
        self.inputs, self.entries = list(inputs), list(entries)
        worst = sorted(entries, key=_badness)
        super().__init__([row for given in inputs for row in _of(given, worst)[:SHOWN]])

    @property
    def ok(self) -> bool:
        return not any(given["fault"] for given in self.inputs)

    def __bool__(self) -> bool:
        return self.ok

    def shown(self) -> list[Row]:
        """The rows as they are printed: without the columns that say nothing here."""
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
            lines += _tell(given, _of(given, self.entries))
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

    ``inputs``: an array, or several in a list, a tuple or a dict (whose keys then name them); or tensors that the
    function uses whether handed in or not, such as ``network.parameters()``: they are moved in place, and put back.
    ``factor``: what the swept gradient should be, as a multiple of the numerical one; a number, or one for each input.
    Below a reversal it is −λ. ``samples``: look at no more than so many entries of each input, drawn by ``seed``.

    A result of many elements is summed with random weights, fixed by ``seed``, so that each of them counts.

    Near a kink the quotients at smaller steps decide. On a kink (or nearer than 1e-9) the slopes to the two sides
    differ, a central difference is their mean, and no derivative exists: any value between the slopes passes.

    TypeError or ValueError for tensors in float32, for a function that gives two values for the same inputs, and for
    values that are not finite where no step has been made.
    """
    tensors = _tensors(function, inputs)
    factors = _factors(factor, len(tensors))
    if samples is not None:
        checks.whole_number("samples", samples, least=1)

    def value() -> np.ndarray:
        with no_grad(), np.errstate(all="ignore"):
            return _values(function(*tensors.values()))

    rng = np.random.default_rng(checks.whole_number("seed", seed, least=0))
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
            sides = _Sides(value, tensor, index, middle, weights)
            row = _judge(sides, float(swept[name][index]), wanted, scale)
            found.append({"entry": name + (str(list(index)) if index else ""), "input": name, "index": index} | row)
        entries += found
        summaries.append(_summary(name, tensor, found, wanted, scale))
    _same(middle, value())
    return GradientCheck(summaries, entries)


# what comes in --------------------------------------------------------------------------------------------------------


def _tensors(function: Callable[..., Tensor], inputs: Any) -> dict[str, Tensor]:
    """The inputs as float64 tensors by name: a mapping's keys, else what ``function`` calls its arguments."""
    if isinstance(inputs, Mapping):
        names, given = [str(name) for name in inputs], list(inputs.values())
    else:
        arrays = (
            [isinstance(x, Tensor) or is_array(x) for x in inputs] if isinstance(inputs, (list, tuple)) else [False]
        )
        several = any(arrays) or not arrays  # a list of numbers is one array
        alone = isinstance(inputs, (Tensor, Sequence, int, float)) or is_array(inputs)
        given = list(inputs) if several or not alone else [inputs]  # network.parameters().values() is not alone
        names = _argument_names(function, len(given))
    if not given:
        raise ValueError("inputs: got none, expected at least one array or tensor")
    return {name: _tensor(name, x) for name, x in zip(names, given)}


def _argument_names(function: Callable[..., Tensor], count: int) -> list[str]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some built-in functions do not say
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
        x = as_array(x)
        if x.dtype.kind not in "biuf":
            raise TypeError(f"inputs: {name} has dtype {x.dtype}, expected numbers")
        x = Tensor(array_module(x).array(x, dtype=np.float64), requires_grad=True)  # a copy: it will be moved
    _all_finite(f"inputs: {name}", to_numpy(x.data))
    return x


def _factors(factor: float | Sequence[float], count: int) -> list[float]:
    factors = list(factor) if isinstance(factor, (Sequence, np.ndarray)) else [factor] * count
    if len(factors) != count:
        raise ValueError(f"factor: got {len(factors)} numbers, expected one, or one for each of {count} inputs")
    return [checks.number("factor", one) for one in factors]


def _sweep(
    function: Callable[..., Tensor], tensors: Mapping[str, Tensor], rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """The gradients to be checked, the values they are of (flat), and the weights these are summed with."""
    with np.errstate(all="ignore"):
        out = function(*tensors.values())
        middle = _values(out)
        _all_finite("function: its result", middle.reshape(out.shape))
        weights = rng.uniform(0.5, 1.5, out.shape) * rng.choice([-1.0, 1.0], out.shape)
        if out.size == 1:
            weights = np.ones(out.shape)  # so that a scalar's slopes are shown as they are
        if not out.requires_grad:  # nothing arrives anywhere, which is an answer too
            return {name: np.zeros(tensor.shape) for name, tensor in tensors.items()}, middle, weights.ravel()
        g = backprop(out, of=tensors.values(), seed=array_module(out.data).asarray(weights))
    return {name: to_numpy(g[tensor]) for name, tensor in tensors.items()}, middle, weights.ravel()


def _values(out: Any) -> np.ndarray:
    """The numbers of a result as one flat array of its own."""
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
    """Refuse a function that is random. Two runs of the same sums may round apart by a bit or two."""
    if first.shape != again.shape or np.abs(first - again).max(initial=0) > 1e-12 * np.abs(first).max(initial=0):
        raise ValueError("function: gave two different values for the same inputs; fix its random numbers")


# one entry ------------------------------------------------------------------------------------------------------------


class _Sides:
    """The slopes of every output to the left and the right of one entry x, measured with steps of some sizes.

    ``left``, ``right`` (steps, outputs): (f(x) − f(x − h)) / h and (f(x + h) − f(x)) / h.
    """

    def __init__(
        self,
        value: Callable[[], np.ndarray],
        tensor: Tensor,
        index: tuple[int, ...],
        middle: np.ndarray,
        weights: np.ndarray,
    ) -> None:
        self.value, self.tensor, self.index, self.middle, self.weights = value, tensor, index, middle, weights
        self.x = float(tensor.data[index])
        self.unit = max(1.0, abs(self.x))

    def measure(self, steps: np.ndarray) -> None:
        self.steps, slopes = steps, []
        data = self.tensor.data
        try:
            for moved in (self.x + sign * step for step in steps for sign in (-1, 1)):
                data[self.index] = moved
                slopes.append((self.value() - self.middle) / (moved - self.x))
        finally:
            data[self.index] = self.x
            self.tensor.renew()
        self.left, self.right = np.array(slopes[0::2]), np.array(slopes[1::2])

    def keep(self, usable: np.ndarray) -> None:
        self.steps, self.left, self.right = self.steps[usable], self.left[usable], self.right[usable]

    def finite(self) -> np.ndarray:
        """For which steps all values were finite."""
        return np.isfinite(self.left).all(axis=1) & np.isfinite(self.right).all(axis=1)

    def lost(self) -> np.ndarray:
        """For which steps nothing moves at all, though larger ones find both sides alike: rounding has eaten it."""
        alike = self.gap() < 0.1 * self.size()
        return (self.size() == 0) & alike.any()

    def centre(self) -> np.ndarray:
        """The central difference for each step: the mean of both sides."""
        return (self.left + self.right) @ self.weights / 2

    def gap(self) -> np.ndarray:
        """How far the sides differ, for each step. With the step it shrinks on a curve, stays on a kink, and grows on
        a jump.
        """
        return np.abs(self.right - self.left) @ np.abs(self.weights)

    def change(self) -> np.ndarray:
        """How far the central difference moves when the step is made smaller; at the last step rounding is all."""
        return np.append(np.abs(np.diff(self.centre())), 0.0)

    def doubt(self) -> np.ndarray:
        """How far the central difference may lie from the derivative, for each step."""
        return np.where(self.lost(), np.inf, self.gap() + self.change() + self.noise())

    def size(self) -> np.ndarray:
        """How steep the sides are together, whatever their signs."""
        return (np.abs(self.left) + np.abs(self.right)) @ np.abs(self.weights) / 2

    def noise(self) -> np.ndarray:
        """What rounding may do to a slope, for each step. Sums inside are taken to be at least as large as x."""
        touched = ((self.left != 0) | (self.right != 0)).any(axis=0)
        touched |= not touched.any()  # where nothing moves at all, rounding may still be what the sweep finds
        return EPS * (np.maximum(np.abs(self.middle), self.unit) * touched) @ np.abs(self.weights) / self.steps


def _judge(sides: _Sides, swept: float, factor: float, scale: float) -> Row:
    """What one entry's slopes say about its swept value. ``scale``: the largest swept value of its input."""
    with np.errstate(all="ignore"):
        sides.measure(FIRST * sides.unit)
        numerical, smooth = sides.centre()[0], sides.gap()[0] <= 1e-3 * sides.size()[0]
        near = NEAR * max(abs(swept), abs(factor * numerical)) + 1e-9 * scale
        if smooth and abs(swept - factor * numerical) <= near:
            return _row(sides, 0, swept, factor * numerical, "right")
        for unit in dict.fromkeys((sides.unit, abs(sides.x) or sides.unit)):
            sides.measure(STEPS * unit)
            usable = sides.finite()
            if not usable.any() or not math.isfinite(swept):
                row = _row(sides, -1, swept, factor * sides.centre()[-1], "not finite")
                continue
            sides.keep(usable)
            row = _judge_by_all_steps(sides, swept, factor, scale)
            if row["verdict"] != "unsettled" and usable.sum() > 2:
                break  # else x is small, and the function lives on that scale: log or 1/x close to 0
        return row


def _judge_by_all_steps(sides: _Sides, swept: float, factor: float, scale: float) -> Row:
    gap, noise, doubt = sides.gap(), sides.noise(), sides.doubt()
    best = int(np.flatnonzero(doubt <= 1.5 * doubt.min())[-1])  # the finest that rounding has not spoilt
    numerical, size = sides.centre()[best], sides.size()[best]
    if gap[best] > 1e-4 * size + 8 * noise[best]:
        heights = (gap * sides.steps)[-3:]
        if best == 0 and gap[0] > 100 * noise[0] and len(heights) == 3 and np.ptp(heights) < 0.1 * heights.max():
            return _row(sides, best, swept, factor * numerical, "jump")
        shrunk = gap[1 : best + 1][-2:] / gap[:best][-2:]  # on a curve a tenth of the step leaves a tenth
        if best > 0 and not ((shrunk > 0.08) & (shrunk < 0.12)).all():
            return _judge_kink(sides, best, swept, factor)
    expected, known = factor * numerical, max(abs(numerical), abs(swept), scale)
    if doubt[best] > 1e-4 * known and doubt[best] > 1e-6 * noise[best] * sides.steps[best] / EPS:
        return _row(sides, best, swept, expected, "unsettled")
    near = NEAR * max(abs(swept), abs(expected)) + 1e-9 * scale + abs(factor) * doubt[best]
    return _row(sides, best, swept, expected, "right" if abs(swept - expected) <= near else "wrong")


def _judge_kink(sides: _Sides, best: int, swept: float, factor: float) -> Row:
    """Between the slopes anything goes; output by output, for one may bend up where another bends down."""
    ends = factor * sides.weights * np.stack([sides.left[best], sides.right[best]])  # (2, outputs)
    low, high = ends.min(axis=0).sum(), ends.max(axis=0).sum()
    near = abs(factor) * (1e-5 * sides.size()[best] + 8 * sides.noise()[best])
    expected = min(max(swept, low), high)  # the nearest that is allowed
    return _row(sides, best, swept, expected, "kink" if abs(swept - expected) <= near else "wrong")


def _row(sides: _Sides, step: int, swept: float, expected: float, verdict: str) -> Row:
    left, right = (float(side[step] @ sides.weights) for side in (sides.left, sides.right))
    return {
        "swept": swept + 0.0,  # no −0
        "numerical": (left + right) / 2 + 0.0,
        "expected": float(expected) + 0.0,
        "difference": swept - float(expected),
        "left": left,
        "right": right,
        "error": float(sides.doubt()[step]),
        "verdict": verdict,
    }


# what goes out --------------------------------------------------------------------------------------------------------


def _of(given: Row, entries: Sequence[Row]) -> list[Row]:
    return [row for row in entries if row["input"] == given["name"]]


def _badness(row: Row) -> tuple[bool, bool, float]:
    size = abs(row["difference"])
    return row["verdict"] in FINE, row["verdict"] == "right", -size if math.isfinite(size) else -math.inf


def _summary(name: str, tensor: Tensor, entries: Sequence[Row], factor: float, scale: float) -> Row:
    fault = sum(row["verdict"] not in FINE for row in entries)
    plain = [row for row in entries if row["verdict"] in ("right", "wrong")]
    found = _common_factor(plain, scale) if any(row["verdict"] == "wrong" for row in plain) else None
    return {
        "name": name,
        "shape": tensor.shape,
        "checked": len(entries),
        "size": tensor.size,
        "fault": fault,
        "factor": factor,
        "found": found,
    }


def _common_factor(entries: Sequence[Row], scale: float) -> float | None:
    """The one number that every swept value is of its numerical one; None if there is none."""
    swept, numerical, error = (np.array([row[name] for row in entries]) for name in ("swept", "numerical", "error"))
    if not (np.abs(numerical) > 10 * error).any():
        return None
    found = float(swept @ numerical / (numerical @ numerical))
    near = 1e-5 * np.abs(swept) + 1e-9 * scale + abs(found) * error
    return found if (np.abs(swept - found * numerical) <= near).all() else None


def _tell(given: Row, entries: Sequence[Row]) -> Iterator[str]:
    """What there is to say about one input, worst first."""
    name, factor, found = given["name"], given["factor"], given["found"]
    if given["fault"]:
        yield f"{name}: {given['fault']} of {given['checked']} entries are at fault"
    wrong = sorted((row for row in entries if row["verdict"] == "wrong" and not _bent(row)), key=_badness)
    for row in wrong[:1]:
        expected = "" if factor == 1 else f", so {row['expected']:+.6g} was expected"
        numbers = f"swept {row['swept']:+.6g}, numerical {row['numerical']:+.6g}{expected}"
        yield f"the worst is {row['entry']}: {numbers}: off by {row['difference']:+.3g}"
    if found is not None:
        times = f"{found:+.6g}" if found else "0"
        yield f"{name}: everywhere {times} times the numerical value: {_explain(found, factor)}"
    special = [row for row in entries if row["verdict"] != "right" and (row["verdict"] != "wrong" or _bent(row))]
    for row in special[:SHOWN]:
        yield f"{row['entry']}: {_tell_special(row)}"
    if len(special) > SHOWN:
        yield f"{name}: {len(special) - SHOWN} more entries like these"
    if entries and all(abs(row["numerical"]) <= 2 * row["error"] and row["verdict"] == "right" for row in entries):
        yield f"{name}: every entry is 0 or lost in rounding: a wrong factor could not show; try other inputs"


def _bent(row: Row) -> bool:
    return abs(row["right"] - row["left"]) > 1e-3 * (abs(row["left"]) + abs(row["right"]))


def _tell_special(row: Row) -> str:
    slopes = f"slope {row['left']:+.4g} to its left and {row['right']:+.4g} to its right"
    return {
        "kink": f"on a kink, with {slopes}; swept {row['swept']:+.4g} is between them: a choice, and no fault",
        "wrong": f"on a kink, with {slopes}; swept {row['swept']:+.4g} is outside both",
        "jump": f"on a jump, where the function has no slope; swept {row['swept']:+.4g}",
        "unsettled": f"no step gives a clear quotient (about {row['numerical']:+.4g}): does something inside round?",
        "not finite": f"swept {row['swept']:+.4g}, with {slopes}: something is not finite",
    }[row["verdict"]]


def _explain(found: float, factor: float) -> str:
    """What a wrong factor looks like."""
    if found == 0:
        return "nothing arrives; is it detached, or a reversal at λ = 0?"
    if factor < 0 and math.isclose(found, 1, rel_tol=1e-5):
        return f"no reversal stands on the way, which should give {factor:+.6g}"
    if factor < 0 and math.isclose(found, factor * factor, rel_tol=1e-5):
        return f"{factor:+.6g} was expected; is it reversed twice?"
    if factor == 1 and found < 0:
        return f"a reversal with λ = {-found:.6g} stands on the way, or a sign is wrong"
    times = found / factor if factor else math.inf
    for number, words in (
        (times, "counted {0} times, or not divided by {0}"),
        (1 / times, "divided by {} once too often"),
    ):
        if 1.5 < number < 1e6 and math.isclose(number, round(number), rel_tol=1e-5):
            return f"is it {words.format(round(number))}?".replace("counted 2 times", "counted twice")
    return f"{factor:+.6g} was expected; a factor{' or a sign' * (times < 0)} is wrong"
