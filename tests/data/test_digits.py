"""Four pairs of small digits."""

import numpy as np
import pytest
from scipy.ndimage import rotate
from sklearn.datasets import load_digits, load_sample_images

from minidann.data.digits import PAIRS, digits_pair, digits_split, photo_patches, warp

ARRAYS = ("x_source", "y_source", "x_target", "oracle")
TESTS = ("x_source_test", "y_source_test", "x_target_test", "y_target_test")


@pytest.fixture(params=PAIRS)
def name(request):
    return request.param


def test_a_seed_repeats_a_pair_bit_for_bit_and_another_does_not(name):
    one, two, other = (digits_pair(name, seed=seed, copies=1) for seed in (3, 3, 4))
    for array in ARRAYS + TESTS:
        np.testing.assert_array_equal(getattr(one, array), getattr(two, array))
        assert not np.array_equal(getattr(one, array), getattr(other, array))


def test_shapes_range_and_classes(name):
    pair = digits_pair(name, copies=2)
    size = 16 if name == "blended" else 8
    assert pair.x_source.shape == pair.x_target.shape == (2400, size, size, 1)
    assert pair.x_source_test.shape == pair.x_target_test.shape == (597, size, size, 1)
    for images in (pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test):
        assert images.dtype == np.float32
        assert images.min() >= 0
        assert 0.8 < images.max() <= 1
    for labels in (pair.y_source, pair.oracle, pair.y_source_test, pair.y_target_test):
        assert set(labels) == set(range(10))


def test_the_rotation_of_the_target_can_be_chosen_for_the_turned_pair_alone():
    default, same, other = (
        digits_pair(copies=1),
        digits_pair(copies=1, rotation=35),
        digits_pair(copies=1, rotation=-90),
    )
    np.testing.assert_array_equal(default.x_target, same.x_target)
    assert other.name == "digits → digits turned by -90°"
    np.testing.assert_array_equal(other.x_source, default.x_source)
    np.testing.assert_allclose(other.x_target_test, np.rot90(other.x_source_test, -1, (1, 2)), atol=1e-6)
    with pytest.raises(ValueError, match="rotation: got 20, expected none for 'photo'"):
        digits_pair("photo", rotation=20)


def test_the_split_parts_the_digits():
    train, test = digits_split(np.random.default_rng(0))
    assert (len(train), len(test)) == (1200, 597)
    assert sorted([*train, *test]) == list(range(1797))


def test_domains_train_on_the_same_digits_and_test_on_the_others(monkeypatch):
    monkeypatch.setattr("minidann.data.digits.warp", lambda images, *how: images)  # so that digits can be known again
    pair, scans = digits_pair("turned", copies=2), load_digits().images / 16
    sources, targets, tests, everything = (
        sorted(image.tobytes() for image in images.astype(np.float32))
        for images in (pair.x_source, pair.x_target, pair.x_target_test, scans)
    )
    assert sources == targets  # the same number of copies of each, too
    assert sorted(sources[::2] + tests) == everything
    assert not set(targets) & set(tests)


def test_nothing_tells_which_target_belongs_to_which_source(name):
    pair = digits_pair(name, copies=1)
    assert (pair.y_source == pair.oracle).mean() < 0.15  # by chance a tenth agree


def test_a_target_is_the_source_shifted():
    pairs = {name: digits_pair(name, copies=1) for name in PAIRS}
    source, scans = pairs["turned"].x_source_test, pairs["printed"].x_target_test
    np.testing.assert_array_equal(source, scans)
    np.testing.assert_allclose(pairs["turned"].x_target_test[..., 0], warp(scans[..., 0], 35), atol=1e-6)
    patch = 2 * pairs["photo"].x_target_test - scans
    assert patch.min() >= 0
    assert patch.max() <= 1
    assert np.abs(np.diff(patch, axis=1)).mean() < 0.03  # smooth
    blended, digit = pairs["blended"].x_target_test, pairs["blended"].x_source_test
    assert (blended <= np.maximum(digit, 0.7) + 1e-6).all()


def test_a_turn_is_counter_clockwise():
    image = load_digits().images[0]
    turned = rotate(image, 35, reshape=False, order=1, mode="grid-constant")
    np.testing.assert_allclose(warp(image[None], 35)[0], turned, atol=1e-9)
    right, up = np.zeros((2, 1, 5, 5))
    right[0, 2, 4] = up[0, 0, 2] = 1
    np.testing.assert_allclose(warp(right, 90), up, atol=1e-12)


def test_a_warp_turns_scales_and_shifts_each_image_on_its_own(rng):
    images = rng.random((2, 8, 8))
    np.testing.assert_allclose(warp(images), images, atol=1e-12)
    down = warp(images, shift=np.array([[0, 0], [1, -2]]))
    np.testing.assert_allclose(down[0], images[0], atol=1e-12)
    np.testing.assert_allclose(down[1, 1:, :-2], images[1, :-1, 2:], atol=1e-12)
    assert (abs(down[1, 0]).max(), abs(down[1, :, -2:]).max()) == (0, 0)
    block = np.zeros((1, 8, 8))
    block[0, 2:6, 2:6] = 1
    assert warp(block, scale=1.5).sum() > 1.5 * block.sum()


def test_patches_are_cut_from_their_own_part_of_the_photographs(rng):
    photos = np.stack(load_sample_images().images).mean(-1) / 255
    strips = photos.reshape(2, 427, 5, 128)
    for part, chosen in (("train", [0, 2, 4]), ("test", [1, 3])):
        patches = photo_patches(20, 6, rng, part)
        assert patches.shape == (20, 6, 6)
        windows = np.lib.stride_tricks.sliding_window_view(strips[:, :, chosen], (6, 6), axis=(1, 3))
        corners = windows[..., 0, 0]
        for patch in patches:
            found = windows[corners == patch[0, 0]]  # the few places that begin as the patch does
            assert (found == patch).all((1, 2)).any()


def test_blurring_does_not_carry_one_part_into_the_other(monkeypatch, rng):
    class Photos:
        images = [np.zeros((40, 50, 3)), np.zeros((40, 50, 3))]

    for photo in Photos.images:
        photo[:, 10:20] = photo[:, 30:40] = 255  # the second and the fourth strip
    monkeypatch.setattr("sklearn.datasets.load_sample_images", Photos)
    try:
        photo_patches.__globals__["_photos"].cache_clear()
        assert photo_patches(50, 4, rng, "train", shrink=2, smooth=2.0).max() == 0
        np.testing.assert_allclose(photo_patches(50, 4, rng, "test", shrink=2, smooth=2.0), 1)
    finally:
        photo_patches.__globals__["_photos"].cache_clear()


def test_labels_of_the_target_stay_with_the_oracle(name):
    pair = digits_pair(name, copies=1)
    assert pair.oracle.shape == (1200,)
    assert not hasattr(pair, "y_target")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "inverted"}, "name: got 'inverted', expected one of turned, photo, blended, printed"),
        ({"seed": -1}, "seed: got -1"),
        ({"seed": 0.5}, "seed: got 0.5"),
        ({"copies": 0}, "copies: got 0"),
        ({"copies": True}, "copies: got True"),
    ],
)
def test_bad_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message) as caught:
        digits_pair(**wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 0}, "n: got 0"),
        ({"size": 0}, "size: got 0"),
        ({"size": 300}, "size: got 300, expected at most 128"),
        ({"part": "all"}, "part: got 'all', expected one of train, test"),
        ({"shrink": 0}, "shrink: got 0"),
        ({"smooth": -1.0}, "smooth: got -1"),
    ],
)
def test_bad_patches_are_named(wrong, message, rng):
    with pytest.raises(ValueError, match=message) as caught:
        photo_patches(**{"n": 2, "size": 8, "rng": rng, "part": "test", **wrong})
    assert "\n" not in str(caught.value)
