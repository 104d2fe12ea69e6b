"""The tests of chapter 15. Both exercises are compared with formulas, and the Jacobian with the package, too."""

import chapter_15 as yours
import numpy as np

from minidann import games
from minidann.exercises import expect, several


def cubic(z):
    """A field with a different derivative at each place."""
    x, y, w = z
    return np.array([x**3 + 2 * y, 4 * x * w + y, y**2 - w**3])


def test_jacobian():
    z = np.array([0.5, -1.0, 2.0])
    x, y, w = z
    found = yours.jacobian(cubic, z, 0.1)
    right = np.array([[3 * x**2 + 0.01, 2, 0], [4 * w, 1, 4 * x], [0, 2 * y, -3 * w**2 - 0.01]])  # (h² from the cubes)
    expect("J of the field [x³ + 2y, 4xw + y, y² − w³]", found, right, field=cubic, z=z, h=0.1)
    expect("z after the call", z, np.array([0.5, -1.0, 2.0]))


def test_jacobian_of_the_smallest_dann():
    game, z = games.SmallestDANN(0.5, labels=True), np.array([1.0, 0.5])
    found, right = yours.jacobian(game.field, z, 1e-5), games.jacobian(game.field, z)
    expect("J of the smallest DANN", found, right, field=game.field, z=z, h=1e-5)


NAMES = ("radius", "complex", "lowest", "highest")
ROTATES = [[0.1, -0.55, 0.0, 0.8], [-0.55, 0.0, 0.0, 0.9], [0.0, 0.0, 0.3, 0.55], [-0.4, -0.45, 0.55, 0.9]]
REAL = [[2.0, 0.5, 0.1], [0.5, 1.2, 0.2], [-0.1, -0.2, 0.4]]
SADDLE = [[0.5, 0.4, 0.2], [-0.6, 0.5, -0.3], [-0.3, -0.3, 0.6]]


def check(J, n, rate):
    J = np.array(J)
    found = several("what read_jacobian returns", yours.read_jacobian(J, n, rate), 4)
    mu = np.roots(np.poly(J))  # the zeros of the characteristic polynomial
    right = (
        max(abs(1 - rate * each) for each in mu),
        sum(abs(each.imag) > 1e-9 for each in mu),
        min(np.roots(np.poly(J[:n, :n])).real),
        -min(np.roots(np.poly(J[n:, n:])).real),
    )
    for name, value, expected in zip(NAMES, found, right):
        expect(f"{name} of J ({len(J)}, {len(J)}), n = {n}", value, expected, J=J, n=n, rate=rate, which=name)


def test_read_jacobian():
    check(ROTATES, 2, 0.8)


def test_read_jacobian_with_real_eigenvalues():
    check(REAL, 2, 0.3)


def test_read_jacobian_at_a_saddle():
    check(SADDLE, 1, 1.0)
