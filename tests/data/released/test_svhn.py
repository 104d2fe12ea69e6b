"""SVHN and SYN NUMBERS as released: beside SciPy's own reader, and one line for each fault of a file."""

import struct
import tracemalloc

import numpy as np
import pytest
import scipy.io
from helpers.files import refused
from helpers.matlab import house_numbers, mat, matrix, packed

from minidann.data.released import read_svhn, read_synnumbers

FILES = ("train_32x32.mat", "test_32x32.mat")


@pytest.fixture
def arrays(rng):
    return house_numbers(21, rng)


@pytest.fixture
def folder(tmp_path, arrays):
    x, y = arrays
    for name in FILES:
        (tmp_path / name).write_bytes(mat(packed(matrix("X", x)), packed(matrix("y", y))))
    return tmp_path


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_images_and_labels_are_those_of_scipy(tmp_path, arrays, compressed, kind):
    x, y = arrays
    inner = tmp_path / "SVHN"
    inner.mkdir()
    for name, n in zip(FILES, (21, 3)):  # three labels stand in the tag of their element
        content = {"notes": "other", "X": x[..., :n], "more": [[1.5, 2]], "y": y[:n].astype(kind)}
        scipy.io.savemat(inner / name, content, do_compression=compressed)
    images = read_svhn(tmp_path)
    assert images.x_train.dtype == np.uint8
    assert images.y_train.dtype == np.int64
    assert images.x_train.flags.c_contiguous
    for name, got, labels in zip(FILES, (images.x_train, images.x_test), (images.y_train, images.y_test)):
        theirs = scipy.io.loadmat(inner / name)
        np.testing.assert_array_equal(got, theirs["X"].transpose(3, 0, 1, 2))
        np.testing.assert_array_equal(labels, theirs["y"].ravel() % 10)
    assert set(images.y_train) == set(range(10))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("first", ["X", "y"])
def test_both_orders_of_bytes_and_of_arrays_are_read(folder, arrays, order, first):
    x, y = arrays
    parts = [packed(matrix("X", x, order), order), matrix("y", y.astype(np.uint16).T, order)]
    (folder / FILES[0]).write_bytes(mat(*(parts if first == "X" else parts[::-1]), order=order))
    images = read_svhn(folder)
    np.testing.assert_array_equal(images.x_train, images.x_test)
    np.testing.assert_array_equal(images.y_train, y.ravel() % 10)


def test_synthetic_numbers_have_the_labels_of_their_digits(tmp_path, arrays):
    x, y = arrays
    (tmp_path / "synth_digits").mkdir()
    for name in FILES:
        scipy.io.savemat(tmp_path / "synth_digits" / f"synth_{name}", {"X": x, "y": y - 1})
    np.testing.assert_array_equal(read_synnumbers(tmp_path).y_test, y.ravel() - 1)
    assert refused(read_svhn, tmp_path).startswith("data_dir: got no train_32x32.mat and no test_32x32.mat in ")


def test_a_reading_takes_little_more_than_its_images(tmp_path, rng):
    x, y = house_numbers(1500, rng)
    for name in FILES:
        (tmp_path / name).write_bytes(mat(packed(matrix("X", x // 64)), packed(matrix("y", y))))
    read_svhn(tmp_path)
    tracemalloc.start()
    images = read_svhn(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.3 * (images.x_train.nbytes + images.x_test.nbytes)


# refusals ------------------------------------------------------------------------------------------------------------

X, Y = house_numbers(5, np.random.default_rng(0))
GOOD_X, GOOD_Y = matrix("X", X), matrix("y", Y)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got an empty file, expected a .mat file with the images X and the labels y"),
        (b"<!DOCTYPE html><p>404", "got an HTML page saved instead of the data"),
        (
            b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM" + bytes(400),
            ".mat file of version 7.3 (save it with -v7)",
        ),
        (mat(), "got a .mat file without X and y"),
        (mat(GOOD_X), "got a .mat file without y"),
        (mat(GOOD_Y, matrix("x", X)), "got a .mat file without X"),
        (mat(GOOD_X, GOOD_Y)[:-4], "got a .mat file that is cut short"),
        (mat(packed(GOOD_X), packed(GOOD_Y))[:-4], "got a .mat file that is cut short"),
        (mat(packed(GOOD_X[:-600])), "got a file that is cut short in X"),
        (mat(packed(GOOD_X + bytes(8)), GOOD_Y), "got a damaged .mat file: 'X' is longer than its header says"),
        (mat(GOOD_X, GOOD_X, GOOD_Y), "got two arrays X"),
        (mat(matrix("X", X, shape=(32, 32, 3, 6)), GOOD_Y), "the size of 'X' is not the size in its header"),
        (mat(matrix("X", X, shape=(32, 32, 3, -5)), GOOD_Y), "whose array 'X' holds no real numbers"),
        (mat(matrix("X", X, flags=0x800), GOOD_Y), "whose array 'X' holds no real numbers"),
        (mat(matrix("X", X.transpose(3, 0, 1, 2)), GOOD_Y), "got X of uint8 (5, 32, 32, 3), stored as uint8, expected"),
        (mat(matrix("X", X / 255), GOOD_Y), "got X of double (32, 32, 3, 5), stored as float64, expected bytes"),
        (mat(matrix("X", X // 128), GOOD_Y), "got pixels 0 and 1 only"),
        (mat(matrix("X", X[..., :0]), GOOD_Y), "got X of uint8 (32, 32, 3, 0), stored as uint8, expected bytes"),
        (mat(GOOD_X, matrix("y", Y[:4])), "got 4 labels for 5 images"),
        (mat(GOOD_X, matrix("y", Y + 6)), "got labels 7, 8, 9, 10, 11, expected 0 to 9, or 1 to 10"),
        (mat(GOOD_X, matrix("y", Y * 5 - 5)), "got labels 0, 5, 10, 15, 20, expected"),
        (mat(GOOD_X, matrix("y", np.array([[0, 1, 2, 3, 10]]))), "got labels 0, 1, 2, 3, 10, expected"),
        (mat(GOOD_X, matrix("y", Y * np.nan)), "got labels nan"),
        (mat(GOOD_X, matrix("y", Y + 0.5)), "got labels 1.5"),
        (mat(GOOD_X, matrix("y", np.eye(5))), "got y of double (5, 5), stored as float64, expected labels (n, 1)"),
        (mat(GOOD_X, struct.pack("<II", 99, 8) + bytes(8)), "an element of an unknown type"),
        (mat(GOOD_X, struct.pack("<II", 15, 9) + b"no stream"), "got a damaged .mat file: "),
    ],
)
def test_files_that_do_not_fit_are_named(folder, content, message):
    path = folder / FILES[0]
    path.write_bytes(content)
    assert refused(read_svhn, folder).startswith(f"{path}: ")
    assert message in refused(read_svhn, folder)


def test_a_false_count_of_images_takes_no_memory(folder):
    whole = bytearray(GOOD_X)
    n = 1_000_000  # consistent in all three headers
    struct.pack_into("<I", whole, 4, 3072 * n + 64)
    whole = bytes(whole).replace(struct.pack("<4i", 32, 32, 3, 5), struct.pack("<4i", 32, 32, 3, n))
    whole = whole.replace(struct.pack("<II", 2, 3072 * 5), struct.pack("<II", 2, 3072 * n))
    (folder / FILES[0]).write_bytes(mat(packed(whole), packed(GOOD_Y)))
    tracemalloc.start()
    assert "the size of 'X' is not the size in its header" in refused(read_svhn, folder)
    assert tracemalloc.get_traced_memory()[1] < 2**21
    tracemalloc.stop()


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    assert refused(read_svhn, folder) == (
        f"data_dir: got no {name} in {folder}, or in its folder svhn, expected {FILES[0]} and {FILES[1]}"
    )
    assert "(No such file or directory), expected a folder" in refused(read_svhn, folder / "none")
    assert "(a file), expected a folder" in refused(read_svhn, folder / FILES[name == FILES[0]])
