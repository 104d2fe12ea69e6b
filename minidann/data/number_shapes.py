"""Numbers of one to three digits in random fonts: the ink of each pixel, and the digit in the middle."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .effects import BLOCK, look_up
from .printed import CANVAS, FONTS, digit_distances


class NumberShapes:
    """The shapes of BLOCK numbers. The middle digit is the label. Each number has one font.

    ``neighbours`` (2,): the chance of a neighbour on the left, and on the right. ``growth`` (BLOCK, 1, 1): pixels of
    the drawing (HEIGHT on a digit) that a stroke grows on either side. ``wide`` (BLOCK, 1, 1): the width of digits,
    relative to the font. ``labels`` (BLOCK,): each digit nearly as often as the others.
    """

    def __init__(
        self, rng: np.random.Generator, neighbours: tuple[float, float], growth: np.ndarray, wide: np.ndarray
    ) -> None:
        self.labels = (rng.permutation(BLOCK) + rng.integers(10)) % 10
        self.growth, self.wide = growth, wide
        digits = rng.integers(10, size=(BLOCK, 3))
        digits[:, 1] = self.labels
        self.glyphs = rng.integers(len(FONTS), size=(BLOCK, 1)) * 10 + digits
        left, right = rng.random((2, BLOCK)) < np.reshape(neighbours, (2, 1))
        self.present = np.stack([left, np.ones(BLOCK, bool), right], 1)
        widths = glyph_widths()[self.glyphs] * wide[:, 0] + 2 * growth[:, 0]
        gaps = rng.uniform(4, 14, (BLOCK, 2)).astype(np.float32)
        before = (widths[:, 0] + widths[:, 1]) / 2 + gaps[:, 0]
        after = (widths[:, 2] + widths[:, 1]) / 2 + gaps[:, 1]
        self.places = np.stack([-before, np.zeros(BLOCK, np.float32), after], 1)

    def distances(self, y: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Signed distances, positive inside, of places (BLOCK, h, w) to the outline of the number.

        Distances and places are in pixels of the drawing. The number is centred at (0, 0); y points down.
        """
        middle = (CANVAS - 1) / 2
        nearest = np.full(np.broadcast_shapes(y.shape, x.shape), -np.inf, np.float32)
        for slot in range(3):
            some = self.present[:, slot]
            if not some.any():
                continue
            columns = (x[some] - self.places[some, slot, None, None]) / self.wide[some] + middle
            found = look_up(digit_distances(), self.glyphs[some, slot, None, None], y[some] + middle, columns)
            # beyond the drawing of a digit the distance goes on growing
            found = found - np.maximum(abs(columns - middle) - middle, 0) - np.maximum(abs(y[some]) - middle, 0)
            nearest[some] = np.maximum(nearest[some], found)
        thick: np.ndarray = nearest + self.growth
        return thick


@lru_cache
def glyph_widths() -> np.ndarray:
    """The width of each glyph in pixels of the drawing: float32 (fonts · 10,)."""
    inside: np.ndarray = np.any(digit_distances() > 0, axis=1)
    widths: np.ndarray = CANVAS - inside.argmax(1) - inside[:, ::-1].argmax(1)
    return widths.astype(np.float32)
