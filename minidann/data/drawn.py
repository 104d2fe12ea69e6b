"""A pair drawn by hand: dabs of a brush become points to train on, and others to score by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .. import checks
from .pairs import DomainPair

EACH = 4  # points that a dab leaves in each set


class Dab(NamedTuple):
    """One touch of the brush: where, in which ``domain`` ("source" or "target"), and of which ``label`` (0 or 1)."""

    x: float
    y: float
    domain: str
    label: int


def drawn_pair(dabs: Sequence[Dab], noise: float = 0.05, seed: int = 0) -> DomainPair:
    """Each dab leaves four points in its domain's training set and four others in its test set, scattered about it with
    the standard deviation ``noise`` in each coordinate.

    The labels of the target's dabs are for scoring: those of its training points go into ``pair.oracle``. ValueError
    where there is no target, or where the source has not both labels.
    """
    checks.number("noise", noise, least=0, below=1e30)
    rng = np.random.default_rng(checks.whole_number("seed", seed, least=0))
    missing = wanting(dabs)
    if missing:
        raise ValueError(f"dabs: got none for {missing[0]}, expected both labels of the source, and a target")
    arrays = {}
    for domain in ("source", "target"):
        own = [dab for dab in dabs if dab.domain == domain]
        places = np.repeat([(dab.x, dab.y) for dab in own], EACH, axis=0)  # (points, 2)
        labels = np.repeat([dab.label for dab in own], EACH)
        for ending in ("", "_test"):
            arrays[f"x_{domain}{ending}"] = places + noise * rng.standard_normal(places.shape)
            arrays[f"y_{domain}{ending}"] = labels
    return DomainPair("drawn by hand", **arrays)


def wanting(dabs: Sequence[Dab]) -> list[str]:
    """What is still to be drawn before there is a pair, in words."""
    seen = {(dab.domain, dab.label) for dab in dabs}
    found = [f"source, class {label}" for label in (0, 1) if ("source", label) not in seen]
    return found + ["target"] * (not {("target", 0), ("target", 1)} & seen)
