"""One forward pass of a network in float64: the sweeps of its two losses, beside difference quotients along lines."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..._differences import central_difference
from ...adapt.dann import DANN
from ...adapt.parts import LOSS_NAMES, PARTS
from ...adapt.placement import on_host
from ...engine.backend import to_numpy
from ...engine.backprop import backprop
from ...engine.modes import no_grad
from ...engine.tensor import Tensor
from ..graph import reversals, straightened, walk

IN_WORDS = dict(zip(PARTS, ("the features", "the label head", "the domain head")))
CONFIRMED = 1e-4  # relative distance of a right sweep and its difference quotient
STEPS = (1e-5, 1e-6, 1e-7, 1e-8)  # steps of the quotient along a direction of length 1: shorter steps cross fewer kinks
DIRECTIONS = 2  # directions of each part


class JointSweep:
    """One forward pass of a float64 copy of the network, and its three sweeps: the sum, L_y alone, L_d alone."""

    def __init__(self, network: Any, batch: tuple[Any, ...], adapt_weight: float, aside: float) -> None:
        self.network, self.batch, self.adapt_weight = copy.deepcopy(network), batch, adapt_weight
        if isinstance(self.network, DANN):
            self.network.to("numpy")
        self.parts: dict[str, dict[str, Tensor]] = self.network.parts()
        if set(self.parts) != set(IN_WORDS):
            raise ValueError(f"network: got parts {', '.join(self.parts)}, expected {', '.join(IN_WORDS)}")
        rng = np.random.default_rng(0)
        for tensor in (tensor for named in self.parts.values() for tensor in named.values()):
            tensor.data = to_numpy(tensor.data) + aside * rng.standard_normal(tensor.shape)
        self.losses = dict(zip(LOSS_NAMES, self._losses()))
        for name, loss in self.losses.items():
            if loss.dtype != np.float64:
                raise TypeError(
                    f"network: {name} came out as {loss.dtype} for float64 inputs: an op inside lowers the precision"
                )
            if not math.isfinite(loss.item()):
                raise ValueError(f"network: {name} is {loss.item()} for this batch, expected a finite number")
        values = [loss.item() for loss in self.losses.values()]
        if not np.allclose(self._run_again({}), values, rtol=1e-12, atol=0):
            raise ValueError("network: gave two different losses for the same batch; fix its random numbers")
        self.graph = walk(self.losses.values())
        self.joint = _sweep(self.losses["L_y"] + self.losses["L_d"])
        with straightened(reversals(self.graph)):
            self.alone = {name: _sweep(loss) for name, loss in self.losses.items()}
        self.negative = self.losses["L_d"].item() < 0  # the network returned −L_d
        if self.negative:
            self.alone["L_d"] = {tensor: -gradient for tensor, gradient in self.alone["L_d"].items()}

    def _losses(self) -> tuple[Tensor, Tensor]:
        with on_host():
            found = self.network.losses(*self.batch, adapt_weight=self.adapt_weight)
        for name in ("label_loss", "domain_loss"):
            if not isinstance(getattr(found, name, None), Tensor):
                raise TypeError(f"network: losses() gave no {name}, expected tensors .label_loss and .domain_loss")
        return found.label_loss, found.domain_loss

    def of(self, part: str) -> dict[str, Tensor]:
        """The parameters of a part, by name."""
        return {name: tensor for name, tensor in self.parts[part].items() if tensor.requires_grad}

    def slopes(self, moves: Mapping[Tensor, np.ndarray], step: float, again: bool = False) -> dict[str, float]:
        """The slope of each loss along ``moves``, by the forward rules of this graph with its constants held.

        With ``again`` the whole of ``network.losses`` is computed anew, constants included.
        """

        def losses_at(distance: float) -> np.ndarray:
            moved = {t: t.data + distance * move for t, move in moves.items()}
            return np.array(self._run_again(moved) if again else self._replay(moved))

        label, domain = map(float, central_difference(losses_at, step))
        return {"L_y": label, "L_d": -domain if self.negative else domain}

    def _run_again(self, moved: Mapping[Tensor, np.ndarray]) -> list[float]:
        kept = {tensor: (tensor.data, tensor.version) for tensor in moved}
        try:
            for tensor, data in moved.items():
                tensor.data = data
            with no_grad():
                return [loss.item() for loss in self._losses()]
        finally:
            for tensor, (data, version) in kept.items():
                tensor.data = data
                tensor.version = version  # the numbers are restored: the graph can still be swept

    def _replay(self, moved: Mapping[Tensor, np.ndarray]) -> list[float]:
        arrays: dict[Tensor, np.ndarray] = {}
        for tensor in self.graph:
            if tensor.op is None:
                arrays[tensor] = moved.get(tensor, tensor.data)
            else:  # a copy of the op, because forward keeps arrays for backward
                arrays[tensor] = copy.copy(tensor.op).forward(*(arrays[parent] for parent in tensor.inputs))
        return [to_numpy(arrays[loss]).item() for loss in self.losses.values()]


def as_float64(x: Any) -> np.ndarray:
    """``x`` as a float64 array on the host."""
    return np.asarray(to_numpy(x), dtype=np.float64)


def _sweep(loss: Tensor) -> dict[Tensor, np.ndarray]:
    return {t: to_numpy(gradient) for t, gradient in backprop(loss).items()} if loss.requires_grad else {}


def joined(found: Mapping[Tensor, np.ndarray], tensors: Iterable[Tensor]) -> np.ndarray:
    """The gradients at some tensors as one vector, with 0 where no gradient arrived."""
    pieces = [found[t].ravel() if t in found else np.zeros(t.size) for t in tensors]
    return np.concatenate(pieces) if pieces else np.zeros(0)


class Line(NamedTuple):
    """The slopes of one loss along random directions of one part, each array (directions,).

    ``swept``: by the sweep. ``held``: by a difference quotient, with the network's constants held. ``whole``: by a
    quotient of the whole function. ``near``: the largest allowed distance.
    """

    swept: np.ndarray
    held: np.ndarray
    whole: np.ndarray
    near: np.ndarray

    def right(self) -> bool:
        return bool((np.abs(self.held - self.swept) <= self.near).all())

    def times(self) -> float:
        """The one number that makes the sweep right: 1 if it is right; nan if there is none."""
        if self.right() or not self.swept.any():
            return 1.0 if self.right() else math.nan
        found = float(self.held @ self.swept / (self.swept @ self.swept))
        return found if (np.abs(self.held - found * self.swept) <= self.near).all() else math.nan

    def cut(self) -> bool:
        """Whether the loss depends on the part in a way that no gradient follows."""
        return bool((np.abs(self.whole - self.held) > 2 * self.near).any())


def lines_of(moment: JointSweep, part: str) -> dict[str, Line]:
    """The line of each loss, at the longest step for which both sweeps are right, or else at the shortest step."""
    tensors = list(moment.of(part).values())
    if not tensors:
        return {}
    sizes = [tensor.size for tensor in tensors]
    directions = np.random.default_rng(1).standard_normal((DIRECTIONS, sum(sizes)))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    moves = [
        {tensor: piece.reshape(tensor.shape) for tensor, piece in zip(tensors, np.split(v, np.cumsum(sizes)[:-1]))}
        for v in directions
    ]
    swept = {name: directions @ joined(moment.alone[name], tensors) for name in LOSS_NAMES}
    for step in STEPS:
        held, near = _by_loss([moment.slopes(move, step) for move in moves]), {}
        for name, loss in moment.losses.items():
            typical = np.linalg.norm(joined(moment.alone[name], tensors)) / math.sqrt(
                sum(sizes)
            )  # a typical slope along a random direction
            near[name] = CONFIRMED * np.maximum(np.abs(held[name]), typical) + 1e-15 * (1 + abs(loss.item())) / step
        if all((np.abs(held[name] - swept[name]) <= near[name]).all() for name in LOSS_NAMES):
            break
    whole = _by_loss([moment.slopes(move, step, again=True) for move in moves])
    return {name: Line(swept[name], held[name], whole[name], near[name]) for name in LOSS_NAMES}


def _by_loss(slopes: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    return {name: np.array([of[name] for of in slopes]) for name in LOSS_NAMES}
