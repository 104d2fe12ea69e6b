"""One right call of each public name of ``minidann.games``."""

from functools import cache

import numpy as np
from helpers.right_calls.adapt import batch, network, training
from helpers.right_calls.nn import rng
from helpers.wrong_calls import call

from minidann import games
from minidann.engine.tensor import Tensor

START = np.array([1.0, 0.5])
MATRIX = np.array([[0.0, 1.0], [-1.0, 0.2]])
FEW = ("value", "field", "jacobian", "point")


@cache
def quadratic():
    return games.QuadraticGame(0.1, 0.1)


@cache
def smallest():
    return games.SmallestDANN(n=4)


@cache
def landscape():
    return games.game_of(training())


@cache
def path():
    return games.play(quadratic(), START, 9, 0.1)


@cache
def verdict():
    return games.verdict(quadratic(), START, 0.1)


@cache
def slices():
    return games.slices(quadratic(), START, 2, 0.5, 5)


def _methods(name, make, z, methods=FEW):
    return {f"games.{name}.{method}": lambda m=method: call(getattr(make(), m), z()) for method in methods} | {
        f"games.{name}.minibatch_field": lambda: call(make().minibatch_field, z(), 2, rng())
    }


RIGHT = {
    "games.Game": lambda: call(games.Game),
    "games.LandscapeGame": lambda: call(games.LandscapeGame, network(), batch(), 0.7, 1.0, 0.0),
    **_methods("LandscapeGame", landscape, lambda: landscape().start, (*FEW, "losses")),
    "games.Path": lambda: call(games.Path, **vars(path())),
    "games.Path.averages": lambda: call(path().averages, 0.5),
    "games.Path.average_distances": lambda: call(path().average_distances, 0.5),
    "games.QuadraticGame": lambda: call(games.QuadraticGame, 0.0, 0.0, 1.0),
    **_methods("QuadraticGame", quadratic, lambda: START),
    "games.SmallestDANN": lambda: call(games.SmallestDANN, 1.0, 2.0, 4, False, False, 0),
    **_methods("SmallestDANN", smallest, lambda: START),
    "games.SmallestDANN.losses": lambda: call(smallest().losses, Tensor(START), slice(0, 2), slice(0, 2)),
    "games.Slices": lambda: call(games.Slices, **vars(slices())),
    "games.Verdict": lambda: call(games.Verdict, **vars(verdict())),
    "games.antisymmetric_part": lambda: call(games.antisymmetric_part, MATRIX),
    "games.symmetric_part": lambda: call(games.symmetric_part, MATRIX),
    "games.spectral_radius": lambda: call(games.spectral_radius, MATRIX),
    "games.bilinear_game": lambda: call(games.bilinear_game),
    "games.game_of": lambda: call(games.game_of, training(), batch(), 0.7, 0.0),
    "games.jacobian": lambda: call(games.jacobian, quadratic().field, START, 1e-5),
    "games.measure_motion": lambda: call(games.measure_motion, path().points, np.zeros(2)),
    "games.play": lambda: call(games.play, quadratic(), START, 2, 0.1, "momentum"),
    "games.play on a field": lambda: call(games.play, quadratic().field, START, 2, 0.1),
    "games.slices": lambda: call(games.slices, quadratic(), START, 2, 0.5, 5, 0),
    "games.stationary_point": lambda: call(games.stationary_point, quadratic().field, START, 5, 1e-5),
    "games.step_matrix": lambda: call(games.step_matrix, MATRIX, 0.1, "alternating", 0.9, 1, np.array([0.0, 1.0])),
    "games.verdict": lambda: call(games.verdict, quadratic(), START, 0.1),
}
