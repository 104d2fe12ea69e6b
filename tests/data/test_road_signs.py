"""Drawn road signs."""

import numpy as np
import pytest

from minidann.data import road_signs
from minidann.data.sign_shapes import sign_drawings


@pytest.fixture(scope="module")
def made():
    return road_signs(192, seed=5)


def test_shape_kind_and_classes(made):
    x, y = made
    assert (x.shape, x.dtype) == ((192, 32, 32, 3), np.uint8)
    assert (y.shape, y.dtype) == ((192,), np.int64)
    assert np.bincount(y).min() >= 3
    assert len(np.bincount(y)) == 43


def test_a_seed_repeats_the_images_and_a_small_set_is_the_beginning_of_a_large_one(made):
    x, y = road_signs(70, seed=5)
    np.testing.assert_array_equal(x, made[0][:70])
    np.testing.assert_array_equal(y, made[1][:70])


def test_another_seed_and_another_part_give_other_images(made):
    for other in (road_signs(64, seed=6)[0], road_signs(64, seed=5, part="test")[0], made[0][64:128]):
        assert (made[0][:64] != other).reshape(64, -1).any(1).all()


def test_all_43_drawings_differ():
    drawings = sign_drawings(40)
    assert drawings.shape == (43, 40, 40, 4)
    rows = drawings.reshape(43, -1)
    apart = abs(rows[:, None] - rows[None]).mean(-1) + 255 * np.eye(43)
    assert apart.min() > 1.5  # of 255


@pytest.mark.parametrize(
    ("labels", "colour", "round_"),
    [
        ((0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17), "red", True),  # prohibitions
        ((14,), "red", True),  # stop
        ((11, *range(18, 32)), "red", False),  # warnings
        ((13,), "red", False),  # give way
        (range(33, 41), "blue", True),  # mandatory
        ((6, 32, 41, 42), "grey", True),  # the end of a rule
        ((12,), "yellow", False),  # priority road
    ],
)
def test_shape_and_colour_of_a_sign_are_those_of_its_class_in_gtsrb(labels, colour, round_):
    drawings = sign_drawings(40)[list(labels)]
    red, green, blue, cover = drawings.sum((1, 2)).T
    ratio = {"red": red / blue, "blue": blue / red, "yellow": (red + green) / (2 * blue)}.get(colour)
    if ratio is None:
        assert (abs(red / blue - 1) < 0.02).all()
    else:
        assert (ratio > 1.08).all()
    share = cover / 255 / 40**2
    assert ((share > 0.68) if round_ else (share < 0.55)).all()


def test_the_mirror_image_of_a_turn_to_the_right_is_a_turn_to_the_left():
    drawings = sign_drawings(40)
    for left, right in ((19, 20), (34, 33), (37, 36), (39, 38)):
        # the last pixel belongs to shapes that end in it, the first does not
        assert abs(drawings[left] - drawings[right][:, ::-1]).mean() < 3
        assert abs(drawings[left] - drawings[right]).mean() > 6


@pytest.mark.parametrize(("label", "row", "sign"), [(20, 18, -1), (33, 10, 1), (36, 22, 1), (38, 26, 1)])
def test_an_arrow_to_the_right_has_its_head_at_the_right(label, row, sign):
    rows = sign * sign_drawings(40)[label, row : row + 4, :, 0]  # in the red channel: white on blue, or black on white
    assert rows[:, 20:32].mean() > rows[:, 8:20].mean() + 30


def test_a_sign_fills_its_image():
    green = np.full((64, 64, 3), (0, 255, 0), np.uint8)
    x, y = road_signs(192, seed=5, photos=[green])
    signs = np.isin(y, (15, 17, *range(33, 41)))  # white, red and blue discs
    red, green, blue = (x[signs][..., channel].astype(float) for channel in range(3))
    inside = (green < 1.3 * np.maximum(red, blue)).mean((1, 2))
    assert np.median(inside) == pytest.approx(np.pi / 4 * 0.9**2, abs=0.1)  # a disc of 0.9 of the width


def test_photographs_that_are_given_are_the_background():
    green = np.full((64, 64, 3), (0, 255, 0), np.uint8)
    x, _ = road_signs(64, seed=5, photos=[green])
    corners = x[:, :3, :3].astype(float).mean((0, 1, 2))
    assert corners[1] > 1.5 * corners[[0, 2]].max()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 0}, "n: got 0"),
        ({"seed": 1.5}, "seed: got 1.5"),
        ({"side": 8}, "side: got 8, expected a whole number of at least 16"),
        ({"photos": [np.zeros((40, 40), np.uint8)]}, r"photos: got one of uint8 \(40, 40\)"),
    ],
)
def test_bad_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        road_signs(**{"n": 2} | wrong)
