"""E of a game along random directions through a point, and the number of directions that rise or fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from .dynamics import checked_game
from .games import Game

RISE = ("rises", "risen", "up", "lower", "minimum")
FALL = ("falls", "fallen", "down", "higher", "maximum")


@dataclass
class Slices:
    """E along random directions through a point, minus E at the point; printed, it answers in words.

    ``offsets`` (k,), 0 in the middle. ``minimiser`` (directions, k): along directions of (θf, θy). ``maximiser``
    (directions, k): along directions of θd. ``value``: E at the point.
    """

    offsets: np.ndarray
    minimiser: np.ndarray
    maximiser: np.ndarray
    value: float

    @property
    def rises(self) -> np.ndarray:
        """For each direction of the minimiser, whether E rises to both sides over the whole span: booleans."""
        return _rises(self.minimiser)

    @property
    def falls(self) -> np.ndarray:
        """For each direction of the maximiser, whether E falls to both sides over the whole span: booleans."""
        return _rises(-self.maximiser)

    def lines(self) -> list[str]:
        """The answer in words."""
        found = ["directions of the minimiser's, (θf, θy):", *_said(self.minimiser, RISE)]
        found += ["directions of the maximiser's, θd:", *_said(-self.maximiser, FALL)]
        return [*found, "random directions see the mean curvature; verdict() looks for the worst one"]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def slices(game: Game, z: Any, directions: int = 20, span: float = 0.5, points: int = 41, seed: int = 0) -> Slices:
    """E(z + t·u) for t in −span…span at an odd number of ``points``, for random u of each player.

    A direction is normally distributed. Each weight and bias of it is then scaled to the length of the same weight or
    bias of z (Li et al. 2018, for filters): span 0.5 changes each by half of itself. If z is 0 in all numbers of a
    player, u has length 1.
    """
    z = _validate.array("z", checked_game(game).point(z))
    _validate.whole_number("directions", directions, least=1)
    if _validate.whole_number("points", points, least=3) % 2 == 0:
        raise ValueError(f"points: got {points}, expected an odd number: the middle one is the point itself")
    span = _validate.number("span", span, least=0)
    if span == 0:
        raise ValueError("span: got 0, expected a number above 0")
    rng = np.random.default_rng(_validate.whole_number("seed", seed, least=0))
    offsets, centre = np.linspace(-span, span, points), game.value(z)
    curves = []
    for player in (game.minimiser, game.maximiser):
        drawn = [_direction(game, z, player, rng) for _ in range(directions)]
        curves.append(np.array([[game.value(z + t * u) - centre for t in offsets] for u in drawn]))
    return Slices(offsets, curves[0], curves[1], centre)


def _direction(game: Game, z: np.ndarray, player: slice, rng: np.random.Generator) -> np.ndarray:
    """A random direction (n,) of one player, with blocks as long as those of z."""
    direction = np.zeros(game.size)
    direction[player] = rng.standard_normal(player.stop - player.start)
    if not z[player].any():
        return direction / np.linalg.norm(direction)
    for block in game.blocks():
        length = np.linalg.norm(direction[block])
        if length:
            direction[block] *= np.linalg.norm(z[block]) / length
    return direction


def _rises(curves: np.ndarray) -> np.ndarray:
    """Whether each curve (directions, k), 0 in its middle, is above 0 everywhere else."""
    return np.delete(curves, curves.shape[1] // 2, axis=1).min(axis=1) > 0


def _said(curves: np.ndarray, words: tuple[str, ...]) -> list[str]:
    """The number of curves (directions, k), 0 in their middle, that rise to both sides, and the shape of the others.

    For the maximiser the curves come upside down, with ``words`` to match.
    """
    rises, risen, up, lower, minimum = words
    (n, k), kinds = curves.shape, np.array([_kind(curve) for curve in curves])
    bent = curves[:, [k // 2 - 1, k // 2 + 1]].sum(axis=1) > 0
    lines = [f"  E {rises} to both sides along {(kinds == 'rises').sum()} of {n}; it is bent {up} along {bent.sum()}"]
    meanings = {
        "tilted": f"E {rises} on one side only, as the field is not 0 here: the {minimum} lies beside the point",
        "humped": f"E is bent the wrong way at the point: for them it is no {minimum}",
        "far": f"E {rises} at first, and is {lower} further off: a {minimum}, but not the only one",
    }
    for kind, meaning in meanings.items():
        those = curves[kinds == kind]
        if len(those):
            ends = f"at the ends {risen} by {those[:, [0, -1]].mean():.2g} on average"
            lines.append(f"  {len(those)} do not: {meaning} ({lower} by up to {-those.min():.2g}; {ends})")
    return lines


def _kind(curve: np.ndarray) -> str:
    """The kind of a curve that should rise to both sides of its middle: "rises", "tilted", "humped" or "far"."""
    left, right = curve[len(curve) // 2 - 1], curve[len(curve) // 2 + 1]
    if _rises(curve[None])[0]:
        return "rises"
    if left + right <= 0:
        return "humped"
    return "tilted" if min(left, right) <= 0 else "far"
