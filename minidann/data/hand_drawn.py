"""A pair drawn by hand: dabs of a brush become points to train on, and others to score by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .. import _validate
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
    _validate.number("noise", noise, least=0, below=1e30)
    _validate.whole_number("seed", seed, least=0)
    missing = wanting(dabs)
    if missing:
        raise ValueError(f"dabs: got none for {missing[0]}, expected both labels of the source, and a target")
    # a stream of its own for each dab, so that the points of one stay where they are when another is added
    scattered = [noise * np.random.default_rng([seed, i]).standard_normal((2, EACH, 2)) for i in range(len(dabs))]
    arrays = {}
    for domain in ("source", "target"):
        own = [i for i, dab in enumerate(dabs) if dab.domain == domain]
        for fresh, ending in enumerate(("", "_test")):
            arrays[f"x_{domain}{ending}"] = np.concatenate([scattered[i][fresh] + dabs[i][:2] for i in own])
            arrays[f"y_{domain}{ending}"] = np.repeat([dabs[i].label for i in own], EACH)
    return DomainPair("drawn by hand", **arrays)


def wanting(dabs: Sequence[Dab]) -> list[str]:
    """What is still to be drawn before there is a pair, in words."""
    seen = {(dab.domain, dab.label) for dab in dabs}
    found = [f"source, class {label}" for label in (0, 1) if ("source", label) not in seen]
    return found + ["target"] * (not {("target", 0), ("target", 1)} & seen)
