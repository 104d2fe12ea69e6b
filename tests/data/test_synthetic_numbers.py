"""Images of numbers, drawn from fonts."""

import numpy as np
import pytest

from minidann.data import synthetic_numbers


@pytest.fixture(scope="module")
def made():
    return synthetic_numbers(640, seed=5)


def test_shape_kind_and_classes(made):
    x, y = made
    assert (x.shape, x.dtype) == ((640, 32, 32, 3), np.uint8)
    assert (y.shape, y.dtype) == ((640,), np.int64)
    assert np.bincount(y).min() >= 55
    assert len(np.bincount(y)) == 10


def test_a_seed_repeats_the_images_and_a_small_set_is_the_beginning_of_a_large_one(made):
    for n in (1, 64, 70):
        x, y = synthetic_numbers(n, seed=5)
        np.testing.assert_array_equal(x, made[0][:n])
        np.testing.assert_array_equal(y, made[1][:n])


def test_another_seed_another_part_and_another_block_give_other_images(made):
    x = made[0][:64]
    for other in (synthetic_numbers(64, seed=6)[0], synthetic_numbers(64, seed=5, part="test")[0], made[0][64:128]):
        assert (x != other).reshape(64, -1).any(1).all()


def test_ground_and_stroke_can_be_told_apart_and_no_two_images_are_equal(made):
    grey = made[0].mean(-1).reshape(640, -1)
    assert np.quantile(grey.max(1) - grey.min(1), 0.05) > 40
    assert len(np.unique(made[0].reshape(640, -1), axis=0)) == 640


def test_the_label_is_the_digit_in_the_middle(made):
    """The middle of an image teaches the labels of other images, its right and left third do not."""
    from sklearn.linear_model import LogisticRegression

    def score(columns):
        x = made[0][:, :, columns].mean(-1)
        ground = np.median(x, (1, 2), keepdims=True)
        x = abs(x - ground) / abs(x - ground).max((1, 2), keepdims=True).clip(1)  # bright on dark, always
        rows = x[:, ::2, ::2].reshape(640, -1)
        return LogisticRegression(C=0.1, max_iter=200).fit(rows[:480], made[1][:480]).score(rows[480:], made[1][480:])

    assert score(slice(8, 24)) > 0.35
    assert score(slice(0, 6)) < 0.2


@pytest.mark.parametrize("side", [16, 28, 45])
def test_another_side_gives_the_same_picture_in_other_pixels(side, made):
    x, y = synthetic_numbers(64, seed=5, side=side)
    assert x.shape == (64, side, side, 3)
    np.testing.assert_array_equal(y, made[1][:64])
    assert abs(x.mean((1, 2)) - made[0][:64].mean((1, 2))).mean() < 5


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 0}, "n: got 0, expected a whole number of at least 1"),
        ({"n": 2.5}, "n: got 2.5"),
        ({"seed": -1}, "seed: got -1"),
        ({"part": "val"}, "part: got 'val', expected one of train, test"),
        ({"side": 8}, "side: got 8, expected a whole number of at least 16"),
        ({"side": 1000}, "side: got 1000, .* below 257"),
    ],
)
def test_bad_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        synthetic_numbers(**{"n": 2} | wrong)
