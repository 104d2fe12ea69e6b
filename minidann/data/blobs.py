"""Two clouds of points and the same two turned: the pair on which DANN is wrong with conviction.

Up to a right angle each cloud of the target lies nearer to its own of the source; beyond, nearer to the other. Domains
that lie on one another have no memory of that, so past 90° DANN lays the classes on one another the wrong way round.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from .. import _validate
from .pairs import DomainPair
from .turned import CENTRE, turned_pair

APART, WIDE = 1.0, 0.25  # how far the clouds' middles lie from the centre, and the clouds' own deviation


def blobs_pair(
    rotation: float = 35.0, noise: float = 0.05, n: int = 300, n_test: int = 1000, seed: int = 0
) -> DomainPair:
    """Source: two round clouds beside one another, a class each. Target: the same, turned by ``rotation`` degrees.

    ``noise``: standard deviation added to each coordinate, beside the clouds' own of 0.25. ``n``, ``n_test``: points a
    domain, as for ``moons_pair``.
    """
    _validate.number("noise", noise, least=0, below=1e30)
    _validate.number("rotation", rotation)
    return turned_pair(f"blobs → blobs turned by {rotation:g}°", partial(_blobs, noise), rotation, n, n_test, seed=seed)


def _blobs(noise: float, n: int, seed: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_blobs

    centres = np.array(CENTRE) + [[-APART, 0.0], [APART, 0.0]]
    return make_blobs(n, centers=centres, cluster_std=float(np.hypot(WIDE, noise)), random_state=int(seed))
