"""Gradients by central differences: the slow, sure way to know a derivative, as an oracle for the sweep."""

import numpy as np

import minidann as md
from minidann.engine.backend import to_numpy


def numerical_gradient(function, arrays, i, seed, step=1e-6):
    """∂(Σ seed · function(*arrays)) / ∂arrays[i], element by element: (f(x + h) − f(x − h)) / 2h. float64 in and out.

    ``function`` takes tensors and gives one back.
    """
    arrays = [np.array(array, dtype=np.float64) for array in arrays]

    def value():
        return float((seed * to_numpy(function(*[md.Tensor(array.copy()) for array in arrays]).data)).sum())

    gradient = np.zeros_like(arrays[i])
    for place in np.ndindex(gradient.shape):
        middle = arrays[i][place]
        arrays[i][place] = middle + step
        above = value()
        arrays[i][place] = middle - step
        gradient[place] = (above - value()) / (2 * step)
        arrays[i][place] = middle
    return gradient


def swept(function, *arrays, seed=None):
    """The result's array and one gradient for each of ``arrays``, by ``backprop``."""
    inputs = [md.Tensor(array, requires_grad=True) for array in arrays]
    out = function(*inputs)
    gradients = md.backprop(out, upstream=seed)
    return out.data, [gradients[tensor] for tensor in inputs]


def assert_gradient_is_right(function, *arrays, rtol=1e-6, atol=1e-7, factor=1.0):
    """The sweep's gradients, from a random one above, equal ``factor`` times the numerical ones, in shape and value."""
    arrays = [np.asarray(to_numpy(array), dtype=np.float64) for array in arrays]
    shape = function(*[md.Tensor(array) for array in arrays]).shape
    seed = np.random.default_rng(99).standard_normal(shape)
    _, gradients = swept(function, *arrays, seed=seed)
    for i, (array, gradient) in enumerate(zip(arrays, gradients)):
        assert gradient.shape == array.shape
        assert gradient.dtype == np.float64
        expected = factor * numerical_gradient(function, arrays, i, seed)
        np.testing.assert_allclose(
            to_numpy(gradient), expected, rtol=rtol, atol=atol, err_msg=f"input {i} of {len(arrays)}"
        )
