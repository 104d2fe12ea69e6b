"""Mapped arrays: pieces, sums and rows are those of arrays in memory, and pages are given back."""

import numpy as np
import pytest

from minidann.data import DomainPair, mapped
from minidann.data.mapped import channel_means, largest_value, mapping, pieces, release, take_rows


@pytest.fixture
def images(tmp_path, rng, monkeypatch):
    """The same images in memory and mapped, in pieces of seven."""
    x = rng.integers(256, size=(30, 4, 5, 3), dtype=np.uint8)
    np.save(tmp_path / "x.npy", x)
    monkeypatch.setattr(mapped, "PIECE", 7 * x[0].nbytes + 1)
    return x, np.load(tmp_path / "x.npy", mmap_mode="r")


def test_the_mapping_is_found_behind_views(images):
    x, file = images
    found = mapping(file)
    assert found is not None
    for view in (np.asarray(file), file[3:], np.asarray(file)[::2].reshape(-1, 60)):
        assert mapping(view) is found
    for other in (x, file.copy(), file[[1, 2]], [1], None):
        assert mapping(other) is None


def test_pieces_make_the_whole(images):
    x, file = images
    assert [len(piece) for piece in pieces(file)] == [7, 7, 7, 7, 2]
    np.testing.assert_array_equal(np.concatenate(list(pieces(file))), x)
    assert [piece is x for piece in pieces(x)] == [True]
    np.testing.assert_array_equal(take_rows(np.asarray(file), np.array([29, 0, 0])), x[[29, 0, 0]])


def test_changes_of_a_private_copy_are_not_given_back(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((3, 4), np.uint8))
    private = np.load(tmp_path / "x.npy", mmap_mode="c")
    private[1] = 7
    release(private)
    assert list(map(len, pieces(private))) == [3]
    assert private[1].tolist() == [7] * 4


def test_values_and_means_are_those_of_the_whole_bit_for_bit(images, rng):
    x, file = images
    assert largest_value(file) == x.max()
    assert largest_value(np.array([[-3.0, 2.0]])) == 3
    both = np.concatenate([x, x[:9]])
    np.testing.assert_array_equal(channel_means([file, x[:9]]), both.mean(axis=(0, 1, 2)))
    floats = rng.standard_normal((50, 6, 6, 2)).astype(np.float32)
    means = np.concatenate([floats, floats[:3]]).mean((0, 1, 2))
    np.testing.assert_array_equal(channel_means([floats, floats[:3]]), means)
    assert channel_means([floats]).dtype == np.float32


def test_a_pair_does_not_copy_a_mapped_array(images):
    x, file = images
    y = np.arange(30) % 2
    test = {"x_source_test": ~x[:5], "y_source_test": y[:5], "x_target_test": x[:5] // 2 + 1, "y_target_test": y[:5]}
    pair = DomainPair("a → b", x_source=file, y_source=y, x_target=255 - x, **test)
    assert mapping(pair.x_source) is mapping(file)
    assert type(pair.x_source) is np.ndarray
