"""Two clouds, and the same two turned."""

import numpy as np
import pytest

from minidann.data import blobs_pair
from minidann.data.points import CENTRE, rotate


def test_two_clouds_and_the_same_turned():
    pair = blobs_pair(rotation=120, noise=0.1, n=2000, n_test=100)
    assert np.bincount(pair.y_source).tolist() == np.bincount(pair.oracle).tolist() == [1000, 1000]
    for label, side in ((0, -1.0), (1, 1.0)):
        cloud = pair.x_source[pair.y_source == label]
        middle = np.array(CENTRE) + [side, 0]
        np.testing.assert_allclose(cloud.mean(axis=0), middle, atol=0.05)
        np.testing.assert_allclose(cloud.std(axis=0), np.hypot(0.25, 0.1), rtol=0.1)
        turned = pair.x_target[pair.oracle == label].mean(axis=0)
        np.testing.assert_allclose(turned, rotate(middle[None], 120)[0], atol=0.05)


def test_a_seed_repeats_the_pair_and_no_point_is_in_two_sets():
    one, two, other = blobs_pair(seed=3), blobs_pair(seed=3), blobs_pair(seed=4)
    np.testing.assert_array_equal(one.x_target, two.x_target)
    assert not np.array_equal(one.x_target, other.x_target)
    points = np.concatenate([one.x_source, one.x_target, one.x_source_test, one.x_target_test])
    assert len(np.unique(points, axis=0)) == len(points)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="noise: got -1"):
        blobs_pair(noise=-1)
    with pytest.raises(ValueError, match="rotation: got 'far'"):
        blobs_pair(rotation="far")
