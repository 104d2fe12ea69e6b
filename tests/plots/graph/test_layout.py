"""Boxes keep apart, edges run round them, chains are straight and forks are in the middle."""

import time
from itertools import combinations, product

import numpy as np
import pytest

from minidann.plots.graph.coordinates import BETWEEN
from minidann.plots.graph.layout import lay_out, rows


def random_graph(seed, n=40, leaves=6):
    """A graph of n nodes of one or two inputs each, some of which are far away or used twice."""
    rng = np.random.default_rng(seed)
    inputs = [()] * leaves
    inputs += [tuple(int(i) for i in rng.integers(0, k, rng.integers(1, 3))) for k in range(leaves, n)]
    return inputs, [(float(width), 0.4) for width in rng.uniform(0.4, 2.0, n)]


def boxes_of(layout, sizes):
    """left, top, right, bottom of each box."""
    return [(x - w / 2, y, x + w / 2, y + h) for x, y, (w, h) in zip(layout.x, layout.y, sizes)]


def runs_through(points, box):
    """Whether a line, all its pieces upright or level, has points inside a box."""
    left, top, right, bottom = box
    return any(
        max(left, min(a[0], b[0])) <= min(right, max(a[0], b[0]))
        and max(top, min(a[1], b[1])) <= min(bottom, max(a[1], b[1]))
        for a, b in zip(points, points[1:])
    )


@pytest.mark.parametrize("seed", range(12))
def test_boxes_keep_apart_and_edges_run_round_them(seed):
    inputs, sizes = random_graph(seed)
    layout = lay_out(inputs, sizes)
    boxes = boxes_of(layout, sizes)
    for a, b in combinations(boxes, 2):
        assert a[2] + BETWEEN <= b[0] + 1e-6 or b[2] + BETWEEN <= a[0] + 1e-6 or a[3] < b[1] or b[3] < a[1]
    for edge in layout.edges:
        (start, *_, end), source, consumer = edge.points, boxes[edge.source], boxes[edge.consumer]
        assert start == pytest.approx((layout.x[edge.source], source[3]))
        assert consumer[0] < end[0] < consumer[2]
        assert end[1] == consumer[1]
        assert all(a[1] <= b[1] for a, b in zip(edge.points, edge.points[1:])), "an edge goes up"
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in zip(edge.points, edge.points[1:])), "an edge is slanted"
        for i, box in enumerate(boxes):
            assert i in (edge.source, edge.consumer) or not runs_through(edge.points, box)
    assert min(box[0] for box in boxes) >= 0
    assert max(box[2] for box in boxes) <= layout.width
    assert max(box[3] for box in boxes) == layout.height


def test_every_use_is_an_edge_and_two_uses_by_one_op_end_apart():
    inputs = [(), (0, 0), (1, 0), (2, 1, 1)]
    layout = lay_out(inputs, [(1.0, 0.3)] * 4)
    assert [(edge.source, edge.consumer) for edge in layout.edges] == [
        (source, consumer) for consumer, sources in enumerate(inputs) for source in sources
    ]
    for consumer in (1, 3):
        ends = [edge.points[-1][0] for edge in layout.edges if edge.consumer == consumer]
        assert len(set(np.round(ends, 2))) == len(inputs[consumer])


def test_a_node_stands_below_its_inputs_and_a_leaf_just_above_what_uses_it():
    #         x   w  x@w tanh  v  ·@v  add (skips from x@w)
    inputs = [(), (), (0, 1), (2,), (), (3, 4), (2, 5)]
    assert rows(inputs) == [0, 0, 1, 2, 2, 3, 4]
    # what is made of leaves comes down to where it is used, and they come along: 6 is 4 @ 5
    assert rows([(), (0,), (1,), (2,), (), (), (4, 5), (3, 6)]) == [0, 1, 2, 3, 2, 2, 3, 4]


def test_two_chains_with_shared_leaves_are_straight_and_what_joins_them_is_in_their_middle():
    inputs = [(), (), ()]  # two inputs, and a weight that both chains use first
    inputs += [(0, 2), (1, 2), (3,), (4,), (), (5, 7), (6, 7), (8, 9)]
    sizes = [(1.0 + 0.1 * (i % 4), 0.3) for i in range(len(inputs))]
    layout = lay_out(inputs, sizes, light=[i in (2, 7) for i in range(len(inputs))])
    one, other = ({round(layout.x[i], 6) for i in chain} for chain in ((0, 3, 5, 8), (1, 4, 6, 9)))
    assert len(one) == len(other) == 1
    assert layout.x[10] == pytest.approx((one.pop() + other.pop()) / 2)
    straight = [edge for edge in layout.edges if edge.source in (0, 1, 3, 4, 5, 6)]
    assert all(len({x for x, _ in edge.points}) == 1 for edge in straight[:-2])


@pytest.mark.parametrize("seed", range(12))
def test_edges_from_different_nodes_cross_but_never_run_along_one_another(seed):
    layout = lay_out(*random_graph(seed))
    pieces = {}  # by source, so that what leaves it together counts once
    for edge in layout.edges:
        pieces.setdefault(edge.source, set()).update(zip(edge.points, edge.points[1:]))
    for one, other in combinations(pieces.values(), 2):
        for (a, b), (c, d) in product(one, other):
            for along, across in ((0, 1), (1, 0)):
                if abs(a[across] - b[across]) + abs(c[across] - d[across]) + abs(a[across] - c[across]) < 1e-6:
                    (_, low), (high, _) = sorted([sorted([a[along], b[along]]), sorted([c[along], d[along]])])
                    assert low < high


def test_edges_are_uncrossed_by_the_order():
    # met in the order 3, 4, 5 and 0, 1, 2, the edge from 0 to 5 would cross those of 4
    layout = lay_out([(), (), (), (0, 1), (1, 2), (0,)], [(0.5, 0.3)] * 6)
    assert layout.x[5] < layout.x[3] < layout.x[4]
    assert layout.x[0] < layout.x[1] < layout.x[2]


def test_edges_end_only_on_the_top_that_is_given():
    layout = lay_out([(), (), (0, 1)], [(2.0, 0.3)] * 3, tops=[2.0, 2.0, 0.5])
    assert all(abs(edge.points[-1][0] - layout.x[2]) <= 0.25 for edge in layout.edges)


def test_a_single_box_and_one_that_nothing_uses_are_laid_out_too():
    assert lay_out([()], [(1.0, 0.3)]).x == [0.5]
    assert len(lay_out([(), ()], [(1.0, 0.3)] * 2).x) == 2


def laid_out_in(n):
    """The processor time of laying out a random graph of n nodes, and one weight that n − 1 nodes use."""
    begin = time.process_time()
    lay_out(*random_graph(0, n=n, leaves=10))
    lay_out([()] + [(0, i) for i in range(n - 1)], [(1.0, 0.3)] * n)
    return time.process_time() - begin


def test_the_cost_of_a_layout_grows_with_its_size():
    assert laid_out_in(300) < 60 * min(laid_out_in(100) for _ in range(2))  # 3 times as many nodes: cubic is 27
