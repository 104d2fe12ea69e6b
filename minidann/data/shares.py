"""The shares of many classes in a domain: a label shift, or a class that the domain lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import _validate

N_CLASSES = 10


def class_shares(name: str, values: Sequence[float]) -> np.ndarray:
    """The shares of ten classes, (10,) with sum 1, from numbers that are proportional to the shares.

    Raises ValueError unless ``values`` are ten finite numbers of at least 0 and not all 0.
    """
    expected = f"{N_CLASSES} numbers of at least 0, not all 0, one for each class"
    found = _validate.array(name, values, 1, expected)
    if len(found) != N_CLASSES or (found < 0).any() or not found.any():
        shown = f"{len(found)} numbers" if len(found) != N_CLASSES else _validate.shown(found.tolist())
        raise ValueError(f"{name}: got {shown}, expected {expected}")
    scaled = found / found.max()  # the sum of very large numbers would be infinite
    shares: np.ndarray = scaled / scaled.sum()
    return shares


def drawn_by_class(labels: np.ndarray, shares: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` positions in ``labels`` in random order, with ``shares`` of the classes.

    Each example of a class comes equally often, or once more than another one.
    """
    counts = np.floor(n * shares).astype(int)
    rest = np.argsort(counts - n * shares, kind="stable")[: n - counts.sum()]  # the largest remainders get one more
    counts[rest] += 1
    drawn = [np.resize(rng.permutation(np.flatnonzero(labels == i)), count) for i, count in enumerate(counts)]
    found: np.ndarray = rng.permutation(np.concatenate(drawn))
    return found


def shares_title(shares: np.ndarray) -> str:
    """Words for the title of a pair: the lacking classes if all others have equal shares, else all shares."""
    lacking = np.flatnonzero(shares == 0)
    if np.ptp(shares[shares > 0]) < 1e-9:
        return f", target without {', '.join(map(str, lacking))}" if len(lacking) else ", target classes equal"
    return ", target classes in % " + " ".join(f"{100 * share:.3g}" for share in shares)
