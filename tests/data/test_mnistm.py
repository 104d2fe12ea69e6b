"""MNIST-M: the formula of the blend, where patches come from, and what training must not have seen."""

import os
import struct

import numpy as np
import pytest
from PIL import Image

from minidann.data.mnistm import blend_digits, mnist_mnistm_pair, random_patches, recolour_digits
from minidann.data.read_mnistm import read_mnistm

TRAIN, TEST = 40, 10


def write_idx(path, array):
    path.write_bytes(
        bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes()
    )


def write_photographs(folder, grey):
    """Two noisy photographs of about one grey, one in a folder below."""
    rng = np.random.default_rng(grey)
    (folder / "more").mkdir(parents=True)
    for name in ("1.jpg", "more/2.png"):
        pixels = rng.integers(grey - 10, grey + 10, size=(40, 50, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name, quality=95)


@pytest.fixture
def data_dir(tmp_path):
    """Digit i is flat: grey i where it is to be trained on, 100 + i where it is to be tested on. Photographs of train
    and val are dark (40 and 80), those of test are bright (230).
    """
    (tmp_path / "mnist").mkdir()
    for name, n, first in (("train", TRAIN, 0), ("t10k", TEST, 100)):
        digits = np.broadcast_to(np.arange(first, first + n)[:, None, None], (n, 28, 28))
        write_idx(tmp_path / "mnist" / f"{name}-images-idx3-ubyte", digits)
        write_idx(tmp_path / "mnist" / f"{name}-labels-idx1-ubyte", np.arange(n) % 10)
    for part, grey in (("train", 40), ("val", 80), ("test", 230)):
        write_photographs(tmp_path / "bsds500" / part, grey)
    return tmp_path


# the blend -------------------------------------------------------------------------------------------------------


def test_a_blend_is_the_distance_of_digit_and_patch_at_each_channel():
    digits = np.array([[[0, 255], [200, 10]]], np.uint8)
    patches = np.array([[[[0, 7, 255], [255, 0, 254]], [[201, 199, 200], [250, 10, 0]]]], np.uint8)
    blended = blend_digits(digits, patches)
    assert blended.dtype == np.uint8
    # (201, 199, 200) against 200: a patch above its digit must not wrap round to 255
    assert blended.tolist() == [[[[0, 7, 255], [0, 255, 1]], [[1, 1, 0], [240, 0, 10]]]]


def test_every_pair_of_bytes_blends_as_whole_numbers_do():
    digits, patches = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    blended = blend_digits(digits[None], np.repeat(patches[None, ..., None], 3, axis=-1))
    np.testing.assert_array_equal(blended[0, ..., 1], abs(digits.astype(int) - patches.astype(int)))


@pytest.mark.parametrize(
    ("digits", "patches", "message"),
    [
        (np.zeros((2, 28, 28)), np.zeros((2, 28, 28, 3), np.uint8), "digits: got float64"),
        (np.zeros((2, 28, 28, 3), np.uint8), np.zeros((2, 28, 28, 3), np.uint8), r"digits: got uint8 \(2, 28, 28, 3\)"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros((2, 28, 28, 3)), "patches: got float64"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros((1, 28, 28, 3), np.uint8), r"patches: got uint8 \(1, 28, 28, 3\)"),
    ],
)
def test_what_does_not_blend_is_named(digits, patches, message):
    with pytest.raises(ValueError, match=message):
        blend_digits(digits, patches)


# patches ---------------------------------------------------------------------------------------------------------


def coordinates(height, width, number):
    """A photograph whose pixels say where they are: (row, column, number of the photograph)."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns, np.full_like(rows, number)], axis=-1).astype(np.uint8)


def test_patches_are_whole_squares_from_everywhere_in_every_photograph(rng):
    photos = [coordinates(5, 7, 0), coordinates(6, 3, 1)]
    patches = random_patches(photos, 2000, 3, rng)
    assert patches.shape == (2000, 3, 3, 3)
    assert patches.dtype == np.uint8
    corners = patches[:, 0, 0].astype(int)
    for patch, (top, left, number) in zip(patches, corners):
        np.testing.assert_array_equal(patch, photos[number][top : top + 3, left : left + 3])
    seen = {tuple(corner) for corner in corners.tolist()}
    assert seen == {(t, x, 0) for t in range(3) for x in range(5)} | {(t, 0, 1) for t in range(4)}
    assert 900 < (corners[:, 2] == 0).sum() < 1100  # photographs are equally likely, whatever their size


def test_a_photograph_of_just_the_size_is_its_own_patch(rng):
    np.testing.assert_array_equal(random_patches([coordinates(4, 4, 9)], 2, 4, rng), [coordinates(4, 4, 9)] * 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"photos": []}, "photos: got none"),
        ({"photos": [np.zeros((9, 2, 3), np.uint8)]}, r"photos: got one of uint8 \(9, 2, 3\), expected .* 3×3 pixels"),
        ({"photos": [np.zeros((9, 9), np.uint8)]}, r"photos: got one of uint8 \(9, 9\)"),
        ({"photos": [np.zeros((9, 9, 4), np.uint8)]}, r"photos: got one of uint8 \(9, 9, 4\)"),
        ({"photos": [np.zeros((9, 9, 3))]}, "photos: got one of float64"),
        ({"n": 0}, "n: got 0"),
        ({"size": 0}, "size: got 0"),
    ],
)
def test_bad_arguments_to_cut_patches_are_named(rng, change, message):
    with pytest.raises(ValueError, match=message):
        random_patches(**{"photos": [coordinates(9, 9, 0)], "n": 2, "size": 3, "rng": rng} | change)


def test_a_seed_in_the_place_of_a_generator_is_named():
    with pytest.raises(TypeError, match="rng: got 0, expected a random generator"):
        random_patches([coordinates(9, 9, 0)], 2, 3, 0)


# the pair --------------------------------------------------------------------------------------------------------


def test_the_source_is_mnist_as_rgb_bytes(data_dir):
    pair = mnist_mnistm_pair(data_dir)
    assert pair.name == "MNIST → MNIST-M"
    for x, y, n, first in (
        (pair.x_source, pair.y_source, TRAIN, 0),
        (pair.x_source_test, pair.y_source_test, TEST, 100),
    ):
        assert x.shape == (n, 28, 28, 3)
        assert x.dtype == np.uint8
        np.testing.assert_array_equal(x[:, 0, 0], np.arange(first, first + n)[:, None].repeat(3, axis=1))
        np.testing.assert_array_equal(y, np.arange(n) % 10)


def undone(x, grey):
    """The digits under a flat blend, where every patch is brighter than its digit and about ``grey``."""
    return grey - x.astype(float).mean(axis=(1, 2, 3))


def test_the_target_is_trained_on_dark_photographs_and_tested_on_bright_ones(data_dir):
    pair = mnist_mnistm_pair(data_dir, digits="grey")
    assert pair.x_target.dtype == pair.x_target_test.dtype == np.uint8
    assert pair.x_target.shape == (TRAIN, 28, 28, 3)
    # train and val are at most 90 and digits at least 0; test is at least 220 less 109, the last digit
    assert pair.x_target.max() <= 95
    assert pair.x_target_test.min() >= 105
    np.testing.assert_allclose(undone(pair.x_target_test, 229.5), np.arange(100, 110), atol=1)
    np.testing.assert_array_equal(pair.y_target_test, np.arange(TEST) % 10)


def test_both_train_and_val_are_cut_from(data_dir):
    for part, name in (("train", "1.jpg"), ("val", "1.jpg")):
        pair = mnist_mnistm_pair(data_dir)
        (data_dir / "bsds500" / part / name).unlink()
        assert not np.array_equal(mnist_mnistm_pair(data_dir).x_target, pair.x_target)


def test_target_labels_go_with_their_digits_in_an_order_of_their_own(data_dir):
    for part in ("train", "val"):
        for path in (data_dir / "bsds500" / part).rglob("*.*"):
            Image.new("RGB", (30, 30), (250, 250, 250)).save(path.with_suffix(".png"))
            if path.suffix == ".jpg":
                path.unlink()
    pair = mnist_mnistm_pair(data_dir, digits="grey")
    digits = undone(pair.x_target, 250).astype(int)
    assert sorted(digits) == list(range(TRAIN))
    np.testing.assert_array_equal(pair.oracle, digits % 10)
    assert (digits != np.arange(TRAIN)).sum() > TRAIN // 2


def test_the_data_are_the_same_at_every_call_and_from_another_seed_they_are_not(data_dir):
    one, two, other = mnist_mnistm_pair(data_dir), mnist_mnistm_pair(str(data_dir)), mnist_mnistm_pair(data_dir, seed=1)
    for name in ("x_source", "x_target", "oracle", "x_target_test", "y_target_test"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert not np.array_equal(one.x_target, other.x_target)
    assert not np.array_equal(one.x_target_test, other.x_target_test)
    np.testing.assert_array_equal(one.x_source, other.x_source)


def test_digits_are_binarised_by_default_as_in_the_released_images(data_dir):
    """|patch − 255| wherever the digit is above 0, and the bare patch elsewhere."""
    pair, grey = mnist_mnistm_pair(data_dir), mnist_mnistm_pair(data_dir, digits="grey")
    assert grey.name == "MNIST → MNIST-M (grey digits)"
    flat = pair.x_target_test.mean(axis=(1, 2, 3))
    np.testing.assert_allclose(flat, 255 - 229.5, atol=1)  # every test digit of these files is above 0
    np.testing.assert_array_equal(pair.oracle, grey.oracle)
    # photographs of the training files are at most 95; digit 0 is 0 everywhere, and its patch stays as it is
    assert (pair.x_target.mean(axis=(1, 2, 3)) < 128).sum() == 1


def test_the_source_can_have_random_colours_and_the_target_stays(data_dir):
    plain, coloured = mnist_mnistm_pair(data_dir), mnist_mnistm_pair(data_dir, recolour_source=True)
    assert coloured.name == "MNIST, recoloured → MNIST-M"
    np.testing.assert_array_equal(plain.x_target, coloured.x_target)
    np.testing.assert_array_equal(plain.x_target_test, coloured.x_target_test)
    np.testing.assert_array_equal(plain.y_source, coloured.y_source)
    for name in ("x_source", "x_source_test"):
        assert getattr(coloured, name).shape == getattr(plain, name).shape
        assert getattr(coloured, name).dtype == np.uint8
        assert not np.array_equal(getattr(coloured, name), getattr(plain, name))


def test_a_recoloured_digit_goes_from_its_ground_to_its_stroke(rng):
    digits = np.zeros((1500, 2, 2), np.uint8)
    digits[:, 0, 1], digits[:, 1, 0] = 255, 51
    images = recolour_digits(digits, rng).astype(int)
    ground, stroke = images[:, 0, 0], images[:, 0, 1]
    np.testing.assert_array_equal(images[:, 1, 1], ground)
    np.testing.assert_allclose(images[:, 1, 0], ground + (stroke - ground) / 5, atol=0.51)
    for colour in (ground, stroke):  # uniform in 0…255, each channel by itself
        assert colour.min() < 5
        assert colour.max() > 250
        assert abs(np.corrcoef(colour[:, 0], colour[:, 1])[0, 1]) < 0.1
    assert abs(np.corrcoef(ground[:, 0], stroke[:, 0])[0, 1]) < 0.1


@pytest.mark.parametrize(
    "place",
    ["BSDS500/data/images", "BSR/BSDS500/data/images", "BSDS500/images", "BSDS500/BSDS500/data/images", "images"],
)
def test_the_archives_own_layout_gives_the_same_data(data_dir, place):
    expected = mnist_mnistm_pair(data_dir)
    moved = data_dir / place
    moved.parent.mkdir(parents=True, exist_ok=True)
    (data_dir / "bsds500").rename(moved)
    np.testing.assert_array_equal(mnist_mnistm_pair(data_dir).x_target, expected.x_target)


def test_a_target_from_a_file_needs_no_photographs(data_dir):
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(256, size=(12, 32, 32, 3), dtype=np.uint8),
        "y_train": np.arange(12) % 10,
        "x_test": rng.integers(256, size=(3, 32, 32, 3), dtype=np.uint8),
        "y_test": np.arange(3),
    }
    np.savez(data_dir / "theirs.npz", **arrays)
    (data_dir / "bsds500").rename(data_dir / "elsewhere")
    pair = mnist_mnistm_pair(data_dir, data_dir / "theirs.npz")
    assert pair.name == "MNIST → MNIST-M (theirs.npz)"
    np.testing.assert_array_equal(pair.x_target, arrays["x_train"][:, 2:30, 2:30])
    np.testing.assert_array_equal(pair.oracle, arrays["y_train"])
    np.testing.assert_array_equal(pair.x_target_test, arrays["x_test"][:, 2:30, 2:30])
    np.testing.assert_array_equal(pair.y_target_test, arrays["y_test"])
    assert len(pair.x_source) == TRAIN
    np.savez(data_dir / "unlabelled.npz", **{name: arrays[name] for name in ("x_train", "x_test")})
    unlabelled = mnist_mnistm_pair(data_dir, data_dir / "unlabelled.npz")
    np.testing.assert_array_equal(unlabelled.x_target, pair.x_target)
    assert unlabelled.y_target_test is None


def test_paths_may_begin_at_home_and_folders_may_be_links(data_dir, monkeypatch):
    expected = mnist_mnistm_pair(data_dir)
    (data_dir / "bsds500").rename(data_dir / "elsewhere")
    (data_dir / "bsds500").symlink_to("elsewhere")
    monkeypatch.setenv("HOME", str(data_dir.parent))
    np.testing.assert_array_equal(mnist_mnistm_pair(f"~/{data_dir.name}").x_target, expected.x_target)


def write_released(folder, n=6, side=32, mode="RGB"):
    """The folders and label files of the released MNIST-M, with images of one colour each."""
    for part, first in (("train", 0), ("test", 100)):
        images = folder / f"mnist_m_{part}"
        images.mkdir(parents=True)
        lines = []
        for i in range(n):
            image = Image.new("RGB", (side, side), (first + i, 7, 9)).convert(mode)
            image.putpixel((2, 2), (255, 0, 0) if mode == "RGB" else 255)
            image.save(images / f"{i:08}.png")
            lines.append(f"{i:08}.png {(i * 3) % 10}")
        (folder / f"mnist_m_{part}_labels.txt").write_text("\n".join(reversed(lines)) + "\n")


@pytest.mark.parametrize("inner", ["", "mnist_m", "mnist_m/mnist_m"])
def test_the_released_folders_are_read_with_their_label_files(data_dir, inner):
    write_released(data_dir / "theirs" / inner)
    (data_dir / "bsds500").rename(data_dir / "elsewhere")
    pair = mnist_mnistm_pair(data_dir, target_dir=data_dir / "theirs")
    assert pair.name == "MNIST → MNIST-M (theirs)"
    assert pair.x_target.shape == pair.x_target_test.shape == (6, 28, 28, 3)
    np.testing.assert_array_equal(pair.x_target[:, 0, 0], [[255, 0, 0]] * 6)  # pixel (2, 2) is the first one kept
    np.testing.assert_array_equal(pair.x_target[:, 5, 5, 0], np.arange(6)[::-1])  # in the order of the label file
    np.testing.assert_array_equal(pair.x_target_test[:, 5, 5, 0], 100 + np.arange(6)[::-1])
    np.testing.assert_array_equal(pair.oracle, np.arange(6)[::-1] * 3 % 10)


def test_released_images_of_28_pixels_are_not_cut(tmp_path):
    write_released(tmp_path, side=28)
    assert (read_mnistm(tmp_path).x_train[:, 2, 2] == [255, 0, 0]).all()


def link_out(folder):
    image = folder / "mnist_m_train" / "00000001.png"
    image.rename(folder / "other.png")
    image.symlink_to(folder / "other.png")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "mnist_m_test_labels.txt").unlink(), "mnist_m_test_labels.txt"),
        (
            lambda f: (f / "mnist_m_train_labels.txt").unlink(),
            "target_dir: got .*, expected a folder with mnist_m_train/",
        ),
        (lambda f: (f / "mnist_m_train_labels.txt").write_text(""), "got an empty file"),
        (lambda f: (f / "mnist_m_train_labels.txt").write_bytes(b"\x89PNG\xff"), "got no readable text"),
        (lambda f: (f / "mnist_m_train_labels.txt").write_text("0.png 11\n"), "got '0.png 11' in line 1"),
        (lambda f: (f / "mnist_m_train_labels.txt").write_text("0.png 12\n"), "got '0.png 12' in line 1"),
        (lambda f: (f / "mnist_m_train_labels.txt").write_text("0.png\n"), "got '0.png' in line 1"),
        (lambda f: (f / "mnist_m_train_labels.txt").write_text("../0.png 1\n"), "got the name '../0.png' in line 1"),
        (lambda f: (f / "mnist_m_train" / "00000001.png").unlink(), "00000001.png"),
        (link_out, "got '00000001.png' in line 5, a link out of"),
        (lambda f: (f / "mnist_m_train" / "00000001.png").write_bytes(b"no"), "00000001.png"),
        (lambda f: Image.new("RGB", (9, 9)).save(f / "mnist_m_train" / "00000001.png"), "got 9×9 pixels"),
    ],
)
def test_damage_in_the_released_folders_is_named(tmp_path, damage, message):
    write_released(tmp_path)
    damage(tmp_path)
    with pytest.raises(ValueError, match=message) as caught:
        read_mnistm(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_in_the_place_of_a_released_label_file_is_not_waited_for(tmp_path):
    write_released(tmp_path)
    (tmp_path / "mnist_m_test_labels.txt").unlink()
    os.mkfifo(tmp_path / "mnist_m_test_labels.txt")
    with pytest.raises(ValueError, match=r"mnist_m_test_labels\.txt: got a pipe, a socket or a device"):
        read_mnistm(tmp_path)


def test_two_targets_and_other_kinds_of_digits_are_refused(data_dir):
    with pytest.raises(ValueError, match="target_dir: got 'b' beside target_npz"):
        mnist_mnistm_pair(data_dir, "a", target_dir="b")
    with pytest.raises(ValueError, match="digits: got 'white', expected one of binarised, grey"):
        mnist_mnistm_pair(data_dir, digits="white")
    with pytest.raises(ValueError, match=r"digits: got float64 \(2, 3, 3\)"):
        recolour_digits(np.zeros((2, 3, 3)), np.random.default_rng(0))
    with pytest.raises(TypeError, match="rng: got 5"):
        recolour_digits(np.zeros((2, 3, 3), np.uint8), 5)


def test_what_is_missing_or_broken_is_named(data_dir):
    with pytest.raises(ValueError, match="seed: got -1"):
        mnist_mnistm_pair(data_dir, seed=-1)
    with pytest.raises(ValueError, match=r"target_npz: got '.*none\.npz'"):
        mnist_mnistm_pair(data_dir, data_dir / "none.npz")
    (data_dir / "bsds500" / "val" / "1.jpg").write_bytes(b"text")
    with pytest.raises(ValueError, match=r"1\.jpg: got text, which begins .text., expected a JPEG"):
        mnist_mnistm_pair(data_dir)
    (data_dir / "bsds500" / "val").rename(data_dir / "elsewhere")
    with pytest.raises(
        ValueError, match=r"data_dir: got '.*' without photographs, expected bsds500/\{train,val,test\}"
    ):
        mnist_mnistm_pair(data_dir)
    (data_dir / "bsds500" / "val").mkdir()
    with pytest.raises(ValueError, match=r"folder: got '.*val', expected a folder with JPEG or PNG"):
        mnist_mnistm_pair(data_dir)
    (data_dir / "mnist" / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(ValueError, match="data_dir: got no train-labels-idx1-ubyte"):
        mnist_mnistm_pair(data_dir)
