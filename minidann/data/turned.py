"""Pairs of points in the plane whose target is the source's kind of points, turned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import _validate
from .pairs import DomainPair

CENTRE = (0.5, 0.25)  # the middle of scikit-learn's two moons, which the figure maps to itself turned by 180°
Draw = Callable[[int, np.uint32], tuple[np.ndarray, np.ndarray]]


def turned_pair(
    name: str,
    draw: Draw,
    rotation: float,
    n: int,
    n_test: int,
    about: tuple[float, float] = CENTRE,
    seed: int = 0,
) -> DomainPair:
    """Source: what ``draw(n, seed)`` gives, points (n, 2) and labels (n,). Target: more of it, turned counter-clockwise
    by ``rotation`` degrees ``about`` a point. ``n`` points a domain to train on, ``n_test`` fresh ones for scoring.
    """
    _validate.number("rotation", rotation)
    _validate.whole_number("n", n, least=4)
    _validate.whole_number("n_test", n_test, least=2)
    _validate.whole_number("seed", seed, least=0)
    seeds = np.random.SeedSequence(seed).generate_state(4)  # four draws that share no point
    x_source, y_source = draw(n, seeds[0])
    x_target, y_target = draw(n, seeds[1])
    x_source_test, y_source_test = draw(n_test, seeds[2])
    x_target_test, y_target_test = draw(n_test, seeds[3])
    return DomainPair(
        name,
        x_source=x_source,
        y_source=y_source,
        x_target=turn(x_target, rotation, about),
        y_target=y_target,
        x_source_test=x_source_test,
        y_source_test=y_source_test,
        x_target_test=turn(x_target_test, rotation, about),
        y_target_test=y_target_test,
    )


def turn(x: np.ndarray, degrees: float, about: tuple[float, float] = CENTRE) -> np.ndarray:
    """Points x (n, 2) turned counter-clockwise about a point."""
    angle = np.deg2rad(degrees)
    # rows are points, so the rotation matrix stands transposed on the right
    rotated_axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (x - about) @ rotated_axes + about
