"""Arrows into one box keep apart."""

import numpy as np

from minidann.plots.graph.coordinates import spread


def test_spread_moves_no_more_than_it_must():
    assert spread([1.0, 3.0], 0.5, 0, 4) == [1.0, 3.0]
    assert spread([2.0, 2.0], 0.5, 0, 4) == [1.75, 2.25]
    assert spread([4.0, 4.0], 0.5, 0, 4) == [3.5, 4.0]
    np.testing.assert_allclose(spread([1.0, 2.0, 2.0, 2.0], 0.5, 0, 4), [1.0, 1.5, 2.0, 2.5])
