"""Pairs of points in the plane: two moons, or two blobs, and the same points rotated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from .. import _validate
from .pairs import DomainPair

CENTRE = (0.5, 0.25)  # the middle of scikit-learn's two moons; a rotation by 180° about it maps them to themselves
N_POINTS = 300  # points of each domain for training, if no other number is given
PIVOTS = ("centre", "origin")
BLOB_DISTANCE = 1.0  # distance of the middle of each blob from CENTRE
BLOB_DEVIATION = 0.25  # standard deviation of a blob in each coordinate, without noise
Sizes = int | tuple[int, int]  # n examples in two halves, or the numbers of both classes
Sampler = Callable[[Sizes, np.uint32], tuple[np.ndarray, np.ndarray]]  # → points (n, 2), labels (n,)


def moons_pair(
    rotation: float = 35.0,
    noise: float = 0.05,
    n: int = N_POINTS,
    n_test: int = 1000,
    pivot: str = "centre",
    seed: int = 0,
    source_share: float = 0.5,
    target_share: float = 0.5,
) -> DomainPair:
    """Two moons with labels, and two moons rotated counter-clockwise (Ganin et al. 2016, Fig. 2).

    Parameters
    ----------
    rotation : float
        The rotation of the target in degrees.
    noise : float
        The standard deviation of the noise of each coordinate, in units of the radius of a moon.
    n, n_test : int
        The numbers of points of each domain for training and for scoring.
    pivot : str
        The fixed point of the rotation: the "centre" of the moons, or the "origin" of the coordinates. A rotation about
        the origin also moves the target.
    seed : int
        The seed of all points.
    source_share, target_share : float
        The share of class 1 among the points of each domain, for training and for scoring. Different shares are a
        label shift. The source needs a point of each class.

    Raises ValueError with the name of a bad argument.
    """
    _validate.number("noise", noise, least=0, below=1e30)
    _validate.one_of("pivot", pivot, PIVOTS)
    rotation = _validate.number("rotation", rotation)
    name = f"moons → moons turned by {rotation:g}°" + (" about the origin" if pivot == "origin" else "")
    about = CENTRE if pivot == "centre" else (0.0, 0.0)
    return rotated_pair(name, partial(_moons, noise), rotation, n, n_test, about, seed, source_share, target_share)


def blobs_pair(
    rotation: float = 35.0,
    noise: float = 0.05,
    n: int = N_POINTS,
    n_test: int = 1000,
    seed: int = 0,
    source_share: float = 0.5,
    target_share: float = 0.5,
) -> DomainPair:
    """Two round blobs, one for each class, and the same blobs rotated by ``rotation`` degrees.

    On this pair DANN can be certain and wrong. Up to 90° each blob of the target lies nearer to its own blob of the
    source; beyond 90° it lies nearer to the other one. Then DANN aligns the domains with swapped classes.

    ``noise``: added to the deviation 0.25 of the blobs, as independent noise. ``n``, ``n_test``, ``seed``,
    ``source_share``, ``target_share``: as in ``moons_pair``.

    Raises ValueError with the name of a bad argument.
    """
    _validate.number("noise", noise, least=0, below=1e30)
    rotation = _validate.number("rotation", rotation)
    name = f"blobs → blobs turned by {rotation:g}°"
    sample = partial(_blobs, noise)
    return rotated_pair(
        name, sample, rotation, n, n_test, seed=seed, source_share=source_share, target_share=target_share
    )


def rotated_pair(
    name: str,
    sample: Sampler,
    rotation: float,
    n: int,
    n_test: int,
    about: tuple[float, float] = CENTRE,
    seed: int = 0,
    source_share: float = 0.5,
    target_share: float = 0.5,
) -> DomainPair:
    """A pair of points from ``sample(sizes, seed)``, which returns points (n, 2) and labels (n,).

    The target is rotated counter-clockwise by ``rotation`` degrees ``about`` a point. Each domain has ``n`` points for
    training and ``n_test`` new points for scoring. ``sizes``: n for two halves, else the numbers of both classes.

    Raises ValueError with the name of a bad argument.
    """
    rotation = _validate.number("rotation", rotation)
    _validate.whole_number("n", n, least=4)
    _validate.whole_number("n_test", n_test, least=2)
    _validate.whole_number("seed", seed, least=0)
    check_shares(source_share, target_share, n)
    if source_share != 0.5 or target_share != 0.5:
        name += f", class 1: {100 * source_share:g} % → {100 * target_share:g} %"
    seeds = np.random.SeedSequence(seed).generate_state(4)  # four samples that share no point
    x_source, y_source = sample(_sizes(source_share, n), seeds[0])
    x_target, y_target = sample(_sizes(target_share, n), seeds[1])
    x_source_test, y_source_test = sample(_sizes(source_share, n_test), seeds[2])
    x_target_test, y_target_test = sample(_sizes(target_share, n_test), seeds[3])
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


def check_shares(source_share: float, target_share: float, n: int = N_POINTS) -> None:
    """Raises ValueError for a share outside 0…1, and if a class of the source has none of ``n`` points."""
    _validate.share("target_share", target_share)
    sizes = _sizes(_validate.share("source_share", source_share), n)
    if isinstance(sizes, tuple) and 0 in sizes:
        raise ValueError(f"source_share: got {source_share:g}, expected a point of each class among {n}")


def rotate(x: np.ndarray, degrees: float, about: tuple[float, float] = CENTRE) -> np.ndarray:
    """Points x (n, 2) rotated counter-clockwise ``about`` a point."""
    angle = np.deg2rad(degrees)
    # a point is a row, so the transposed rotation matrix stands on the right
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    rotated: np.ndarray = (x - about) @ rotation + about
    return rotated


def _sizes(share: float, n: int) -> Sizes:
    """n for two halves, as scikit-learn makes them; else the numbers of class 0 and of class 1."""
    ones = int(n * share + 0.5)
    return n if share == 0.5 else (n - ones, ones)


def _moons(noise: float, sizes: Sizes, seed: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_moons  # imported here, because scikit-learn takes a second to import

    x, y = make_moons(sizes, noise=noise, random_state=int(seed))
    return x, y


def _blobs(noise: float, sizes: Sizes, seed: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import make_blobs

    centres = np.array(CENTRE) + [[-BLOB_DISTANCE, 0.0], [BLOB_DISTANCE, 0.0]]
    deviation = float(np.hypot(BLOB_DEVIATION, noise))
    x, y = make_blobs(sizes, centers=centres, cluster_std=deviation, random_state=int(seed))
    return x, y
