"""One entry of an input: its slopes to both sides at several steps, and the verdict on its swept value."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...engine.tensor import Tensor
from ..tables import Row

STEPS = 10.0 ** -np.arange(3, 10)  # times max(1, |x|): if one step misleads, seven show why
FIRST = STEPS[2:3]  # about the best step for a central difference in float64; most entries need no other
NEAR = 1e-6  # the largest relative distance of a right gradient from the numerical one
EPS = float(np.finfo(np.float64).eps)


class Sides:
    """The slopes of all outputs to the left and right of one entry x, measured at several steps.

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
        self.left, self.right = np.array(slopes[0::2]), np.array(slopes[1::2])

    def keep(self, usable: np.ndarray) -> None:
        self.steps, self.left, self.right = self.steps[usable], self.left[usable], self.right[usable]

    def finite(self) -> np.ndarray:
        """For each step, whether all values were finite."""
        return np.isfinite(self.left).all(axis=1) & np.isfinite(self.right).all(axis=1)

    def lost(self) -> np.ndarray:
        """For each step, whether no output moves although larger steps find equal sides: rounding has removed
        the change.
        """
        alike = self.gap() < 0.1 * self.size()
        return (self.size() == 0) & alike.any()

    def centre(self) -> np.ndarray:
        """The central difference for each step: the mean of both sides."""
        return (self.left + self.right) @ self.weights / 2

    def gap(self) -> np.ndarray:
        """The difference of the sides for each step.

        On a curve it shrinks with the step, on a kink it stays, on a jump it grows.
        """
        return np.abs(self.right - self.left) @ np.abs(self.weights)

    def change(self) -> np.ndarray:
        """The change of the central difference at the next smaller step. At the last step only rounding is left."""
        return np.append(np.abs(np.diff(self.centre())), 0.0)

    def doubt(self) -> np.ndarray:
        """For each step, the largest distance of the central difference from the derivative."""
        return np.where(self.lost(), np.inf, self.gap() + self.change() + self.noise())

    def size(self) -> np.ndarray:
        """The steepness of both sides together."""
        return (np.abs(self.left) + np.abs(self.right)) @ np.abs(self.weights) / 2

    def noise(self) -> np.ndarray:
        """The possible rounding error of a slope for each step. Inner sums are assumed to be at least as large as x."""
        touched = ((self.left != 0) | (self.right != 0)).any(axis=0)
        touched |= not touched.any()  # if no output moves, the sweep may still find rounding errors
        return EPS * (np.maximum(np.abs(self.middle), self.unit) * touched) @ np.abs(self.weights) / self.steps


def judge(sides: Sides, swept: float, factor: float, scale: float) -> Row:
    """The verdict on the swept value of one entry from its slopes. ``scale``: the largest swept value of its input."""
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
                break  # else x is small, and the function varies on this scale: log or 1/x near 0
        return row


def _judge_by_all_steps(sides: Sides, swept: float, factor: float, scale: float) -> Row:
    gap, noise, doubt = sides.gap(), sides.noise(), sides.doubt()
    best = int(np.flatnonzero(doubt <= 1.5 * doubt.min())[-1])  # the finest step without rounding errors
    numerical, size = sides.centre()[best], sides.size()[best]
    if gap[best] > 1e-4 * size + 8 * noise[best]:
        heights = (gap * sides.steps)[-3:]
        if best == 0 and gap[0] > 100 * noise[0] and len(heights) == 3 and np.ptp(heights) < 0.1 * heights.max():
            return _row(sides, best, swept, factor * numerical, "jump")
        shrunk = gap[1 : best + 1][-2:] / gap[:best][-2:]  # on a curve a tenth of the step gives a tenth of the gap
        if best > 0 and not ((shrunk > 0.08) & (shrunk < 0.12)).all():
            return _judge_kink(sides, best, swept, factor)
    expected, known = factor * numerical, max(abs(numerical), abs(swept), scale)
    if doubt[best] > 1e-4 * known and doubt[best] > 1e-6 * noise[best] * sides.steps[best] / EPS:
        return _row(sides, best, swept, expected, "unsettled")
    near = NEAR * max(abs(swept), abs(expected)) + 1e-9 * scale + abs(factor) * doubt[best]
    return _row(sides, best, swept, expected, "right" if abs(swept - expected) <= near else "wrong")


def _judge_kink(sides: Sides, best: int, swept: float, factor: float) -> Row:
    """On a kink each value between the slopes passes; for each output, because outputs may bend up and down."""
    ends = factor * sides.weights * np.stack([sides.left[best], sides.right[best]])  # (2, outputs)
    low, high = ends.min(axis=0).sum(), ends.max(axis=0).sum()
    near = abs(factor) * (1e-5 * sides.size()[best] + 8 * sides.noise()[best])
    expected = min(max(swept, low), high)  # the nearest allowed value
    return _row(sides, best, swept, expected, "kink" if abs(swept - expected) <= near else "wrong")


def _row(sides: Sides, step: int, swept: float, expected: float, verdict: str) -> Row:
    left, right = (float(side[step] @ sides.weights) for side in (sides.left, sides.right))
    return {
        "swept": swept + 0.0,  # not −0
        "numerical": (left + right) / 2 + 0.0,
        "expected": float(expected) + 0.0,
        "difference": swept - float(expected),
        "left": left,
        "right": right,
        "error": float(sides.doubt()[step]),
        "verdict": verdict,
    }
