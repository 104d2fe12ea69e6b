"""Made-up parameters and gradients, on any array library, for the tests of optimisers."""

import numpy as np

import minidann as md
from minidann.engine.backend import to_numpy


def make_parameters(xp=np, dtype=np.float64):
    rng = np.random.default_rng(0)
    return [md.Tensor(xp.asarray(rng.standard_normal(s).astype(dtype)), requires_grad=True) for s in [(2, 3), (3,), ()]]


def make_gradients(parameters, step, xp=np):
    """Made-up gradients, other ones at every step."""
    rng = np.random.default_rng(step)
    return {p: xp.asarray(rng.standard_normal(p.shape).astype(p.dtype)) for p in parameters}


def arrays_of(parameters):
    return [to_numpy(p.data).copy() for p in parameters]


def assert_same(parameters, expected, **tolerance):
    for p, array in zip(parameters, expected):
        np.testing.assert_allclose(to_numpy(p.data), array, **(tolerance or {"rtol": 1e-12}))
