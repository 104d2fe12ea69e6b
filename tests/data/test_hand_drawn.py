"""Dabs of a brush become a pair whose training and test points are others."""

import numpy as np
import pytest

from minidann.data import Dab, drawn_pair
from minidann.data.hand_drawn import POINTS_PER_DAB, missing_classes

DABS = [Dab(0, 0, "source", 0), Dab(1, 0, "source", 1), Dab(0, 1, "target", 0), Dab(1, 1, "target", 1)]


def test_each_dab_leaves_points_in_both_sets_of_its_domain():
    pair = drawn_pair(DABS, noise=0.1)
    for domain, y in (("source", 0.0), ("target", 1.0)):
        for ending in ("", "_test"):
            points = getattr(pair, f"x_{domain}{ending}")
            assert points.shape == (2 * POINTS_PER_DAB, 2)
            np.testing.assert_allclose(points, np.repeat([[0, y], [1, y]], POINTS_PER_DAB, axis=0), atol=0.5)
    assert (
        pair.y_source.tolist()
        == pair.oracle.tolist()
        == pair.y_target_test.tolist()
        == [0] * POINTS_PER_DAB + [1] * POINTS_PER_DAB
    )
    sets = [pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test]
    assert len(np.unique(np.concatenate(sets), axis=0)) == 8 * POINTS_PER_DAB


def test_a_seed_repeats_it():
    np.testing.assert_array_equal(drawn_pair(DABS, seed=2).x_target, drawn_pair(DABS, seed=2).x_target)
    assert not np.array_equal(drawn_pair(DABS, seed=2).x_target, drawn_pair(DABS, seed=3).x_target)


def test_another_dab_leaves_the_points_of_the_others_where_they_are():
    before, after = drawn_pair(DABS), drawn_pair([*DABS, Dab(5, 5, "source", 1)])
    np.testing.assert_array_equal(after.x_target_test, before.x_target_test)
    np.testing.assert_array_equal(after.x_source[: 2 * POINTS_PER_DAB], before.x_source)


def test_what_is_still_to_be_drawn_is_said():
    assert missing_classes([]) == ["source, class 0", "source, class 1", "target"]
    assert missing_classes(DABS[:2]) == ["target"]
    assert missing_classes(DABS[:3]) == []  # a target of one class is a pair, too
    with pytest.raises(ValueError, match="dabs: got none for source, class 1, expected both labels"):
        drawn_pair([DABS[0], DABS[2]])
    with pytest.raises(ValueError, match="noise: got -1"):
        drawn_pair(DABS, noise=-1)
