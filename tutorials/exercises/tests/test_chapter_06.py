"""The tests of chapter 06."""

import chapter_06 as yours
import numpy as np

import minidann as md
from minidann.exercises import expect

PICTURE = np.array([[3.0, 5.0, 0.0, 2.0], [1.0, 4.0, 2.0, 2.0]])  # (2, 4)
RNG = np.random.default_rng(0)
X = RNG.standard_normal((2, 6, 9, 3))
G = RNG.standard_normal((2, 2, 3, 3))


def picture(array):
    """An array (h, w) as one picture of one channel."""
    return np.asarray(array, float)[None, :, :, None]


def test_max_pool():
    found = yours.max_pool(picture(PICTURE), 2)
    expect("shape of the pool of the example", np.shape(found), (1, 1, 2, 1))
    expect("pool of the example", np.ravel(found), [5.0, 2.0])
    below = yours.max_pool(picture(-PICTURE), 2)
    expect("pool of the example with minus signs", np.ravel(below), [-1.0, 0.0])


def test_max_pool_pictures():
    expect("2 pictures (6, 9) with 3 channels, k = 3", yours.max_pool(X, 3), md.max_pool(X, 3).data, x=X, k=3)


def test_pool_gradient():
    g = picture([[10.0, 20.0]])
    found = yours.pool_gradient(picture(PICTURE), 2, g)
    expect("shape of the gradient of the example", np.shape(found), (1, 2, 4, 1))
    expect("left window of the example, no tie", found[0, :, :2, 0], [[0.0, 10.0], [0.0, 0.0]])
    expect("right window of the example, a tie", found[0, :, 2:, 0], [[0.0, 20.0], [0.0, 0.0]])
    found = yours.pool_gradient(picture([[0.0, 1.0], [7.0, 3.0]]), 2, picture([[4.0]]))
    expect("window [[0, 1], [7, 3]] with g = 4", found[0, :, :, 0], [[0.0, 0.0], [4.0, 0.0]])
    found = yours.pool_gradient(picture([[-3.0, -1.0], [-2.0, -4.0]]), 2, picture([[4.0]]))
    expect("window [[-3, -1], [-2, -4]] with g = 4", found[0, :, :, 0], [[0.0, 4.0], [0.0, 0.0]])


def test_pool_gradient_of_pictures():
    x = md.Tensor(X, requires_grad=True)
    right = md.backprop((md.max_pool(x, 3) * G).sum())[x]
    expect("2 pictures (6, 9) with 3 channels, k = 3", yours.pool_gradient(X, 3, G), right, x=X, k=3, g=G)
    flat = np.ones((2, 6, 9, 3))
    x = md.Tensor(flat, requires_grad=True)
    right = md.backprop((md.max_pool(x, 3) * G).sum())[x]
    expect("pictures of ones: nothing but ties", yours.pool_gradient(flat, 3, G), right, x=flat, k=3, g=G)
