"""Two moons and the same two moons turned: the toy pair of the journal paper (Ganin et al. 2016, Fig. 2)."""

from __future__ import annotations

from functools import partial

import numpy as np

from .. import _validate
from .pairs import DomainPair
from .turned import CENTRE, turn, turned_pair

__all__ = ["CENTRE", "PIVOTS", "moons_pair", "turn"]

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
    _validate.number("noise", noise, least=0, below=1e30)
    _validate.one_of("pivot", pivot, PIVOTS)
    _validate.number("rotation", rotation)
    name = f"moons → moons turned by {rotation:g}°" + (" about the origin" if pivot == "origin" else "")
    about = CENTRE if pivot == "centre" else (0.0, 0.0)
    return turned_pair(name, partial(_moons, noise), rotation, n, n_test, about, seed)


def _moons(noise: float, n: int, seed: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_moons  # here, because importing scikit-learn takes a second

    return make_moons(n, noise=noise, random_state=int(seed))
