"""Two moons or two blobs, and a rotated target."""

import numpy as np
import pytest

from minidann.data import blobs_pair, moons_pair
from minidann.data.points import CENTRE, rotate


def test_a_seed_repeats_the_pair_and_another_does_not():
    one, two, other = moons_pair(seed=3), moons_pair(seed=3), moons_pair(seed=4)
    np.testing.assert_array_equal(one.x_target, two.x_target)
    assert not np.array_equal(one.x_target, other.x_target)


def test_no_point_is_in_two_sets():
    pair = moons_pair(rotation=0, n=200, n_test=200)
    points = np.concatenate([pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test])
    assert len(np.unique(points, axis=0)) == 800


def test_sizes_and_halves():
    pair = moons_pair(n=300, n_test=1000)
    assert pair.x_source.shape == pair.x_target.shape == (300, 2)
    assert np.bincount(pair.y_source).tolist() == np.bincount(pair.oracle).tolist() == [150, 150]
    assert pair.x_target_test.shape == (1000, 2)


def test_a_rotation_is_counter_clockwise_about_the_centre():
    np.testing.assert_allclose(rotate(np.array([[1.0, 0.0]]), 90, (0.0, 0.0)), [[0, 1]], atol=1e-12)
    np.testing.assert_allclose(rotate(np.array([CENTRE]), 77), [CENTRE])


def test_a_rotated_moon_is_the_moon_rotated():
    flat, rotated = moons_pair(rotation=0, noise=0, seed=5), moons_pair(rotation=35, noise=0, seed=5)
    np.testing.assert_allclose(rotated.x_target, rotate(flat.x_target, 35), atol=1e-6)
    np.testing.assert_array_equal(rotated.x_source, flat.x_source)
    about_origin = moons_pair(rotation=35, noise=0, seed=5, pivot="origin")
    np.testing.assert_allclose(about_origin.x_target, rotate(flat.x_target, 35, (0.0, 0.0)), atol=1e-6)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rotation": float("nan")}, "rotation: got nan"),
        ({"rotation": "35"}, "rotation: got '35'"),
        ({"noise": -0.1}, "noise: got -0.1"),
        ({"n": 3}, "n: got 3"),
        ({"n": 10.0}, "n: got 10.0"),
        ({"pivot": "middle"}, "pivot: got 'middle', expected one of centre, origin"),
        ({"seed": -1}, "seed: got -1"),
    ],
)
def test_bad_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        moons_pair(**wrong)


def test_two_clouds_and_the_same_rotated():
    pair = blobs_pair(rotation=120, noise=0.1, n=2000, n_test=100)
    assert np.bincount(pair.y_source).tolist() == np.bincount(pair.oracle).tolist() == [1000, 1000]
    for label, side in ((0, -1.0), (1, 1.0)):
        cloud = pair.x_source[pair.y_source == label]
        middle = np.array(CENTRE) + [side, 0]
        np.testing.assert_allclose(cloud.mean(axis=0), middle, atol=0.05)
        np.testing.assert_allclose(cloud.std(axis=0), np.hypot(0.25, 0.1), rtol=0.1)
        rotated = pair.x_target[pair.oracle == label].mean(axis=0)
        np.testing.assert_allclose(rotated, rotate(middle[None], 120)[0], atol=0.05)


def test_a_seed_repeats_the_blobs_and_no_point_is_in_two_sets():
    one, two, other = blobs_pair(seed=3), blobs_pair(seed=3), blobs_pair(seed=4)
    np.testing.assert_array_equal(one.x_target, two.x_target)
    assert not np.array_equal(one.x_target, other.x_target)
    points = np.concatenate([one.x_source, one.x_target, one.x_source_test, one.x_target_test])
    assert len(np.unique(points, axis=0)) == len(points)


def test_bad_arguments_of_the_blobs_are_named():
    with pytest.raises(ValueError, match="noise: got -1"):
        blobs_pair(noise=-1)
    with pytest.raises(ValueError, match="rotation: got 'far'"):
        blobs_pair(rotation="far")


# class shares -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [moons_pair, blobs_pair])
def test_the_classes_of_each_domain_have_their_shares(make):
    pair = make(n=300, n_test=1000, source_share=0.9, target_share=0.1)
    parts = {"source": pair.y_source, "target": pair.oracle, "tests": pair.y_source_test, "own": pair.y_target_test}
    assert [np.bincount(y).tolist() for y in parts.values()] == [[30, 270], [270, 30], [100, 900], [900, 100]]
    assert pair.name.endswith("turned by 35°, class 1: 90 % → 10 %")
    points = np.concatenate([pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test])
    assert len(np.unique(points, axis=0)) == len(points)


@pytest.mark.parametrize("make", [moons_pair, blobs_pair])
def test_shares_change_how_many_points_a_class_has_and_not_where_it_lies(make):
    even, other = (make(0, 0.05, n=4000, n_test=4, source_share=share) for share in (0.5, 0.2))
    for label in (0, 1):
        clouds = [pair.x_source[pair.y_source == label] for pair in (even, other)]
        np.testing.assert_allclose(clouds[0].mean(axis=0), clouds[1].mean(axis=0), atol=0.06)
        np.testing.assert_allclose(clouds[0].std(axis=0), clouds[1].std(axis=0), atol=0.05)


@pytest.mark.parametrize("make", [moons_pair, blobs_pair])
def test_equal_shares_are_the_pair_without_them_bit_for_bit(make):
    for n in (300, 7):
        one, two = make(n=n, n_test=n, seed=2), make(n=n, n_test=n, seed=2, source_share=0.5, target_share=0.5)
        for name in ("x_source", "y_source", "x_target", "oracle", "x_target_test", "y_target_test"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
        assert one.name == two.name


def test_the_target_may_lack_a_class_and_the_source_may_not():
    pair = moons_pair(n=20, n_test=20, target_share=0)
    assert set(pair.oracle) == set(pair.y_target_test) == {0}
    for wrong in (0, 0.01, 0.99, 1):
        with pytest.raises(ValueError, match="source_share: got .*, expected a point of each class among 20"):
            moons_pair(n=20, source_share=wrong)


@pytest.mark.parametrize("make", [moons_pair, blobs_pair])
@pytest.mark.parametrize("name", ["source_share", "target_share"])
@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan"), "half", True])
def test_a_share_outside_0_to_1_is_named(make, name, wrong):
    with pytest.raises(ValueError, match=f"{name}: got .*, expected"):
        make(**{name: wrong})
