"""The digits of speed limits: thin and tall, of lines and arcs, as on German road signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .sign_board import BLACK, Board, Point

STROKE = 0.15  # relative to the height of a digit


def digits(board: Board, number: str, colour: Any = BLACK) -> None:
    """Draw ``number`` around the middle of the board: two wide digits or three narrow ones."""
    high, wide, step = (0.84, 0.44, 0.56) if len(number) == 2 else (0.74, 0.32, 0.42)
    left = -step * (len(number) - 1) / 2
    for place, digit in enumerate(number):
        middle = left + step * place
        for stroke in STROKES[digit]:
            points = [(middle + x * (wide - STROKE * high), y * (1 - STROKE) * high) for x, y in stroke]
            board.line(points, STROKE * high, colour)


def _arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> list[Point]:
    """A part of an ellipse: degrees from the right, clockwise."""
    turns: Iterable[float] = np.deg2rad(np.linspace(start, end, 24))
    return [(x + wide / 2 * float(np.cos(t)), y + high / 2 * float(np.sin(t))) for t in turns]


#: The lines of each digit in a box from (−½, −½) at the upper left to (½, ½).
STROKES: dict[str, list[list[Point]]] = {
    "0": [_arc(0, -0.2, 1, 0.6, 180, 360) + _arc(0, 0.2, 1, 0.6, 0, 180) + [(-0.5, -0.2)]],
    "1": [[(-0.4, -0.25), (0.1, -0.5), (0.1, 0.5)]],
    "2": [_arc(0, -0.2, 1, 0.6, 180, 380) + [(-0.5, 0.5), (0.5, 0.5)]],
    "3": [_arc(-0.05, -0.26, 0.9, 0.48, 200, 450), _arc(-0.05, 0.22, 1.1, 0.56, 270, 520)],
    "5": [[(0.42, -0.5), (-0.38, -0.5), (-0.46, -0.04)] + _arc(0, 0.17, 1, 0.66, 215, 515)],
    "6": [[(0.3, -0.5), (-0.3, -0.05)] + _arc(0, 0.19, 1, 0.62, 180, 540)],
    "7": [[(-0.5, -0.5), (0.5, -0.5), (-0.15, 0.5)]],
    "8": [_arc(0, -0.26, 0.86, 0.48, 0, 360), _arc(0, 0.23, 1, 0.54, 0, 360)],
}
