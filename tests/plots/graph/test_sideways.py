"""Boxes from left to right: no two on one another, and arrows from side to side."""

import numpy as np
import pytest
from helpers.drawn import overlapping

from minidann.plots.graph.pen import Block, Pen, Word
from minidann.plots.graph.sideways import Sideways


def test_arrows_leave_at_the_right_and_arrive_at_the_left():
    blocks = [Block("layer", [[Word(f"layer {i}")]] * (1 + i % 3)) for i in range(6)]
    picture = Sideways(blocks, [(), (0,), (0,), (1,), (2, 1), (3, 4)])
    pen = Pen(None, picture.width, picture.height)
    picture.draw(pen, 0, 0)
    extents = np.array([box[0].get_path().get_extents().extents for box in picture.boxes])
    assert overlapping(extents) == []
    assert extents.min() >= -1e-9
    assert (extents[:, 2] <= picture.width + 1e-9).all()
    assert (extents[:, 3] <= picture.height + 1e-9).all()
    for consumer, sources in enumerate(picture.inputs):
        lines = picture.edges[consumer][::2]
        assert len(lines) == len(sources)
        for source, line in zip(sources, lines):
            points = line.get_path().vertices
            assert points[0][0] == pytest.approx(extents[source][2])
            assert extents[source][1] < points[0][1] < extents[source][3]
            assert 0 < extents[consumer][0] - points[-1][0] < 0.1  # the head of the arrow is there
            assert extents[consumer][1] < points[-1][1] < extents[consumer][3]
