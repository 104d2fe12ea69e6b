"""The tests of chapter 04."""

import chapter_04 as yours
import numpy as np

from minidann.exercises import expect


def cube(x):
    return (x**3).sum()


def product(x):
    return x[0] * x[1]


W = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])  # (2, 3)


def weighted(x):
    return (x * W).sum()


def test_numerical_gradient():
    expect("x³ at 1, with h = 0.1", yours.numerical_gradient(cube, np.array([1.0]), 0.1), [3.01])
    x = np.array([2.0, 5.0])
    found = yours.numerical_gradient(product, x, 0.1)
    expect("x₀ · x₁ at [2, 5], with h = 0.1", found, [5.0, 2.0])
    expect("x after the call", x, [2.0, 5.0])


def test_numerical_gradient_of_a_table():
    expect("Σ W · x for x (2, 3)", yours.numerical_gradient(weighted, np.ones((2, 3))), W)
    expect("x³ at 2, h left out", yours.numerical_gradient(cube, np.array([2.0])), [12.0])


def test_numerical_gradient_of_whole_numbers():
    x = np.array([2, 5])
    expect("x₀ · x₁ at whole numbers", yours.numerical_gradient(product, x), [5.0, 2.0])


X = np.array([2.0, 5.0])


def test_agrees():
    for g, right in (
        ([5.0, 2.0], True),
        ([5.0 + 1e-9, 2.0], True),  # the quotient is not exact either
        ([-5.0, -2.0], False),
        ([5.0, 2.1], False),
        ([4.9, 2.0], False),
        ([5.1, 1.9], False),
        ([0.0, 0.0], False),
        ([2.0, 5.0], False),
        ([5.0, 2.0 + 1e-5], False),
        ([5.0, np.nan], False),
        ([[5.0, 2.0]], False),
        (5.0, False),
    ):
        found = yours.agrees(product, np.array(g), X)
        expect(f"is {g} the gradient of x₀ · x₁ at [2, 5]?", found, right, g=g)


def test_agrees_at_large_and_small_numbers():
    found = yours.agrees(lambda x: 0 * x[0], np.array([0.0, 0.0]), np.array([1.0, 1.0]))
    expect("is [0, 0] the gradient of 0?", found, True, g=[0, 0])
    g = np.array([3e8, np.cos(1.0)])
    found = yours.agrees(lambda x: 1e8 * x[0] ** 3 + np.sin(x[1]), g, np.array([1.0, 1.0]))
    expect("is [3e8, cos 1] the gradient of 1e8 · x₀³ + sin x₁ at [1, 1]?", found, True, g=g)
    g = np.array([-3e8, np.cos(1.0)])
    found = yours.agrees(lambda x: -1e8 * x[0] ** 3 + np.sin(x[1]), g, np.array([1.0, 1.0]))
    expect("is [−3e8, cos 1] the gradient of −1e8 · x₀³ + sin x₁ at [1, 1]?", found, True, g=g)
    table = np.ones((2, 3))
    expect("is W the gradient of Σ W · x?", yours.agrees(weighted, W, table), True, g=W)
    wrong = W.copy()
    wrong[1, 2] += 0.01
    expect("is W with one wrong entry the gradient?", yours.agrees(weighted, wrong, table), False, g=wrong)
