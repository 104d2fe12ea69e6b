"""The area of the window that a picture fills: beside the controls, or all of it."""

from __future__ import annotations

from typing import NamedTuple

Box = tuple[float, float, float, float]  # left, bottom, width, height


class Area(NamedTuple):
    """An area in shares of the figure."""

    left: float
    bottom: float
    right: float
    top: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place in shares of the figure, from shares of the area."""
        return self.left + x * (self.right - self.left), self.bottom + y * (self.top - self.bottom)

    def box(self, place: Box) -> Box:
        """A box in shares of the figure, from shares of the area."""
        x, y, width, height = place
        return *self.at(x, y), width * (self.right - self.left), height * (self.top - self.bottom)

    def half(self, i: int) -> Area:
        """The left half for 0, the right half for 1, with a gap between them."""
        middle = (self.left + self.right) / 2
        return self._replace(right=middle - 0.012) if i == 0 else self._replace(left=middle + 0.012)


BESIDE_CONTROLS = Area(0.225, 0.0, 0.988, 0.95)
WHOLE = Area(0.012, 0.0, 0.988, 0.99)
