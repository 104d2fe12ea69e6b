"""Two moons and the same two moons turned: the toy pair of the journal paper (Ganin et al. 2016, Fig. 2)."""

from __future__ import annotations

import numpy as np

from .. import checks
from .pairs import DomainPair

CENTRE = (0.5, 0.25)  # the middle of scikit-learn's two moons, which the figure maps to itself turned by 180°
PIVOTS = ("centre", "origin")


def moons_pair(
    rotation: float = 35.0,
    noise: float = 0.05,
    n: int = 300,
    n_test: int = 1000,
    pivot: str = "centre",
    seed: int = 0,
) -> DomainPair:
    """Source: two moons with their labels. Target: two moons turned counter-clockwise by ``rotation`` degrees.

    ``noise``: standard deviation added to each coordinate, in units of a moon's radius. ``n``: points a domain for
    training, half of them in each moon; ``n_test``: fresh points a domain for scoring. ``pivot``: what the target is
    turned about: the ``centre`` of the moons, or the ``origin`` of coordinates, which moves them as well.
    """
    checks.number("rotation", rotation)
    checks.number("noise", noise, least=0, below=1e30)
    checks.whole_number("n", n, least=4)
    checks.whole_number("n_test", n_test, least=2)
    checks.one_of("pivot", pivot, PIVOTS)
    checks.whole_number("seed", seed, least=0)
    about = CENTRE if pivot == "centre" else (0.0, 0.0)
    seeds = np.random.SeedSequence(seed).generate_state(4)  # four draws that share no point
    x_source, y_source = _moons(n, noise, seeds[0])
    x_target, y_target = _moons(n, noise, seeds[1])
    x_source_test, y_source_test = _moons(n_test, noise, seeds[2])
    x_target_test, y_target_test = _moons(n_test, noise, seeds[3])
    return DomainPair(
        f"moons → moons turned by {rotation:g}°" + (" about the origin" if pivot == "origin" else ""),
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


def _moons(n: int, noise: float, seed: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_moons  # here, because importing scikit-learn takes a second

    return make_moons(n, noise=noise, random_state=int(seed))
