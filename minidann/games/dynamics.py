"""The motion of iterates in a two-player game: by a gradient reversal, and by other dynamics.

All use the same field v: the gradient of the minimiser, and the gradient of the maximiser with the other sign. η is the
rate:

    simultaneous    z ← z − η v(z)                        both at once, as one backward pass through a reversal
    alternating     the maximiser, ``inner`` times; then the minimiser, which sees the new parameters
    momentum        u ← m u + v(z),  z ← z − η u          heavy ball (Polyak 1964)
    extragradient   z ← z − η v(z − η v(z))               look ahead first (Korpelevich 1976)
    optimistic      z ← z − η (2 v(z) − v(last z))        the same with one gradient a step (Popov 1980)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .games import Game, point_of

Vector = np.ndarray
Field = Callable[[Vector], Vector]
POWER = 0.75  # the power of the decay of the rate, as in the paper's μ(p)


class Options(NamedTuple):
    """Options of single dynamics."""

    maximiser: Vector  # (n,): 1 for numbers of z that belong to the maximiser, else 0
    momentum: float
    inner: int


def _simultaneous(field: Field, z: Vector, rates: Iterable[Vector], options: Options) -> Iterator[Vector]:
    for rate in rates:
        z = z - rate * field(z)
        yield z


def _alternating(field: Field, z: Vector, rates: Iterable[Vector], options: Options) -> Iterator[Vector]:
    for rate in rates:
        for _ in range(options.inner):
            z = z - rate * options.maximiser * field(z)
        z = z - rate * (1 - options.maximiser) * field(z)
        yield z


def _momentum(field: Field, z: Vector, rates: Iterable[Vector], options: Options) -> Iterator[Vector]:
    velocity = np.zeros_like(z)
    for rate in rates:
        velocity = options.momentum * velocity + field(z)
        z = z - rate * velocity
        yield z


def _extragradient(field: Field, z: Vector, rates: Iterable[Vector], options: Options) -> Iterator[Vector]:
    for rate in rates:
        z = z - rate * field(z - rate * field(z))
        yield z


def _optimistic(field: Field, z: Vector, rates: Iterable[Vector], options: Options) -> Iterator[Vector]:
    last = field(z)
    for rate in rates:
        now = field(z)
        z, last = z - rate * (2 * now - last), now
        yield z


DYNAMICS = {
    "simultaneous": _simultaneous,
    "alternating": _alternating,
    "momentum": _momentum,
    "extragradient": _extragradient,
    "optimistic": _optimistic,
}


@dataclass
class Path:
    """The iterates. ``points`` (steps + 1, n), the start first. ``saddle`` (n,), or None if it is unknown."""

    points: Vector
    saddle: Vector | None
    dynamics: str

    @property
    def distances(self) -> Vector:
        """‖z − saddle‖ of each iterate, (steps + 1,)."""
        return self._distances(self.points)

    def averages(self, decay: float | None = None) -> Vector:
        """The mean of the iterates up to each step, (steps + 1, n). With ``decay`` d: z̄ ← d·z̄ + (1 − d)·z instead.

        For the first 1/(1 − d) steps the second is the plain mean, as in the weight average of a Training.
        """
        if decay is not None:
            _validate.number("decay", decay, least=0, below=1)
        averages, average = np.empty_like(self.points), np.zeros(self.points.shape[1])
        for t, z in enumerate(self.points):
            average = average + max(1 / (t + 1), 0 if decay is None else 1 - decay) * (z - average)
            averages[t] = average
        return averages

    def average_distances(self, decay: float | None = None) -> Vector:
        """‖average − saddle‖ at each step, (steps + 1,)."""
        return self._distances(self.averages(decay))

    def _distances(self, points: Vector) -> Vector:
        if self.saddle is None:
            raise ValueError(
                "saddle: got None, expected the point to measure the distance to; give it to play(saddle=…)"
            )
        return np.linalg.norm(points - self.saddle, axis=1)


def play(
    game: Game | Field,
    start: Any,
    steps: int,
    rate: float | Mapping[str, float],
    dynamics: str = "simultaneous",
    *,
    momentum: float = 0.9,
    inner: int = 1,
    decay: float = 0.0,
    batch: int | None = None,
    seed: int = 0,
    saddle: Any = None,
) -> Path:
    """``steps`` steps from ``start`` (n,) in a game, or against a field (a function of z).

    Parameters
    ----------
    game : Game or function
        The game, or its field.
    start : array (n,)
        The first iterate.
    steps : int
        The number of steps.
    rate : float or dict
        The rate of all numbers, or of each part by name.
    dynamics : str
        A name in the table of this module.
    decay : float
        c: the t-th step has the rate/(1 + c·t)^0.75.
    momentum, inner
        Of the dynamics with these names; ``momentum`` may be negative.
    batch : int, optional
        The number of random examples for each field; None uses all.
    saddle : array (n,), optional
        The point for distances; by default that of the game.

    Raises FloatingPointError if an iterate is not finite. Raises ValueError for "alternating" without a game: only a
    game has parts.
    """
    _validate.one_of("dynamics", dynamics, tuple(DYNAMICS))
    _validate.whole_number("steps", steps, least=0)
    _validate.number("decay", decay, least=0)
    start = point_of("start", start, game.size if isinstance(game, Game) else None)
    _validate.array("start", start)
    field, z, options = _setting(game, start, dynamics, momentum, inner, batch, seed)
    first = rate_vector(rate, game, len(z))
    if saddle is None and isinstance(game, Game):
        saddle = game.saddle
    if saddle is not None:
        saddle = point_of("saddle", saddle, len(z))
    rates = (first / (1 + decay * t) ** POWER for t in range(steps))
    points = np.empty((steps + 1, len(z)))
    points[0] = z
    with np.errstate(over="ignore", invalid="ignore"):
        for t, moved in enumerate(DYNAMICS[dynamics](field, z, rates, options), start=1):
            if not np.isfinite(moved).all():
                raise FloatingPointError(f"{dynamics} steps ran off at step {t}: take fewer, at a lower rate")
            points[t] = moved
    return Path(points, saddle, dynamics)


def _setting(
    game: Game | Field, start: Any, dynamics: str, momentum: float, inner: int, batch: int | None, seed: int
) -> tuple[Field, Vector, Options]:
    """The field, the first point, and the options."""
    _validate.number("momentum", momentum, least=-1, below=1)
    _validate.whole_number("inner", inner, least=1)
    rng = np.random.default_rng(_validate.whole_number("seed", seed, least=0))
    if not isinstance(game, Game):
        _validate.function("game", game, "z")
        if batch is not None or dynamics == "alternating":
            what = "batch" if batch is not None else "dynamics='alternating'"
            raise ValueError(f"{what}: got a field alone, expected a Game with examples and parts")
        z = np.array(start, dtype=np.float64)
        return checked_field("game", game), z, Options(np.zeros_like(z), momentum, inner)
    options = Options(maximiser_mask(game), momentum, inner)
    if batch is None:
        return game.field, game.point(start), options
    _validate.whole_number("batch", batch, least=1)
    return (lambda z: game.minibatch_field(z, batch, rng)), game.point(start), options


def checked_field(name: str, field: Field) -> Field:
    """``field`` with a test of each result: numbers (n,), as many as in z. An error names the argument ``name``."""
    _validate.function(name, field, "z")

    def checked(z: Vector) -> Vector:
        found = point_of(name, _validate.result_of(name, field, z))
        if found.shape != z.shape:
            raise ValueError(f"{name}: gave shape {found.shape}, expected {z.shape}, the shape of z")
        return found

    return checked


def checked_game(game: Game) -> Game:
    """``game`` if it is a Game with parts. Raises TypeError otherwise."""
    if not isinstance(game, Game) or not hasattr(game, "parts"):
        raise TypeError(f"game: got {_validate.shown(game)}, expected a Game, such as game_of(training)")
    return game


def maximiser_mask(game: Game) -> Vector:
    """(n,): 1 for numbers of z that belong to the maximiser, else 0."""
    mask = np.zeros(game.size)
    mask[game.maximiser] = 1
    return mask


def rate_vector(rate: float | Mapping[str, float], game: Any, size: int) -> Vector:
    """The rate of each number of z, (size,), from one number or from one for each part by name."""
    if not isinstance(rate, Mapping):
        return np.full(size, _validate.number("rate", rate, least=0))
    parts = game.parts if isinstance(game, Game) else {}
    if not parts or set(rate) != set(parts):
        raise ValueError(
            f"rate: got parts {', '.join(map(str, rate)) or 'none'}, expected {', '.join(parts) or 'one number'}"
        )
    vector = np.empty(size)
    for name, part in parts.items():
        vector[part] = _validate.number("rate", rate[name], least=0)
    return vector
