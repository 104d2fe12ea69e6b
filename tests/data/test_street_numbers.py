"""Drawn house numbers."""

import numpy as np
import pytest

from minidann.data import street_numbers


@pytest.fixture(scope="module")
def made():
    return street_numbers(256, seed=5)


def test_shape_kind_and_classes(made):
    x, y = made
    assert (x.shape, x.dtype) == ((256, 32, 32, 3), np.uint8)
    assert (y.shape, y.dtype) == ((256,), np.int64)
    assert np.bincount(y).min() >= 20
    assert len(np.bincount(y)) == 10


def test_a_seed_repeats_the_images_and_a_small_set_is_the_beginning_of_a_large_one(made):
    x, y = street_numbers(70, seed=5)
    np.testing.assert_array_equal(x, made[0][:70])
    np.testing.assert_array_equal(y, made[1][:70])


def test_another_seed_and_another_part_give_other_images(made):
    for other in (street_numbers(64, seed=6)[0], street_numbers(64, seed=5, part="test")[0], made[0][64:128]):
        assert (made[0][:64] != other).reshape(64, -1).any(1).all()


def test_it_shares_no_random_numbers_with_synthetic_numbers(made):
    """A pair of both with one seed would give away the labels of its target."""
    from minidann.data import synthetic_numbers

    assert (synthetic_numbers(256, seed=5)[1] == made[1]).mean() < 0.25


@pytest.mark.slow
def test_the_digit_in_the_middle_can_be_learned():
    from sklearn.neighbors import KNeighborsClassifier

    x, y = street_numbers(3600, seed=1)
    slopes = np.stack(np.gradient(x.mean(-1), axis=(1, 2)), -1)[:, ::2, 6:26:2]
    slopes *= np.sign(slopes[..., 1])[..., None]  # dark on bright and bright on dark look alike
    rows = slopes.reshape(len(x), -1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-6)
    fitted = KNeighborsClassifier(5).fit(rows[:3200], y[:3200])
    assert fitted.score(rows[3200:], y[3200:]) > 0.35  # guessing: 0.1


def test_backgrounds_are_of_the_photographs_that_are_given():
    """A wall has the pattern of its photograph: stripes from row to row, or none."""
    striped = np.repeat((np.arange(128)[:, None] // 4 % 2 * 255).astype(np.uint8), 128, axis=1)
    striped = np.repeat(striped[..., None], 3, axis=-1)
    flat = np.full_like(striped, 128)

    def waves(photo):
        x = street_numbers(64, seed=5, photos=[photo])[0].astype(float).mean(-1)
        return abs(np.diff(x, axis=1)).mean()

    assert waves(striped) > waves(flat) + 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 0}, "n: got 0"),
        ({"part": "val"}, "part: got 'val', expected one of train, test"),
        ({"photos": []}, "photos: got none"),
        ({"photos": [np.zeros((40, 20, 3), np.uint8)]}, r"photos: got one of uint8 \(40, 20, 3\), .* at least 32×32"),
        ({"photos": [np.zeros((40, 40, 3))]}, "photos: got one of float64"),
    ],
)
def test_bad_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        street_numbers(**{"n": 2} | wrong)
