"""Does one backward pass make the three updates of the paper? The joint sweep beside its parts, and beside differences.

    θf ← θf − μ (∂L_y/∂θf − λ ∂L_d/∂θf)    θy ← θy − μ ∂L_y/∂θy    θd ← θd − μ ∂L_d/∂θd

(Ganin & Lempitsky, arXiv:1409.7495, Eqs. 4–6.)
"""

from __future__ import annotations

import copy
import html
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import checks
from ..engine.backend import Array, array_module, as_array, to_numpy
from ..engine.backprop import backprop
from ..engine.modes import no_grad
from ..engine.tensor import Tensor
from .graph import reversals, straightened, walk
from .tables import Row, RowsTable, format_rows

PARTS = {"features": "the features", "label_head": "the label head", "domain_head": "the domain head"}
LOSSES = ("L_y", "L_d")
CLOSE = 1e-9  # how far two float64 sweeps of the same thing may lie apart, as a share of what is added up in them
CONFIRMED = 1e-4  # the same for a sweep and a difference quotient along a line, which may cross a kink or two
STEP = 1e-5  # of the quotient, along a direction of length 1
DIRECTIONS = 2  # for each part
ASIDE = 1e-3  # how far weights are moved where quotients are taken: fresh biases of 0 may lie on a kink of relu
SEEN_BY = (("L_y", "features"), ("L_y", "label_head"), ("L_d", "features"), ("L_d", "domain_head"))


class AdversarialCheck(RowsTable):
    """What ``check_adversarial`` found. True where the three updates are made; printed, it says so, or what is wrong.

    ``rows``: a dict for each part, and below a wrong one for each of its wrong parameters, with its ``name``; the norms
    of the gradient ``expected`` by Eqs. 4–6 and of the one that one sweep ``got``; their relative ``difference``; how
    often ∂L_y and ∂L_d are in what was got (``"× L_y"``, ``"× L_d"``; nan where that loss has no gradient there, or where
    it is no sum of the two), and how often they should be (``"wanted L_y"``, ``"wanted L_d"``).
    ``faults`` and ``notes``: sentences. ``ok``: whether there is no fault.
    """

    def __init__(self, rows: Sequence[Row], adapt_weight: float, faults: Sequence[str], notes: Sequence[str]) -> None:
        super().__init__(rows)
        self.adapt_weight, self.faults, self.notes = adapt_weight, list(faults), list(notes)

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
                f"get ∂L_y {-self.adapt_weight:+g} ∂L_d, the label head ∂L_y, the domain head ∂L_d"
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
    """Sweep L_y + L_d once, and beside it L_y and L_d apart with every reversal at +1; compare by Eqs. 4–6.

    ``network``: anything with ``parts()``, the parameters of "features", "label_head" and "domain_head" by name, and
    ``losses(x_source, y_source, x_target, adapt_weight=λ)`` with a ``label`` and a ``domain``: a DANN, or your own.
    ``batch``: (x_source, y_source, x_target). ``adapt_weight``: λ, of the sign and size that Eq. 4 has it.

    The sweeps apart are themselves compared with difference quotients of the losses, along random directions in each
    part: so an op that is wrong, and no reversal, is found too. What the network holds constant on purpose, as CDAN does
    its probabilities, is held constant there; where that leaves nothing of a loss, it is a fault.

    All of it happens in float64 on a copy, without dropout; nothing of the network is changed. TypeError or ValueError
    for a network without these methods or of random losses, and for losses that are not finite.
    """
    checks.number("adapt_weight", adapt_weight)
    for name in ("parts", "losses"):
        if not callable(getattr(network, name, None)):
            raise TypeError(f"network: got a {type(network).__name__} without {name}(), expected a DANN or the like")
    if len(batch) != 3:
        raise ValueError(f"batch: got {len(batch)} arrays, expected three: x_source, y_source, x_target")
    x_source, y_source, x_target = batch
    precise = _float64(x_source), y_source, _float64(x_target)
    here, aside = (_Moment(network, precise, adapt_weight, by) for by in (0.0, ASIDE))
    notes = [f"{PARTS[part]} learn nothing here: no parameter requires a gradient" for part in PARTS if not here.of(part)]
    shares, faults = _confirm(aside)
    rows, also = _rows(here, shares), _rows(aside, shares)
    if not any(map(_is_wrong, rows)) and any(map(_is_wrong, also)):
        rows = also
        notes.append("at the weights given it does not show, but a little beside them")
    faults = [*_domain_sign(here), *_sentences(rows, adapt_weight), *faults]
    held, stopped = _held_constant(aside)
    return AdversarialCheck(rows, adapt_weight, faults + stopped, notes + held)


class _Moment:
    """One forward pass of a float64 copy of the network, and the three sweeps."""

    def __init__(self, network: Any, batch: tuple[Any, Any, Any], adapt_weight: float, aside: float) -> None:
        self.network, self.batch, self.adapt_weight = copy.deepcopy(network), batch, adapt_weight
        self.parts: dict[str, dict[str, Tensor]] = self.network.parts()
        if set(self.parts) != set(PARTS):
            raise ValueError(f"network: got parts {', '.join(self.parts)}, expected {', '.join(PARTS)}")
        rng = np.random.default_rng(0)
        for tensor in (tensor for named in self.parts.values() for tensor in named.values()):
            xp = array_module(tensor.data)
            tensor.data = xp.asarray(to_numpy(tensor.data) + aside * rng.standard_normal(tensor.shape), np.float64)
            tensor.renew()
        self.losses = dict(zip(LOSSES, self._losses()))
        for name, loss in self.losses.items():
            if loss.dtype != np.float64:
                raise TypeError(f"network: {name} came out as {loss.dtype} in float64: something inside lowers it")
            if not math.isfinite(loss.item()):
                raise ValueError(f"network: {name} is {loss.item()} for this batch, expected a finite number")
        if [loss.item() for loss in self._losses()] != [loss.item() for loss in self.losses.values()]:
            raise ValueError("network: gave two different losses for the same batch; fix its random numbers")
        self.graph = walk(self.losses.values())
        self.joint = _sweep(self.losses["L_y"] + self.losses["L_d"])
        with straightened(reversals(self.graph)):
            self.alone = {name: _sweep(loss) for name, loss in self.losses.items()}
        if self.losses["L_d"].item() < 0:  # what is handed over is −L_d
            self.alone["L_d"] = {tensor: -gradient for tensor, gradient in self.alone["L_d"].items()}

    def _losses(self) -> tuple[Tensor, Tensor]:
        found = self.network.losses(*self.batch, adapt_weight=self.adapt_weight)
        for name in ("label", "domain"):
            if not isinstance(getattr(found, name, None), Tensor):
                raise TypeError(f"network: losses() gave no {name} loss, expected tensors .label and .domain")
        return found.label, found.domain

    def of(self, part: str) -> dict[str, Tensor]:
        """What a part learns, by name."""
        return {name: tensor for name, tensor in self.parts[part].items() if tensor.requires_grad}

    def gradient(self, found: Mapping[Tensor, np.ndarray], tensors: Iterable[Tensor]) -> np.ndarray:
        """The gradients at some tensors as one vector, with 0 where nothing arrived."""
        pieces = [found[t].ravel() if t in found else np.zeros(t.size) for t in tensors]
        return np.concatenate(pieces) if pieces else np.zeros(0)

    def slopes(self, moves: Mapping[Tensor, np.ndarray], again: bool) -> dict[str, float]:
        """How steep each loss is along ``moves``: by the forward rules of this very graph, what stands in it as a
        constant held; or, ``again``, by all of ``network.losses``.
        """
        ends = []
        for step in (STEP, -STEP):
            moved = {t: t.data + array_module(t.data).asarray(step * move) for t, move in moves.items()}
            ends.append(self._run_again(moved) if again else self._replay(moved))
        sign = {"L_y": 1.0, "L_d": math.copysign(1.0, self.losses["L_d"].item())}
        return {name: sign[name] * (above - below) / (2 * STEP) for name, above, below in zip(LOSSES, *ends)}

    def _run_again(self, moved: Mapping[Tensor, Array]) -> list[float]:
        kept = {tensor: tensor.data for tensor in moved}
        try:
            for tensor, data in moved.items():
                tensor.data = data
            with no_grad():
                return [loss.item() for loss in self._losses()]
        finally:
            for tensor, data in kept.items():
                tensor.data = data

    def _replay(self, moved: Mapping[Tensor, Array]) -> list[float]:
        arrays: dict[Tensor, Array] = {}
        for tensor in self.graph:
            if tensor.op is None:
                arrays[tensor] = moved.get(tensor, tensor.data)
            else:  # a copy of the op: forward keeps what backward will need
                arrays[tensor] = copy.copy(tensor.op).forward(*(arrays[parent] for parent in tensor.inputs))
        return [float(arrays[loss]) for loss in self.losses.values()]
