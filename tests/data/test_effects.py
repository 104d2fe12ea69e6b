"""The steps of drawn images, beside slow and obvious versions of them."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates

from minidann.data.effects import (
    BLOCK,
    as_bytes,
    blur,
    in_blocks,
    in_sizes,
    look_up,
    pixel_grid,
    seen_at_an_angle,
    shade,
    through_jpeg,
)


def test_a_look_up_is_bilinear_and_the_edge_goes_on_outside(rng):
    drawings = rng.random((5, 7, 9), dtype=np.float32)
    which, y, x = rng.integers(5, size=(4, 1, 1)), rng.uniform(-2, 9, (4, 6, 1)), rng.uniform(-2, 11, (4, 1, 6))
    places = [which, y.clip(0, 6), x.clip(0, 8)]
    expected = map_coordinates(drawings, [np.broadcast_to(p, (4, 6, 6)) for p in places], order=1, mode="nearest")
    np.testing.assert_allclose(look_up(drawings, which, y, x), expected, atol=2e-3)
    coloured = np.stack([drawings, 1 - drawings], -1)
    np.testing.assert_allclose(look_up(coloured, which, y, x)[..., 1], 1 - expected, atol=2e-3)


def test_a_blur_is_a_gaussian_with_a_width_for_each_image_and_each_axis(rng):
    images = rng.random((2, 16, 12, 3), dtype=np.float32)
    along_y, along_x = np.array([3.5, 0.3]).reshape(2, 1, 1), np.array([0.4, 1.2]).reshape(2, 1, 1)
    expected = [gaussian_filter(images[i], (along_y[i, 0, 0], along_x[i, 0, 0], 0), mode="nearest") for i in (0, 1)]
    np.testing.assert_allclose(blur(images, along_y, along_x), expected, atol=3e-3)


def test_a_flat_image_stays_flat_under_a_blur_and_loses_light_by_shade(rng):
    flat = np.full((BLOCK, 16, 16, 3), 100, np.float32)
    np.testing.assert_allclose(blur(flat, np.float32([[[2]]]), np.float32([[[0]]])), flat, rtol=1e-5)
    shaded = shade(flat, rng, slope=0.4, shadow=0.5)
    assert shaded.max() <= 110  # 1.2 · 100 in a corner at most, and never all of an image
    assert 40 < shaded.mean() < 95
    assert (np.ptp(shaded, (1, 2)) > 1).mean() > 0.9


def test_a_place_is_found_again_after_rotation_slant_and_perspective():
    angle = np.deg2rad(90)
    y, x = seen_at_an_angle(np.float64(0.0), np.float64(0.25), angle, 0.0)
    assert (round(float(y), 9), round(float(x), 9)) == (0.25, 0)  # right in the image is down in the drawing
    y, x = seen_at_an_angle(np.float64(0.5), np.float64(0.5), 0.0, 0.0, lean_y=0.0, lean_x=0.5)
    assert (y, x) == (0.4, 0.4)  # 1 + 0.5 · 0.5 times as far away


def test_training_and_testing_have_other_parts_of_the_sample_photographs():
    from sklearn.datasets import load_sample_images

    train, test = ([photo for photo in in_sizes(None, part, 32)[0]] for part in ("train", "test"))
    width = sum(photo.shape[1] for photo in load_sample_images().images)
    assert sum(photo.shape[1] for photo in train + test) == width
    assert not any(a.shape == b.shape and (a == b).all() for a in train for b in test)
    assert (len(train), len(test)) == (6, 4)


def test_photographs_come_in_three_sizes_if_they_are_large_enough(rng):
    photo = rng.integers(256, size=(70, 90, 3), dtype=np.uint8)
    full, half, quarter = in_sizes([photo], "train", 32)
    assert [sizes[0].shape for sizes in (full, half, quarter)] == [(70, 90, 3), (35, 45, 3), (70, 90, 3)]
    np.testing.assert_allclose(half[0][0, 0], photo[:2, :2].mean((0, 1)), atol=1)


def test_noise_has_its_strength_and_bytes_do_not_wrap(rng):
    images = np.stack([np.full((64, 64, 3), level, np.float32) for level in (100, 100, 255, 0)])
    made = as_bytes(images, np.array([0, 5, 9, 9]).reshape(4, 1, 1), rng)
    assert (made[0] == 100).all()
    assert abs(made[1].std() - 5) < 0.2
    assert made[2].min() > 200
    assert made[3].max() < 55


def test_jpeg_changes_a_little_and_images_stay_apart():
    images = np.stack([np.full((16, 16, 3), level, np.uint8) for level in (20, 200, 90)])
    np.testing.assert_allclose(through_jpeg(images, 90), images, atol=6)


def test_blocks_have_random_numbers_of_their_own_by_name_seed_and_part():
    def make(rng, side):
        return np.zeros((BLOCK, side, side, 3), np.uint8), rng.integers(1000, size=BLOCK)

    made = [in_blocks(name, 130, seed, part, 16, make)[1] for name, seed, part in (
        ("a", 0, "train"), ("b", 0, "train"), ("a", 1, "train"), ("a", 0, "test"), ("a", 0, "train"),
    )]  # fmt: skip
    np.testing.assert_array_equal(made[0], made[4])
    for other in made[1:4]:
        assert (made[0] == other).mean() < 0.05
    assert (made[0][:64] == made[0][64:128]).mean() < 0.05


def test_the_grid_has_the_middles_of_pixels():
    y, x = pixel_grid(4)
    np.testing.assert_array_equal(y[0, :, 0], [-0.375, -0.125, 0.125, 0.375])
    np.testing.assert_array_equal(x[0, 0], y[0, :, 0])


def test_the_sample_photographs_are_too_small_for_large_images():
    with pytest.raises(ValueError, match="side: got 129, expected at most 128 without photos of your own"):
        in_sizes(None, "train", 129)
    assert in_sizes(None, "test", 128)[2]


@pytest.mark.parametrize("part", ["both", 3])
def test_an_unknown_part_is_refused(part):
    with pytest.raises(ValueError, match="part: got"):
        in_sizes(None, part, 32)
