"""The 43 signs of GTSRB as vector shapes: the plate of each, and its pictogram."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .sign_board import BLACK, BLUE, RED, WHITE, YELLOW, Board
from .sign_digits import digits
from .sign_pictograms import PICTOGRAMS

TRIANGLE = [(0, -0.92), (0.98, 0.78), (-0.98, 0.78)]
INSIDE = [(0, -0.64), (0.76, 0.65), (-0.76, 0.65)]
SPEEDS = {0: 20, 1: 30, 2: 50, 3: 60, 4: 70, 5: 80, 7: 100, 8: 120}
N_SIGNS = 43


@lru_cache(maxsize=4)
def sign_drawings(side: int) -> np.ndarray:
    """All signs as float32 (43, side, side, 4): colours times the cover, and the cover, in 0…255."""
    return np.stack([_sign(label, side) for label in range(N_SIGNS)])


def _sign(label: int, side: int) -> np.ndarray:
    board = Board(side)
    _plate(board, label)
    if label in SPEEDS:
        digits(board, str(SPEEDS[label]))
    elif label in PICTOGRAMS:
        PICTOGRAMS[label](board)
    return board.pixels()


def _plate(board: Board, label: int) -> None:
    """The shape and the colours of a sign without its pictogram."""
    if label in (11, *range(18, 32)):
        board.polygon(TRIANGLE, RED)
        board.polygon(INSIDE, WHITE)
    elif label == 13:
        board.polygon([(x, -y) for x, y in TRIANGLE], RED)
        board.polygon([(x * 0.9, -y * 0.9) for x, y in INSIDE], WHITE)
    elif label == 12:
        for colour, size in ((WHITE, 0.98), (BLACK, 0.9), (WHITE, 0.86), (YELLOW, 0.62)):
            board.polygon([(0, -size), (size, 0), (0, size), (-size, 0)], colour)
    elif label == 14:
        turn = np.deg2rad(np.arange(22.5, 382, 45))
        for colour, size in ((WHITE, 1.0), (RED, 0.94)):
            board.polygon([(size * np.cos(t), size * np.sin(t)) for t in turn], colour)
    elif label in range(33, 41):
        board.disc(WHITE, 0.97)
        board.disc(BLUE, 0.93)
    elif label == 17:
        board.disc(WHITE, 0.97)
        board.disc(RED, 0.94)
    elif label in (6, 32, 41, 42):
        board.disc(BLACK, 0.97)
        board.disc(WHITE, 0.92)
    else:
        board.disc(RED, 0.97)
        board.disc(WHITE, 0.75)
