"""Numbers in the picture of a graph."""

import numpy as np

from minidann.plots.graph.nodes import factor, short


def test_numbers_are_short():
    values = [0.0, 1.0, 0.0913, 0.1, 1.234, 45.67, 99.7, 340.2, 12345.0, 2.54e-7, 3.2e15, np.inf, np.nan]
    expected = "0 1 .091 .10 1.2 46 100 340 1.2e+4 2.5e-7 3.2e+15 inf nan"
    assert [short(float(value)) for value in values] == expected.split()
    assert [factor(value) for value in (-0.7, -1.0, -12.0, -0.0)] == ["−0.70", "−1.00", "−12.00", "0"]
    assert factor(-0.00123) == "−0.0012"
