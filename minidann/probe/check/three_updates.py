"""The check of the three updates of the paper: one joint sweep beside separate sweeps and difference quotients.

    θf ← θf − μ (∂L_y/∂θf − λ ∂L_d/∂θf)    θy ← θy − μ ∂L_y/∂θy    θd ← θd − μ ∂L_d/∂θd

(Ganin & Lempitsky, arXiv:1409.7495, Eqs. 4–6.)
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ... import _validate
from ...adapt.parts import LOSS_NAMES, REACHED_BY
from ...engine.backend import to_numpy
from ...engine.tensor import Tensor
from ..tables import Row, RowsTable, format_rows
from .joint_sweep import IN_WORDS, JointSweep, as_float64, joined, lines_of

CLOSE = 1e-9  # the largest relative distance of two equal float64 sweeps
FEW = 8  # examples of each domain for quotients
ASIDE = 1e-3  # the move of the weights before quotients: new biases of 0 may lie on a kink of relu


class AdversarialCheck(RowsTable):
    """The result of ``check_adversarial``. It is true if the three updates are made; printed, it names each fault.

    ``rows``: one dict for each part, and below a wrong part one for each of its wrong parameters. A row has ``name``;
    the norms of the gradient ``expected`` by Eqs. 4–6 and of the gradient ``got`` by one sweep; their relative
    ``difference``; the multiples of ∂L_y and ∂L_d in the gradient (``"× L_y"``, ``"× L_d"``), and the right multiples
    (``"wanted L_y"``, ``"wanted L_d"``). A multiple is nan if that loss has no gradient there, or if the gradient is no
    sum of the two. ``faults`` and ``notes``: sentences. ``ok``: whether there is no fault.
    """

    def __init__(self, rows: Sequence[Row], adapt_weight: float, faults: Sequence[str], notes: Sequence[str]) -> None:
        super().__init__(rows)
        self.adapt_weight = adapt_weight
        self.faults = list(_validate.sequence("faults", faults, "a list of sentences"))
        self.notes = list(_validate.sequence("notes", notes, "a list of sentences"))

    @property
    def ok(self) -> bool:
        return not self.faults

    def __bool__(self) -> bool:
        return self.ok

    def lines(self) -> list[str]:
        """The answer in words."""
        if self.ok:
            lines = [
                f"yes: one sweep of L_y + L_d makes the updates of Eqs. 4–6 at λ = {self.adapt_weight:g}: the features "
                f"get ∂L_y − {self.adapt_weight:g} ∂L_d, the label head ∂L_y, the domain head ∂L_d"
            ]
        else:
            lines = [f"no: {self.faults[0]}", *(f"and {fault}" for fault in self.faults[1:])]
        return lines + [f"note: {note}" for note in self.notes]

    def __str__(self) -> str:
        return "\n".join([*self.lines(), "", *format_rows(self.shown())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(line)}</p>\n" for line in self.lines()) + super()._repr_html_()


def check_adversarial(network: Any, batch: Sequence[Any], adapt_weight: float = 1.0) -> AdversarialCheck:
    """Compare one sweep of L_y + L_d with separate sweeps of L_y and L_d with every reversal at +1, by Eqs. 4–6.

    ``network``: an object with ``parts()``, the parameters of "features", "label_head" and "domain_head" by name, and
    ``losses(x_source, y_source, x_target, adapt_weight=λ)`` with ``label_loss`` and ``domain_loss``: a DANN, or your
    own. ``batch``: (x_source, y_source, x_target). ``adapt_weight``: λ, with the sign and size of Eq. 4.

    The separate sweeps are compared with difference quotients of the losses along random directions in each part: a
    wrong op is found too. Constants of the network, such as the probabilities of CDAN, are held. If a loss then depends
    on nothing, it is a fault.

    The check works in float64 on a copy, without dropout, and changes nothing. Raises TypeError or ValueError for a
    network without these methods, for random losses, and for losses that are not finite.
    """
    _validate.number("adapt_weight", adapt_weight)
    for name in ("parts", "losses"):
        if not callable(getattr(network, name, None)):
            raise TypeError(f"network: got a {type(network).__name__} without {name}(), expected a DANN or the like")
    x_source, y_source, x_target = _validate.batch("batch", batch)
    precise = as_float64(x_source), to_numpy(y_source), as_float64(x_target)
    here = JointSweep(network, precise, adapt_weight, aside=0.0)
    aside = JointSweep(network, tuple(array[:FEW] for array in precise), adapt_weight, ASIDE)
    lines = {(loss, part): line for part in IN_WORDS for loss, line in lines_of(aside, part).items()}
    times = {key: line.times() for key, line in lines.items()}
    rows = _rows(here, times)
    notes = [
        f"{IN_WORDS[part]}: nothing to learn, as no parameter requires a gradient"
        for part in IN_WORDS
        if not here.of(part)
    ]
    if not any(map(_is_wrong, rows)) and any(map(_is_wrong, _rows(aside, times))):
        rows = _rows(aside, times)
        notes.append("the fault does not show at the given weights; the numbers are from weights a little beside them")
    faults = ["L_d is below 0, and a loss cannot be: L_d is subtracted"] * here.negative
    unclear = {part for (_, part), factor in times.items() if math.isnan(factor)}
    faults += [sentence for part in IN_WORDS if part not in unclear for sentence in _sentences(part, rows)]
    for (loss, part), line in lines.items():
        if math.isnan(times[loss, part]):
            faults.append(
                f"the sweep of {loss} is wrong at {IN_WORDS[part]}: along one direction it has {line.swept[0]:+.4g}, a "
                f"difference quotient {line.held[0]:+.4g}; gradient_check finds the op"
            )
        elif part in REACHED_BY[loss] and line.cut():
            if line.swept.any():
                notes.append(f"a part of what {loss} owes to {IN_WORDS[part]} is held constant, without a gradient")
            elif loss == "L_y" or adapt_weight:
                faults.append(f"nothing of {loss} arrives at {IN_WORDS[part]}, on which it depends: detached there")
    return AdversarialCheck(rows, adapt_weight, faults, notes)


# the joint sweep beside Eqs. 4–6 --------------------------------------------------------------------------------------


def _rows(moment: JointSweep, times: Mapping[tuple[str, str], float]) -> list[Row]:
    """One row for each part, and below a wrong part one for each of its wrong parameters."""
    rows = []
    for part in IN_WORDS:
        named = moment.of(part)
        factors = [times.get((loss, part), math.nan) for loss in LOSS_NAMES]
        alone = [_scaled(moment.alone[loss], factor) for loss, factor in zip(LOSS_NAMES, factors)]
        wanted = {"features": (1.0, -moment.adapt_weight), "label_head": (1.0, 0.0), "domain_head": (0.0, 1.0)}[part]
        rows.append(_compare(part, named.values(), moment.joint, alone, wanted))
        if _is_wrong(rows[-1]):
            least = 1e-6 * rows[-1]["got"]
            single = [_compare(f"{part}.{name}", [t], moment.joint, alone, wanted, least) for name, t in named.items()]
            rows += filter(_is_wrong, single)
    return rows


def _scaled(sweep: Mapping[Tensor, np.ndarray], factor: float) -> Mapping[Tensor, np.ndarray]:
    return sweep if math.isnan(factor) or factor == 1 else {t: factor * gradient for t, gradient in sweep.items()}


def _compare(
    name: str,
    tensors: Iterable[Tensor],
    joint: Mapping[Tensor, np.ndarray],
    apart: Sequence[Mapping[Tensor, np.ndarray]],
    wanted: tuple[float, float],
    least: float = 0.0,
) -> Row:
    """The joint sweep beside wanted · apart, with its multiples of both.

    ``least``: a norm below which all is rounding.
    """
    tensors = list(tensors)
    got, alone = joined(joint, tensors), [joined(sweep, tensors) for sweep in apart]
    expected = wanted[0] * alone[0] + wanted[1] * alone[1]
    norms = [float(np.linalg.norm(array)) for array in (*alone, got)]
    added_up = max(abs(wanted[0]) * norms[0] + abs(wanted[1]) * norms[1], norms[2], least)
    found = _sum_of(got, alone, norms, wanted[0])
    return {
        "name": name,
        "expected": float(np.linalg.norm(expected)),
        "got": norms[2],
        "difference": float(np.linalg.norm(got - expected)) / added_up if added_up else 0.0,
        "× L_y": found[0],
        "wanted L_y": wanted[0],
        "× L_d": found[1],
        "wanted L_d": wanted[1],
    }


def _sum_of(got: np.ndarray, alone: Sequence[np.ndarray], norms: Sequence[float], label: float) -> tuple[float, float]:
    """The a and b of got = a · ∂L_y + b · ∂L_d; nan for a gradient of 0, and for both if got is no such sum."""
    there = [norm > 0 for norm in norms[:2]]
    basis = np.stack([array / (norm or 1.0) for array, norm in zip(alone, norms)], axis=1)  # (size, 2)
    if (
        all(there) and np.linalg.svd(basis, compute_uv=False)[-1] < 1e-6
    ):  # parallel gradients: the multiple of ∂L_y is taken to be right
        found = [label, float(basis[:, 1] @ (got - label * alone[0])) / norms[1]]
    else:
        fitted = np.linalg.lstsq(basis, got, rcond=None)[0]
        found = [float(fitted[i]) / (norms[i] or 1.0) for i in (0, 1)]
    missed = np.linalg.norm(got - found[0] * alone[0] - found[1] * alone[1])
    if missed > 1e-6 * norms[2]:
        return math.nan, math.nan
    return found[0] if there[0] else math.nan, found[1] if there[1] else math.nan


def _is_wrong(row: Row) -> bool:
    return not row["difference"] <= CLOSE  # a NaN is wrong too


def _sentences(part: str, rows: Sequence[Row]) -> list[str]:
    """The faults of one part, in words."""
    row = next(row for row in rows if row["name"] == part)
    if not _is_wrong(row):
        return []
    found = {loss: (row[f"× {loss}"], row[f"wanted {loss}"]) for loss in LOSS_NAMES}
    if all(math.isnan(times) for times, _ in found.values()):
        below = [one for one in rows if one["name"].startswith(f"{part}.")]
        each = ", ".join(f"{one['name']} {_sum_in_words(one)}" for one in below[:4])
        return [f"not all layers of {IN_WORDS[part]} get the same; wrong are: {each}{', …' * (len(below) > 4)}"]
    sentences = [
        f"{_what(part, loss, times, wanted)} ({times:+.3g} where {wanted:+.3g} was expected)"
        for loss, (times, wanted) in found.items()
        if not math.isnan(times) and abs(times - wanted) > 1e-6 * max(1.0, abs(wanted))
    ]
    return sentences or [f"the gradient at {IN_WORDS[part]} is off by {row['difference']:.2g} of its size"]


def _sum_in_words(row: Row) -> str:
    terms = [f"{row[f'× {loss}']:+.3g} ∂{loss}" for loss in LOSS_NAMES if not math.isnan(row[f"× {loss}"])]
    return " ".join(terms) or "(no sum of ∂L_y and ∂L_d)"


def _what(part: str, loss: str, found: float, wanted: float) -> str:
    who, s = IN_WORDS[part], "s" * (part != "features")
    if abs(found) < 1e-6:
        return f"nothing of {loss} arrives at {who}"
    if wanted == 0 and part != "features":
        return f"{loss} arrives at {who}, which should not get it"
    if (part, loss) == ("features", "L_d") and found > 0:
        twice = abs(found - wanted * wanted) < 1e-6 and wanted != -1
        return f"{who} descend L_d, as {'if it were reversed twice' if twice else 'without a reversal'}"
    if found < 0 <= wanted:
        return f"{who} ascend{s} {loss}" + (", as if reversed too" if loss == "L_y" else " and learns to be wrong")
    return f"{who} {'descend' if found > 0 else 'ascend'}{s} {loss} at another rate"
