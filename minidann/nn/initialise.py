"""Random first weights (fan_in, fan_out) of a layer. They keep signals of one size from layer to layer.

``fan_in`` and ``fan_out``: the numbers that enter and leave one unit. ``rng``: a NumPy generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .. import _validate

Initialiser = Callable[[np.random.Generator, int, int], np.ndarray]


def he_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
    """N(0, 2/fan_in), for relu: it removes half of the signal (He et al. 2015, Eq. 10)."""
    _check(rng, fan_in, fan_out)
    return rng.standard_normal((fan_in, fan_out)) * math.sqrt(2 / fan_in)


def he_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
    """Uniform with the variance of ``he_normal``: ±√(6/fan_in)."""
    _check(rng, fan_in, fan_out)
    bound = np.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def glorot_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
    """N(0, 2/(fan_in + fan_out)): steady signals forward and gradients backward (Glorot & Bengio 2010)."""
    _check(rng, fan_in, fan_out)
    return rng.standard_normal((fan_in, fan_out)) * math.sqrt(2 / (fan_in + fan_out))


def glorot_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
    """Uniform with the variance of ``glorot_normal``: ±√(6/(fan_in + fan_out)) (Glorot & Bengio 2010, Eq. 16)."""
    _check(rng, fan_in, fan_out)
    bound = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def lecun_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
    """N(0, 1/fan_in), for tanh near its linear middle (LeCun et al. 1998, §4.6)."""
    _check(rng, fan_in, fan_out)
    return rng.standard_normal((fan_in, fan_out)) * math.sqrt(1 / fan_in)


def _check(rng: np.random.Generator, fan_in: int, fan_out: int) -> None:
    """Raises TypeError or ValueError for arguments of an initialiser that cannot be."""
    _validate.generator("rng", rng)
    _validate.whole_number("fan_in", fan_in, least=1)
    _validate.whole_number("fan_out", fan_out, least=1)
