"""A pair drawn by hand: each dab of a brush becomes some points for training and some for scoring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .pairs import DomainPair

POINTS_PER_DAB = 4  # points of a dab in each set


class Dab(NamedTuple):
    """One touch of the brush at (x, y). ``domain``: "source" or "target". ``label``: 0 or 1."""

    x: float
    y: float
    domain: str
    label: int


def drawn_pair(dabs: Sequence[Dab], noise: float = 0.05, seed: int = 0) -> DomainPair:
    """A pair of points around the dabs: four points for training and four others for scoring around each dab.

    ``noise``: the standard deviation of the points around their dab, in each coordinate. Labels of the target's dabs
    are for scores: those of training points are in ``pair.oracle``. Raises ValueError without a target, or if the
    source lacks a class.
    """
    _validate.number("noise", noise, least=0, below=1e30)
    _validate.whole_number("seed", seed, least=0)
    for dab in _validate.sequence("dabs", dabs, "a list of Dabs"):
        _check_dab(dab)
    missing = missing_classes(dabs)
    if missing:
        raise ValueError(f"dabs: got none for {missing[0]}, expected both labels of the source, and a target")
    # each dab has random numbers of its own: a further dab moves no other points
    scattered = [
        noise * np.random.default_rng([seed, i]).standard_normal((2, POINTS_PER_DAB, 2)) for i in range(len(dabs))
    ]
    arrays = {}
    for domain in ("source", "target"):
        own = [i for i, dab in enumerate(dabs) if dab.domain == domain]
        for fresh, ending in enumerate(("", "_test")):
            arrays[f"x_{domain}{ending}"] = np.concatenate([scattered[i][fresh] + dabs[i][:2] for i in own])
            arrays[f"y_{domain}{ending}"] = np.repeat([dabs[i].label for i in own], POINTS_PER_DAB)
    return DomainPair.made("drawn by hand", **arrays)


def _check_dab(dab: Any) -> None:
    """Raises TypeError or ValueError unless ``dab`` is a Dab at a finite place, with a known domain and label."""
    if not isinstance(dab, Dab):
        raise TypeError(f"dabs: got {_validate.shown(dab)} in it, expected only Dabs")
    for place in dab[:2]:
        _validate.number("dabs", place)
    _validate.one_of("dabs", dab.domain, ("source", "target"))
    _validate.whole_number("dabs", dab.label, least=0, below=2)


def missing_classes(dabs: Sequence[Dab]) -> list[str]:
    """The names of the classes and domains that still lack a dab; [] for a complete pair."""
    seen = {(dab.domain, dab.label) for dab in dabs}
    found = [f"source, class {label}" for label in (0, 1) if ("source", label) not in seen]
    return found + ["target"] * (not {("target", 0), ("target", 1)} & seen)
