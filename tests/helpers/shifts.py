"""Shifts between two domains, made from data sets that scikit-learn ships: 2 to 10 classes, 2 to 64 columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import ndimage
from sklearn import datasets

Table = tuple[np.ndarray, np.ndarray]  # inputs (n, width) and labels (n,)


class Shift(NamedTuple):
    """A labelled source, and a target whose labels are for scores only."""

    x_source: np.ndarray
    y_source: np.ndarray
    x_target: np.ndarray
    y_target: np.ndarray


def halves(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> tuple[Table, Table]:
    """Two random halves: for the source and for the target."""
    order = rng.permutation(len(x))
    half = len(x) // 2
    return (x[order[:half]], y[order[:half]]), (x[order[half:]], y[order[half:]])


def rotated(x: np.ndarray, degrees: float) -> np.ndarray:
    """Points (n, 2), rotated about their mean."""
    a = np.radians(degrees)
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return (x - x.mean(0)) @ turn + x.mean(0)


def kept(x: np.ndarray, y: np.ndarray, shares: dict[int, float], rng: np.random.Generator) -> Table:
    """The rows of a table, those of a class in ``shares`` with this probability only."""
    stay = rng.random(len(y)) < np.array([shares.get(int(label), 1.0) for label in y])
    return x[stay], y[stay]


def moons(degrees: float) -> Callable[[int], Shift]:
    """Moons of 300 points, the target rotated."""

    def made(seed: int) -> Shift:
        x, y = datasets.make_moons(300, noise=0.05, random_state=seed)
        x_target, y_target = datasets.make_moons(300, noise=0.05, random_state=seed + 1000)
        return Shift(x, y, rotated(x_target, degrees), y_target)

    return made


def blobs_moved(seed: int) -> Shift:
    """Five blobs in four dimensions, the target moved by 3 in a random direction."""
    rng = np.random.default_rng(seed)
    x, y = datasets.make_blobs(600, 4, centers=5, cluster_std=1.2, center_box=(-5, 5), random_state=seed)
    (x_source, y_source), (x_target, y_target) = halves(x, y, rng)
    way = rng.normal(size=4)
    return Shift(x_source, y_source, x_target + 3.0 * way / np.linalg.norm(way), y_target)


def classification_rotated(seed: int) -> Shift:
    """2,000 rows of 12 columns and 4 classes, the target rotated by 40° in three planes."""
    rng = np.random.default_rng(seed)
    x, y = datasets.make_classification(
        2000, 12, n_informative=8, n_classes=4, n_clusters_per_class=1, class_sep=1.5, random_state=seed
    )
    (x_source, y_source), (x_target, y_target) = halves(x, y, rng)
    columns = rng.permutation(12)
    for a, b in columns[:6].reshape(3, 2):
        x_target[:, [a, b]] = rotated(x_target[:, [a, b]], 40)
    return Shift(x_source, y_source, x_target, y_target)


def iris_units(seed: int) -> Shift:
    """Iris, the target measured with an offset and a stretch of each column."""
    rng = np.random.default_rng(seed)
    (x, y), (x_target, y_target) = halves(*datasets.load_iris(return_X_y=True), rng)
    return Shift(x, y, x_target * rng.uniform(0.8, 1.25, 4) + rng.normal(0, 0.3, 4), y_target)


def iris_without_a_class(seed: int) -> Shift:
    """Iris, no row of class 2 in the target, which has a small offset."""
    rng = np.random.default_rng(seed)
    (x, y), (x_target, y_target) = halves(*datasets.load_iris(return_X_y=True), rng)
    x_target, y_target = kept(x_target, y_target, {2: 0.0}, rng)
    return Shift(x, y, x_target + rng.normal(0, 0.15, 4), y_target)


def wine_noise(seed: int) -> Shift:
    """Wine, the target with noise and an offset in each of its 13 columns."""
    rng = np.random.default_rng(seed)
    (x, y), (x_target, y_target) = halves(*datasets.load_wine(return_X_y=True), rng)
    deviation = x.std(0)
    x_target = x_target + deviation * (rng.normal(0, 0.7, 13) + rng.normal(0, 0.7, x_target.shape))
    return Shift(x, y, x_target, y_target)


def wine_label_shift(seed: int) -> Shift:
    """Wine, 0.3 of the rows of class 0 in the source, and 0.2 of those of class 2 in the target."""
    rng = np.random.default_rng(seed)
    (x, y), (x_target, y_target) = halves(*datasets.load_wine(return_X_y=True), rng)
    return Shift(*kept(x, y, {0: 0.3}, rng), *kept(x_target, y_target, {2: 0.2}, rng))


def cancer_by_size(seed: int) -> Shift:
    """Breast cancer, 569 rows of 30 columns: small nuclei in the source, large ones in the target."""
    rng = np.random.default_rng(seed)
    x, y = datasets.load_breast_cancer(return_X_y=True)
    radius = (x[:, 0] - x[:, 0].mean()) / x[:, 0].std()
    to_target = rng.random(len(x)) < 1 / (1 + np.exp(-1.5 * radius))
    return Shift(x[~to_target], y[~to_target], x[to_target], y[to_target])


def cancer_drift(seed: int) -> Shift:
    """Breast cancer, the target with a drift of each column by 0.8 deviations."""
    rng = np.random.default_rng(seed)
    (x, y), (x_target, y_target) = halves(*datasets.load_breast_cancer(return_X_y=True), rng)
    return Shift(x, y, x_target + x.std(0) * rng.normal(0, 0.8, 30), y_target)


def cancer_alike(seed: int) -> Shift:
    """Breast cancer, no shift at all."""
    (x, y), (x_target, y_target) = halves(*datasets.load_breast_cancer(return_X_y=True), np.random.default_rng(seed))
    return Shift(x, y, x_target, y_target)


def diabetes_by_sex(seed: int) -> Shift:
    """Diabetes, 442 rows of 9 columns, the disease above its median or not: one sex as source, the other as target."""
    x, progress = datasets.load_diabetes(return_X_y=True)
    y, is_target = (progress > np.median(progress)).astype(int), x[:, 1] > 0
    x = np.delete(x, 1, axis=1) + np.random.default_rng(seed).normal(0, 1e-6, (len(x), 9))
    return Shift(x[~is_target], y[~is_target], x[is_target], y[is_target])


def digits(change: Callable[[np.ndarray, np.random.Generator], np.ndarray], **shares: float) -> Callable[[int], Shift]:
    """Digits as 64 columns, half of them the source. ``change`` makes the target images (n, 8, 8) from the others.

    ``shares``: of the classes in the target, by names such as _3.
    """

    def made(seed: int) -> Shift:
        rng = np.random.default_rng(seed)
        (x, y), (x_target, y_target) = halves(*datasets.load_digits(return_X_y=True), rng)
        x_target, y_target = kept(x_target, y_target, {int(k[1:]): v for k, v in shares.items()}, rng)
        return Shift(x, y, change(x_target.reshape(-1, 8, 8), rng).reshape(-1, 64), y_target)

    return made


def turned(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images rotated by 25°."""
    return ndimage.rotate(x, 25, axes=(1, 2), reshape=False, order=1)


def faded(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images of less contrast on grey, with noise."""
    return x * 0.5 + 4 + rng.normal(0, 2.0, x.shape)


def same(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The images as they are."""
    return x


SHIFTS: dict[str, Callable[[int], Shift]] = {
    "moons, 35°": moons(35),
    "moons, 60°": moons(60),
    "blobs, moved": blobs_moved,
    "classification, rotated": classification_rotated,
    "iris, other units": iris_units,
    "iris, a class missing": iris_without_a_class,
    "wine, noise and offset": wine_noise,
    "wine, label shift": wine_label_shift,
    "cancer, by size": cancer_by_size,
    "cancer, drift": cancer_drift,
    "cancer, no shift": cancer_alike,
    "diabetes, by sex": diabetes_by_sex,
    "digits, rotated": digits(turned),
    "digits, faded, noise": digits(faded),
    "digits, label shift": digits(same, _0=0.25, _1=0.25, _2=0.25, _3=0.25, _4=0.25),
}
