"""The tests of chapter 07."""

import chapter_07 as yours
import numpy as np

from minidann.exercises import expect


def check(name, source, target, right):
    source, target = np.array(source, float), np.array(target, float)
    expect(f"distance of {name}", yours.proxy_a_distance(source, target), right, s=source, t=target)


def test_proxy_a_distance():
    check("the example", [-1, -2, 3, -1], [2, -1, 1, 3, 2], 1.1)
    check("a judge that is never wrong", [-1, -0.1], [0.1, 3, 1], 2.0)
    check("a judge that says target always", [1, 2, 3], [1, 2], 0.0)
    check("a judge that is always wrong", [1, 2, 3], [-1, -2], -2.0)
    check("a judge with small logits", [-0.3, -0.2], [0.2, 0.3, -0.1, 0.4], 1.5)
    check("many source examples", [-1] * 9 + [1], [1, -1], 0.8)
    check("logits of 0, which say source", [0, -1], [0, 1, 2, 3], 1.5)
