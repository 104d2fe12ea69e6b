"""Pairs that stand in for pairs of the paper's table whose data cannot be had. Their titles say what they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .digits import digits_pair, digits_split
from .pairs import DomainPair
from .readers import Images
from .real_pairs import DIGIT_SIDE, NUMBER_SIDE, Sets, grey_mnist, gtsrb, large_mnist, pair_of, synsigns
from .resizing import resized
from .road_signs import road_signs
from .street_numbers import street_numbers
from .synthetic_numbers import synthetic_numbers

NUMBERS, NUMBERS_TEST = 12_000, 3_000  # drawn images of numbers, in each domain
SIGNS, SIGNS_TEST = 8_600, 2_150  # drawn road signs: 200 and 50 of each class


def numbers_street(title: str, sets: Sets | None, seed: int) -> DomainPair:
    """Synthetic numbers → street numbers. Both are drawn."""
    return pair_of(title, _drawn(synthetic_numbers, seed), _drawn(street_numbers, seed))


def street_mnist(title: str, sets: Sets, seed: int) -> DomainPair:
    """Street numbers, which are drawn, → MNIST as images (n, 32, 32, 3)."""
    return pair_of(title, _drawn(street_numbers, seed), large_mnist(sets))


def drawnsigns_gtsrb(title: str, sets: Sets, seed: int) -> DomainPair:
    """Drawn road signs → GTSRB."""
    target = gtsrb(sets)
    return pair_of(title, _drawn_signs(target.x_train.shape[1], seed), target)


def allsigns_gtsrb(title: str, sets: Sets, seed: int) -> DomainPair:
    """SYN SIGNS and drawn road signs → GTSRB."""
    target = gtsrb(sets)
    side = target.x_train.shape[1]
    return pair_of(title, synsigns(sets, side, seed, _drawn_signs(side, seed)), target)


def mnist_scans(title: str, sets: Sets, seed: int) -> DomainPair:
    """MNIST → the scanned digits of scikit-learn."""
    return pair_of(title, grey_mnist(sets), _scans(seed))


def scans_mnist(title: str, sets: Sets, seed: int) -> DomainPair:
    """The scanned digits of scikit-learn → MNIST."""
    return pair_of(title, _scans(seed), grey_mnist(sets))


def small_pair(name: str) -> Callable[[str, Sets | None, int], DomainPair]:
    """The maker of the pair of ``digits_pair`` with this name."""

    def make(title: str, sets: Sets | None, seed: int) -> DomainPair:
        pair = digits_pair(name, seed)
        pair.name = title
        return pair

    return make


def _drawn(draw: Callable[[int, int, str, int], tuple[np.ndarray, np.ndarray]], seed: int) -> Images:
    train, test = draw(NUMBERS, seed, "train", NUMBER_SIDE), draw(NUMBERS_TEST, seed, "test", NUMBER_SIDE)
    return Images(*train, *test)


def _drawn_signs(side: int, seed: int) -> Images:
    return Images(*road_signs(SIGNS, seed, "train", side), *road_signs(SIGNS_TEST, seed, "test", side))


def _scans(seed: int) -> Images:
    """1,200 scans for training and 597 others for testing, chosen by ``seed``, as bytes (n, 28, 28, 1)."""
    from sklearn.datasets import load_digits  # imported here, because scikit-learn takes a second to import

    digits = load_digits()
    x = resized(np.round(digits.images * (255 / 16)).astype(np.uint8)[..., None], DIGIT_SIDE)
    train, test = digits_split(np.random.default_rng(seed))
    return Images(x[train], digits.target[train], x[test], digits.target[test])
