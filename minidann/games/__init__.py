"""Games of two players with one number, the motion of their steps, and a trained DANN as such a game."""

from .dann_game import LandscapeGame, game_of
from .dynamics import DYNAMICS, Path, play
from .games import Game, QuadraticGame, SmallestDANN, bilinear_game
from .saddle import (
    Verdict,
    antisymmetric_part,
    jacobian,
    measure_motion,
    spectral_radius,
    stationary_point,
    step_matrix,
    symmetric_part,
    verdict,
)
from .slices import Slices, slices

__all__ = [
    "DYNAMICS",
    "Game",
    "LandscapeGame",
    "Path",
    "QuadraticGame",
    "Slices",
    "SmallestDANN",
    "Verdict",
    "antisymmetric_part",
    "bilinear_game",
    "game_of",
    "jacobian",
    "measure_motion",
    "play",
    "slices",
    "spectral_radius",
    "stationary_point",
    "step_matrix",
    "symmetric_part",
    "verdict",
]
