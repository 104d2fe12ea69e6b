"""Pairs of points in the plane: two moons, or two blobs, and the same points rotated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from .. import _validate
from .pairs import DomainPair

CENTRE = (0.5, 0.25)  # the middle of scikit-learn's two moons; a rotation by 180° about it maps them to themselves
PIVOTS = ("centre", "origin")
BLOB_DISTANCE = 1.0  # distance of the middle of each blob from CENTRE
BLOB_DEVIATION = 0.25  # standard deviation of a blob in each coordinate, without noise
Sampler = Callable[[int, np.uint32], tuple[np.ndarray, np.ndarray]]  # (n, seed) → points (n, 2), labels (n,)


def moons_pair(
    rotation: float = 35.0,
    noise: float = 0.05,
    n: int = 300,
    n_test: int = 1000,
    pivot: str = "centre",
    seed: int = 0,
) -> DomainPair:
    """Two moons with labels, and two moons rotated counter-clockwise (Ganin et al. 2016, Fig. 2).

    Parameters
    ----------
    rotation : float
        The rotation of the target in degrees.
    noise : float
        The standard deviation of the noise of each coordinate, in units of the radius of a moon.
    n, n_test : int
        The numbers of points of each domain for training and for scoring, half of them in each moon.
    pivot : str
        The fixed point of the rotation: the "centre" of the moons, or the "origin" of the coordinates. A rotation about
        the origin also moves the target.
    seed : int
        The seed of all points.

    Raises ValueError with the name of a bad argument.
    """
    _validate.number("noise", noise, least=0, below=1e30)
    _validate.one_of("pivot", pivot, PIVOTS)
    rotation = _validate.number("rotation", rotation)
    name = f"moons → moons turned by {rotation:g}°" + (" about the origin" if pivot == "origin" else "")
    about = CENTRE if pivot == "centre" else (0.0, 0.0)
    return rotated_pair(name, partial(_moons, noise), rotation, n, n_test, about, seed)


def blobs_pair(
    rotation: float = 35.0, noise: float = 0.05, n: int = 300, n_test: int = 1000, seed: int = 0
) -> DomainPair:
    """Two round blobs, one for each class, and the same blobs rotated by ``rotation`` degrees.

    On this pair DANN can be certain and wrong. Up to 90° each blob of the target lies nearer to its own blob of the
    source; beyond 90° it lies nearer to the other one. Then DANN aligns the domains with swapped classes.

    ``noise``: added to the deviation 0.25 of the blobs, as independent noise. ``n``, ``n_test``, ``seed``: as in
    ``moons_pair``.

    Raises ValueError with the name of a bad argument.
    """
    _validate.number("noise", noise, least=0, below=1e30)
    rotation = _validate.number("rotation", rotation)
    name = f"blobs → blobs turned by {rotation:g}°"
    return rotated_pair(name, partial(_blobs, noise), rotation, n, n_test, seed=seed)


def rotated_pair(
    name: str,
    sample: Sampler,
    rotation: float,
    n: int,
    n_test: int,
    about: tuple[float, float] = CENTRE,
    seed: int = 0,
) -> DomainPair:
    """A pair of points from ``sample(n, seed)``, which returns points (n, 2) and labels (n,).

    The target is rotated counter-clockwise by ``rotation`` degrees ``about`` a point. Each domain has ``n`` points for
    training and ``n_test`` new points for scoring.

    Raises ValueError with the name of a bad argument.
    """
    rotation = _validate.number("rotation", rotation)
    _validate.whole_number("n", n, least=4)
    _validate.whole_number("n_test", n_test, least=2)
    _validate.whole_number("seed", seed, least=0)
    seeds = np.random.SeedSequence(seed).generate_state(4)  # four samples that share no point
    x_source, y_source = sample(n, seeds[0])
    x_target, y_target = sample(n, seeds[1])
    x_source_test, y_source_test = sample(n_test, seeds[2])
    x_target_test, y_target_test = sample(n_test, seeds[3])
    return DomainPair.made(
        name,
        x_source=x_source,
        y_source=y_source,
        x_target=rotate(x_target, rotation, about),
        y_target=y_target,
        x_source_test=x_source_test,
        y_source_test=y_source_test,
        x_target_test=rotate(x_target_test, rotation, about),
        y_target_test=y_target_test,
    )


def rotate(x: np.ndarray, degrees: float, about: tuple[float, float] = CENTRE) -> np.ndarray:
    """Points x (n, 2) rotated counter-clockwise ``about`` a point."""
    angle = np.deg2rad(degrees)
    # a point is a row, so the transposed rotation matrix stands on the right
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rotated: np.ndarray = (x - about) @ rotation + about
    return rotated


def _moons(noise: float, n: int, seed: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_moons  # imported here, because scikit-learn takes a second to import

    x, y = make_moons(n, noise=noise, random_state=int(seed))
    return x, y


def _blobs(noise: float, n: int, seed: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_blobs

    centres = np.array(CENTRE) + [[-BLOB_DISTANCE, 0.0], [BLOB_DISTANCE, 0.0]]
    deviation = float(np.hypot(BLOB_DEVIATION, noise))
    x, y = make_blobs(n, centers=centres, cluster_std=deviation, random_state=int(seed))
    return x, y
