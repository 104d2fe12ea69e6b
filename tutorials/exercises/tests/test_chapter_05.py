"""The tests of chapter 05. They compare with the convolution of the package."""

import chapter_05 as yours
import numpy as np

import minidann as md
from minidann.exercises import expect


def row(*numbers):
    """One picture with one row and one channel, or one such map."""
    return np.array(numbers, float).reshape(1, 1, -1, 1)


FILTER = np.array([10.0, 1.0]).reshape(1, 2, 1, 1)


def check(name, x, filters, stride):
    right = md.convolve(x, filters, np.zeros(filters.shape[3]), stride, "valid").data
    expect(f"maps of {name}", yours.convolve(x, filters, stride), right, x=x, filters=filters, stride=stride)


def test_convolve():
    found = yours.convolve(row(1, 2, 3, 4, 5), FILTER, 2)
    expect("shape of the maps of [1, 2, 3, 4, 5], stride 2", np.shape(found), (1, 1, 2, 1))
    expect("maps of [1, 2, 3, 4, 5], stride 2", np.ravel(found), [12.0, 34.0])


RNG = np.random.default_rng(0)
X = RNG.standard_normal((2, 5, 6, 3))
FILTERS = RNG.standard_normal((2, 3, 3, 4))


def test_convolve_pictures():
    check("one picture (1, 4, 4, 1), stride 1", X[:1, :4, :4, :1], FILTERS[:2, :2, :1, :1], 1)
    check("one picture with 3 channels", X[:1], FILTERS[..., :1], 2)
    check("2 pictures, 4 filters, stride 2", X, FILTERS, 2)
    check("2 pictures, 4 filters, stride 1", X, FILTERS, 1)


def test_picture_gradient():
    x = row(1, 2, 3, 4, 5)
    found = yours.picture_gradient(x, FILTER, 2, row(2, 3))
    expect("shape of the gradient of [1, 2, 3, 4, 5]", np.shape(found), x.shape)
    expect("gradient of [1, 2, 3, 4, 5], stride 2", np.ravel(found), [20.0, 2.0, 30.0, 3.0, 0.0])
    found = yours.picture_gradient(row(1, 2, 3), FILTER, 1, row(2, 3))
    expect("gradient of [1, 2, 3], stride 1", np.ravel(found), [20.0, 32.0, 3.0])


def test_picture_gradient_of_pictures():
    for name, x, filters, stride in (
        ("one picture, one filter", X[:1, :4, :4, :1], FILTERS[:2, :2, :1, :1], 1),
        ("3 channels, one filter", X[:1], FILTERS[..., :1], 2),
        ("2 pictures, 4 filters", X, FILTERS, 2),
    ):
        tensor = md.Tensor(x, requires_grad=True)
        maps = md.convolve(tensor, filters, np.zeros(filters.shape[3]), stride, "valid")
        g = np.random.default_rng(1).standard_normal(maps.shape)
        right = md.backprop((maps * g).sum())[tensor]
        found = yours.picture_gradient(x, filters, stride, g)
        expect(f"gradient of {name}, stride {stride}", found, right, x=x, filters=filters, stride=stride, g=g)
