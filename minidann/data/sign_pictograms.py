"""The pictograms of GTSRB's signs, by class id, as shapes on a ``Board``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from .sign_board import BLACK, GREEN, GREY, RED, WHITE, YELLOW, Board, Point
from .sign_digits import digits


def _boxes(board: Board, colour: object, *boxes: tuple[float, float, float, float]) -> None:
    for left, top, right, bottom in boxes:
        board.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def _car(board: Board, x: float, y: float, colour: object, size: float = 1.0) -> None:
    """A car from behind: a roof, a body with a window, two wheels. It is 0.5 wide and 0.4 high."""

    def at(*points: Point) -> list[Point]:
        return [(x + size * px, y + size * py) for px, py in points]

    board.polygon(at((-0.17, -0.2), (0.17, -0.2), (0.22, 0.0), (-0.22, 0.0)), colour)
    board.polygon(at((-0.12, -0.15), (0.12, -0.15), (0.15, -0.02), (-0.15, -0.02)), WHITE)
    board.polygon(at((-0.26, -0.01), (0.26, -0.01), (0.26, 0.13), (-0.26, 0.13)), colour)
    for side in (-1, 1):
        board.polygon(at((side * 0.24, 0.1), (side * 0.24, 0.21), (side * 0.14, 0.21), (side * 0.14, 0.1)), colour)


def _lorry(board: Board, x: float, y: float, colour: object) -> None:
    """A lorry from behind: a tall box on two wheels."""
    _boxes(board, colour, (x - 0.2, y - 0.36, x + 0.24, y + 0.1), (x - 0.2, y + 0.13, x + 0.24, y + 0.17))
    _boxes(board, colour, (x - 0.17, y + 0.15, x - 0.06, y + 0.24), (x + 0.1, y + 0.15, x + 0.21, y + 0.24))


def _no_lorries(board: Board) -> None:
    _boxes(board, BLACK, (-0.14, -0.3, 0.52, 0.1), (-0.16, 0.13, 0.52, 0.18))
    board.polygon([(-0.2, -0.16), (-0.4, -0.16), (-0.5, 0.02), (-0.52, 0.18), (-0.2, 0.18)], BLACK)
    board.polygon([(-0.25, -0.1), (-0.37, -0.1), (-0.44, 0.02), (-0.25, 0.02)], WHITE)
    for x in (-0.36, 0.05, 0.36):
        board.disc(BLACK, 0.1, x, 0.2)


def _no_overtaking(board: Board, colours: tuple[object, object], lorry: bool) -> None:
    (_lorry if lorry else _car)(board, -0.29, 0.0, colours[0])
    _car(board, 0.31, 0.03, colours[1], 0.95)


def _ended(board: Board, inside: Callable[[Board], None] | None) -> None:
    """Grey signs with a black band from the lower left to the upper right."""
    if inside is not None:
        inside(board)
    for shift in (-0.2, -0.1, 0.0, 0.1, 0.2):
        reach = np.sqrt(0.9**2 - shift**2) / np.sqrt(2)
        off = shift / np.sqrt(2)
        board.line([(off - reach, off + reach), (off + reach, off - reach)], 0.06, BLACK)


def _priority(board: Board) -> None:
    board.line([(0, -0.05), (0, 0.46)], 0.26)
    board.polygon([(0, -0.42), (0.24, 0.04), (-0.24, 0.04)], BLACK)
    board.polygon([(-0.42, 0.3), (-0.1, 0.12), (0.1, 0.12), (0.42, 0.3), (0.36, 0.36), (-0.36, 0.36)], BLACK)


def _bend(board: Board, side: int) -> None:
    """A thick line that bends to the left (−1) or to the right (1), with a short head."""
    bend = [(-0.2, 0.44), (-0.2, 0.3), (-0.15, 0.18), (-0.02, 0.09), (0.2, 0.07)]
    board.line([(side * x, y) for x, y in bend], 0.21)
    board.head((0.4 * side, 0.07), 0 if side > 0 else 180, 0.26, BLACK)


def _double_bend(board: Board) -> None:
    board.line([(0.16, 0.5), (0.16, 0.18), (-0.12, 0.26), (-0.12, -0.04)], 0.17)
    board.head((-0.12, -0.28), -90, 0.26, BLACK)


def _bumps(board: Board) -> None:
    _boxes(board, BLACK, (-0.44, 0.38, 0.44, 0.46))
    for x in (-0.2, 0.2):
        turn = np.linspace(np.pi, 2 * np.pi, 15)
        board.polygon([(x + 0.2 * np.cos(t), 0.4 + 0.2 * np.sin(t)) for t in turn], BLACK)


def _slippery(board: Board) -> None:
    """A car that leans to the right over two winding tracks."""
    corners = [(-0.12, -0.16), (0.22, -0.1), (0.28, 0.08), (0.26, 0.24), (-0.24, 0.15), (-0.22, 0.0)]
    board.polygon(corners, BLACK)
    board.polygon([(-0.07, -0.1), (0.17, -0.05), (0.2, 0.04), (-0.12, -0.01)], WHITE)
    for x, y in ((-0.16, 0.2), (0.2, 0.27)):
        board.line([(x, y), (x, y + 0.04)], 0.09)
    board.line([(-0.12, 0.3), (-0.34, 0.4), (-0.12, 0.44), (-0.3, 0.54)], 0.06)
    board.line([(0.2, 0.36), (0.0, 0.42), (0.3, 0.47), (0.14, 0.55)], 0.06)


def _narrows(board: Board) -> None:
    board.line([(-0.15, 0.5), (-0.15, -0.2)], 0.11)
    board.line([(0.26, 0.5), (0.26, 0.3), (0.1, 0.08), (0.1, -0.2)], 0.11)


def _walker(board: Board, x: float, y: float, size: float, stride: float = 0.2) -> None:
    """A person who walks to the left; 0.8 · size high, (x, y) is the hip."""

    def at(px: float, py: float) -> Point:
        return x + size * px, y + size * py

    board.disc(BLACK, 0.1 * size, *at(0.0, -0.46))
    board.line([at(0, -0.27), at(0.02, 0)], 0.19 * size)
    board.line([at(0, 0), at(-stride, 0.38)], 0.12 * size)
    board.line([at(0.03, 0), at(0.08, 0.18), at(stride, 0.38)], 0.12 * size)
    board.line([at(0, -0.3), at(-0.18, -0.16), at(-0.24, -0.04)], 0.09 * size)
    board.line([at(0, -0.3), at(0.18, -0.16), at(0.22, 0.0)], 0.09 * size)


def _pedestrian(board: Board) -> None:
    _walker(board, 0.0, 0.14, 0.95, 0.24)


def _children(board: Board) -> None:
    """A tall child and a small one, hand in hand, on the way to the left."""
    _walker(board, 0.16, 0.22, 0.86, 0.3)
    _walker(board, -0.24, 0.3, 0.62, 0.28)
    board.line([(0.06, 0.04), (-0.14, 0.2)], 0.08)


def _roadworks(board: Board) -> None:
    board.disc(BLACK, 0.09, 0.02, -0.24)
    board.line([(-0.04, -0.1), (-0.2, 0.14)], 0.17)
    board.line([(-0.2, 0.14), (-0.1, 0.3), (-0.16, 0.52)], 0.1)
    board.line([(-0.22, 0.16), (-0.36, 0.52)], 0.1)
    board.line([(-0.06, -0.06), (0.1, 0.12), (-0.02, 0.2)], 0.07)
    board.line([(-0.16, 0.06), (0.24, 0.36)], 0.05)
    board.polygon([(0.06, 0.54), (0.3, 0.24), (0.54, 0.54)], BLACK)


def _lights(board: Board) -> None:
    for y, colour in ((-0.14, RED), (0.14, YELLOW), (0.42, GREEN)):
        board.disc(colour, 0.13, 0.0, y)


def _bicycle(board: Board) -> None:
    for x in (-0.28, 0.28):
        board.ring(BLACK, 0.22, 0.07, x, 0.32)
    board.line([(-0.28, 0.32), (-0.1, 0.06), (0.17, 0.06), (0.0, 0.32), (-0.1, 0.06)], 0.07)
    board.line([(0.28, 0.32), (0.13, -0.04), (0.22, -0.06)], 0.07)
    board.line([(-0.28, 0.32), (0.0, 0.32)], 0.07)
    board.line([(-0.18, -0.0), (-0.04, -0.0)], 0.06)


def _snow(board: Board) -> None:
    for turn in np.deg2rad([30, 90, 150, 210, 270, 330]):
        x, y = np.cos(turn), np.sin(turn)
        board.line([(0, 0.2), (0.4 * x, 0.2 + 0.4 * y)], 0.09)
        for side in (-0.6, 0.6):
            u, v = np.cos(turn + side), np.sin(turn + side)
            board.line([(0.22 * x, 0.2 + 0.22 * y), (0.22 * x + 0.16 * u, 0.2 + 0.22 * y + 0.16 * v)], 0.07)


def _deer(board: Board) -> None:
    board.line([(-0.2, 0.14), (0.18, 0.24)], 0.19)
    board.line([(-0.22, 0.14), (-0.34, -0.1)], 0.12)
    board.line([(-0.34, -0.1), (-0.46, -0.02)], 0.09)
    board.line([(-0.32, -0.12), (-0.22, -0.32)], 0.06)
    board.line([(-0.3, -0.16), (-0.14, -0.22)], 0.06)
    board.line([(-0.22, 0.2), (-0.44, 0.3), (-0.4, 0.4)], 0.09)
    board.line([(-0.16, 0.2), (-0.3, 0.42)], 0.09)
    board.line([(0.2, 0.26), (0.4, 0.42), (0.52, 0.5)], 0.1)
    board.line([(0.14, 0.28), (0.26, 0.46), (0.4, 0.54)], 0.09)


def _danger(board: Board) -> None:
    board.polygon([(-0.12, -0.26), (0.12, -0.26), (0.06, 0.26), (-0.06, 0.26)], BLACK)
    board.disc(BLACK, 0.1, 0.0, 0.43)


def _turn(board: Board, side: int) -> None:
    board.polygon([(-0.5 * side, 0.6), (-0.26 * side, 0.6), (-0.26 * side, 0.1), (-0.5 * side, 0.1)], WHITE)
    turn = np.deg2rad(np.linspace(180, 270, 12))
    ring = [(0.5 * np.cos(t), 0.44 * np.sin(t)) for t in turn] + [
        (0.26 * np.cos(t), 0.2 * np.sin(t)) for t in turn[::-1]
    ]
    board.polygon([(side * x, 0.12 + y) for x, y in ring], WHITE)
    board.line([(0.0, -0.2), (0.4 * side, -0.2)], 0.24, WHITE)
    board.barbs((0.7 * side, -0.2), 0 if side > 0 else 180, 0.5, 0.18)


def _ahead(board: Board) -> None:
    board.line([(0, -0.5), (0, 0.62)], 0.22, WHITE)
    board.barbs((0, -0.74), -90, 0.56, 0.18)


def _ahead_or(board: Board, side: int) -> None:
    x = -0.2 * side
    board.line([(x, -0.5), (x, 0.7)], 0.2, WHITE)
    board.barbs((x, -0.76), -90, 0.44, 0.16)
    board.line([(x, 0.42), (x + 0.06 * side, 0.24), (x + 0.22 * side, 0.14), (0.5 * side, 0.12)], 0.18, WHITE)
    board.barbs((0.76 * side, 0.12), 0 if side > 0 else 180, 0.44, 0.16)


def _keep(board: Board, side: int) -> None:
    board.line([(-0.46 * side, -0.46), (0.42 * side, 0.42)], 0.24, WHITE)
    board.barbs((0.6 * side, 0.6), 45 if side > 0 else 135, 0.64, 0.18)


def _roundabout(board: Board) -> None:
    for start in (20, 140, 260):
        board.arc(WHITE, 0.66, 0.18, start - 4, start + 78)
        turn = np.deg2rad(start)
        tip = np.deg2rad(start - 24)
        middle = 0.57
        towards = np.rad2deg(np.arctan2(np.sin(tip) - np.sin(turn), np.cos(tip) - np.cos(turn)))
        board.barbs((middle * np.cos(tip), middle * np.sin(tip)), float(towards), 0.32, 0.13)


PICTOGRAMS: dict[int, Callable[[Board], None]] = {
    6: partial(_ended, inside=lambda board: digits(board, "80", GREY)),
    9: partial(_no_overtaking, colours=(RED, BLACK), lorry=False),
    10: partial(_no_overtaking, colours=(RED, BLACK), lorry=True),
    11: _priority,
    14: lambda board: board.text("STOP", 0.28, 0.72, WHITE),
    16: _no_lorries,
    17: lambda board: _boxes(board, WHITE, (-0.7, -0.17, 0.7, 0.17)),
    18: _danger,
    19: partial(_bend, side=-1),
    20: partial(_bend, side=1),
    21: _double_bend,
    22: _bumps,
    23: _slippery,
    24: _narrows,
    25: _roadworks,
    26: _lights,
    27: _pedestrian,
    28: _children,
    29: _bicycle,
    30: _snow,
    31: _deer,
    32: partial(_ended, inside=None),
    33: partial(_turn, side=1),
    34: partial(_turn, side=-1),
    35: _ahead,
    36: partial(_ahead_or, side=1),
    37: partial(_ahead_or, side=-1),
    38: partial(_keep, side=1),
    39: partial(_keep, side=-1),
    40: _roundabout,
    41: partial(_ended, inside=lambda board: _no_overtaking(board, (GREY, GREY), lorry=False)),
    42: partial(_ended, inside=lambda board: _no_overtaking(board, (GREY, GREY), lorry=True)),
}
