"""Boxes have the size that is reckoned with, whatever their shape."""

import numpy as np
import pytest

from minidann.plots.graph.pen import outline


@pytest.mark.parametrize("shape", ["box", "slanted", "pointed", "cut"])
def test_an_outline_fills_its_box(shape):
    corners = np.array(outline(shape, 3, 1, 2, 0.5))
    np.testing.assert_allclose([corners.min(axis=0), corners.max(axis=0)], [(2, 0.75), (4, 1.25)])
    assert len(corners) == {"box": 4, "slanted": 4, "pointed": 6, "cut": 8}[shape]
