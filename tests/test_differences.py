"""Tests of the central difference."""

import numpy as np
import pytest

from minidann._differences import central_difference


def test_the_slope_of_a_parabola_is_exact():
    assert central_difference(lambda t: (3 + t) ** 2, 0.5) == pytest.approx(6)


def test_each_entry_of_an_array_has_its_own_slope():
    found = central_difference(lambda t: np.array([np.sin(t), np.exp(2 * t)]), 1e-5)
    np.testing.assert_allclose(found, [1, 2], rtol=1e-9)


def test_the_error_falls_with_the_square_of_the_step():
    errors = [abs(central_difference(np.exp, step) - 1) for step in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-3)
