"""A target in an .npz: the content of a good file, and for every other one a line with a way out that works."""

import io
import pickle
import re
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from helpers.files import refused, target_arrays

from minidann.data.npz_target import read_npz_target


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.npz"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_target_of_28_pixels_comes_as_it_is(path, save):
    arrays = target_arrays()
    save(path, **arrays)
    target = read_npz_target(path)
    for name, array in arrays.items():
        np.testing.assert_array_equal(getattr(target, name), array)
    assert target.x_train.dtype == np.uint8
    assert target.y_train.dtype == target.y_test.dtype == np.int64


def test_a_target_of_32_pixels_loses_two_on_each_side(path):
    arrays = target_arrays(32)
    np.savez(path, **arrays)
    target = read_npz_target(str(path))
    assert target.x_train.shape == (5, 28, 28, 3)
    np.testing.assert_array_equal(target.x_train, arrays["x_train"][:, 2:-2, 2:-2])
    np.testing.assert_array_equal(target.x_test[:, 0, 27], arrays["x_test"][:, 2, 29])


@pytest.mark.parametrize("without", [["y_train"], ["y_test"], ["y_train", "y_test"]])
def test_labels_may_be_absent(path, without):
    arrays = target_arrays()
    np.savez(path, **{name: array for name, array in arrays.items() if name not in without})
    target = read_npz_target(path)
    assert [name for name in target._fields if getattr(target, name) is None] == without
    np.testing.assert_array_equal(target.x_test, arrays["x_test"])


def test_arrays_in_columns_and_other_byte_orders_are_read(path):
    arrays = target_arrays()
    np.savez(path, **arrays | {"x_train": np.asfortranarray(arrays["x_train"]), "y_train": np.arange(5, dtype=">i4")})
    target = read_npz_target(path)
    np.testing.assert_array_equal(target.x_train, arrays["x_train"])
    assert target.y_train.tolist() == [0, 1, 2, 3, 4]


def test_a_path_from_home_is_followed(path, monkeypatch):
    monkeypatch.setenv("HOME", str(path.parent))
    np.savez(path, **target_arrays())
    assert len(read_npz_target("~/t.npz").x_train) == 5
    with pytest.raises(TypeError, match="target_npz: got None, expected a path"):
        read_npz_target(None)


# other arrays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x_train", np.zeros((5, 28, 28, 3), np.complex64), "got x_train of complex64 (5, 28, 28, 3), expected uint8"),
        ("x_train", np.full((5, 28, 28, 3), np.nan), "got x_train of float64 (5, 28, 28, 3), expected uint8"),
        ("x_test", np.zeros((2, 30, 30, 3), np.uint8), "got x_test of uint8 (2, 30, 30, 3), expected uint8"),
        ("x_test", np.zeros((0, 28, 28, 3), np.uint8), "got x_test of uint8 (0, 28, 28, 3), expected uint8"),
        ("x_test", np.uint8(3), "got x_test of uint8 (), expected uint8"),
        ("x_test", np.array(["a"]), "got x_test of <U1 (1,), expected uint8"),
        ("y_train", np.arange(4), "got y_train of int64 (4,), expected 5 integers"),
        ("y_train", np.zeros((5, 3)), "got y_train of float64 (5, 3), expected 5 integers"),
        ("y_test", np.array([0, 10]), "got y_test of labels 0 to 10, expected 0 to 9"),
        ("y_test", np.array([-1, 3]), "got y_test of labels -1 to 3, expected 0 to 9"),
        ("y_test", np.array([True, False]), "got y_test of bool (2,), expected 2 integers"),
    ],
)
def test_target_arrays_that_do_not_fit_are_named(path, name, value, message):
    np.savez(path, **{**target_arrays(), name: value})
    assert refused(read_npz_target, path).startswith(f"target_npz: {message}")


IMAGES = target_arrays()["x_train"]
GREY = IMAGES[..., 0]
OTHER_FORMS = {
    "grey": (GREY, GREY[..., None].repeat(3, axis=3)),
    "grey with an axis": (GREY[..., None], GREY[..., None].repeat(3, axis=3)),
    "grey first": (GREY[:, None], GREY[..., None].repeat(3, axis=3)),
    "grey in rows": (GREY.reshape(5, -1), GREY[..., None].repeat(3, axis=3)),
    "channels first": (IMAGES.transpose(0, 3, 1, 2), IMAGES),
    "examples last": (IMAGES.transpose(1, 2, 3, 0), IMAGES),
    "rows": (IMAGES.reshape(5, -1), IMAGES),
    "alpha": (np.concatenate([IMAGES, IMAGES[..., :1]], axis=3), IMAGES),
    "floats to 1": (IMAGES / np.float32(255), IMAGES),
    "floats to 255": (IMAGES.astype(np.float64), IMAGES),
    "floats around 0": (IMAGES / 127.5 - 1, IMAGES),
    "floats to 1, channels first": ((IMAGES / 255).transpose(0, 3, 1, 2), IMAGES),
    "16 bits": (IMAGES.astype(np.uint16) * 257, IMAGES),
    "integers": (IMAGES.astype(np.int64), IMAGES),
    "noughts and ones": (IMAGES // 128, IMAGES // 128 * 255),
    "booleans": (IMAGES > 127, IMAGES // 128 * 255),
    "signed bytes": ((IMAGES > 127).astype(np.int8), IMAGES // 128 * 255),
}


def remedied(path, arrays, name):
    """Follow the message of a refusal until the file is read, at most three times."""
    for _ in range(3):
        np.savez(path, **arrays)
        message = refused(read_npz_target, path)
        (remedy,) = re.findall(r": use (.*?)(?: if .*)?$", message)
        arrays = {**arrays, name: eval(remedy, {"np": np, **arrays})}
        np.savez(path, **arrays)
        try:
            return getattr(read_npz_target(path), name)
        except ValueError:
            pass
    raise AssertionError(message)


@pytest.mark.parametrize(("other", "expected"), OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_images_of_another_form_are_refused_and_the_way_out_works(path, other, expected):
    np.testing.assert_array_equal(remedied(path, target_arrays() | {"x_train": other}, "x_train"), expected)


DIGITS = np.array([1, 0, 9, 3, 4])


@pytest.mark.parametrize(
    "other",
    [
        np.eye(10)[DIGITS],
        DIGITS[:, None],
        DIGITS[None],
        DIGITS.astype(float),
        DIGITS.astype(str),
        np.array([1, 2, 3, 4, 10]),
    ],
    ids=["one-hot", "a column", "a row", "floats", "strings", "1 to 10"],
)
def test_labels_of_another_form_are_refused_and_the_way_out_works(path, other):
    expected = np.array([1, 2, 3, 4, 0]) if other.dtype.kind == "i" and other.max() == 10 else DIGITS
    np.testing.assert_array_equal(remedied(path, target_arrays() | {"y_train": other}, "y_train"), expected)


def test_missing_arrays_are_named_with_those_that_are_there(path):
    np.savez(path, images=IMAGES, labels=DIGITS, **{f"a{i}": DIGITS for i in range(9)})
    assert refused(read_npz_target, path) == (
        f"target_npz: got {str(path)!r} without x_train and x_test (it has images, labels, a0, a1, a2, a3 and 5 others)"
        ", expected an .npz of the arrays x_train and x_test, and y_train and y_test if there are labels"
    )


# other files ---------------------------------------------------------------------------------------------------------


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_dot_", "."), content)
    return buffer.getvalue()


OTHER_FILES = {
    "empty": (b"", "an empty file"),
    "page": (b"\xef\xbb\xbf\n<!doctype HTML><html>", "an HTML page saved instead of the data"),
    "page without a type": (b"<html><body>404", "an HTML page saved instead of the data"),
    "xml": (b"<?xml version='1.0'?><Error>AccessDenied</Error>", "an XML file"),
    "matlab": (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(100), "a MATLAB file (.mat)"),
    "matlab 7.3": (b"MATLAB 7.3 MAT-file" + bytes(600) + b"\x89HDF\r\n\x1a\n", "a MATLAB file (.mat)"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(90), "an HDF5 file (.h5)"),
    "npy": (npy(np.zeros(3)), "one array in NumPy's .npy format"),
    "gzip": (b"\x1f\x8b\x08" + bytes(9), "a gzip file (.gz)"),
    "pickle": (pickle.dumps({"x_train": 1}), "a pickle, which is never loaded because it can run any code"),
    "text": (b"label,pixel0,pixel1\n5,0,0\n", "text, which begins 'label,pixel0,pixel1 5,0,0'"),
    "umlauts": ("äöü".encode() * 400, "text, which begins"),
    "utf-16": ("text".encode("utf-16"), "text in UTF-16"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer instead of the data"),
    "zip": (zipped(a_dot_txt=b"1"), "a ZIP archive without arrays, of a.txt"),
    "empty zip": (zipped(), "an empty ZIP archive"),
    "torch": (zipped(**{"model/data.pkl": b"", "model/data/0": b""}), "a PyTorch file"),
    "idx": (b"\0\0\x08\x03" + bytes(30), "an IDX file"),
    "png": (b"\x89PNG\r\n", "a PNG image"),
    "tar": (bytes(257) + b"ustar", "a tar archive"),
    "zeros": (bytes(5000), "a file of zeros"),
    "noise": (b"\xfe\x01\x02\x03" * 99, "a file of an unknown kind, which begins 0xfe010203"),
}


@pytest.mark.parametrize(("content", "kind"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_a_file_of_another_kind_is_called_by_its_kind(path, content, kind):
    path.write_bytes(content)
    message = refused(read_npz_target, path)
    assert message.startswith(f"target_npz: got {str(path)!r} ({kind}")
    assert message.endswith(
        "), expected an .npz of the arrays x_train and x_test, and y_train and y_test if there are labels"
    )


def test_what_is_no_file_is_named(path, tmp_path):
    assert "t.npz' (no such file), expected an .npz" in refused(read_npz_target, path)
    assert "' (a folder), expected an .npz" in refused(read_npz_target, tmp_path)
    path.symlink_to("t.npz")
    assert "a file that cannot be read: Too many levels of symbolic links" in refused(read_npz_target, path)


def test_a_damaged_archive_is_named(path):
    np.savez_compressed(path, **target_arrays())
    whole = path.read_bytes()
    middle = len(whole) // 3
    for broken in (whole[:middle], whole[:middle] + bytes(50) + whole[middle + 50 :], whole[:-30]):
        path.write_bytes(broken)
        assert refused(read_npz_target, path).startswith(f"target_npz: got {str(path)!r} (a damaged archive: ")


class Marker:
    """A pickle of this object makes a file when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_planted_pickle_would_leave_its_mark_and_is_not_loaded(path, tmp_path):
    mark = tmp_path / "mark"
    planted = np.array([Marker(mark)], object)
    np.savez(path, **target_arrays() | {"y_train": planted})
    with np.load(path, allow_pickle=True) as archive:
        archive["y_train"][0].close()
    assert mark.exists()  # the pickle works
    mark.unlink()
    assert "array 'y_train' holds Python objects, which are never unpickled" in refused(read_npz_target, path)
    path.write_bytes(pickle.dumps(Marker(mark)))
    assert "a pickle" in refused(read_npz_target, path)
    assert not mark.exists()


def test_members_that_nobody_asked_for_are_not_read(path, tmp_path):
    mark = tmp_path / "mark"
    np.savez_compressed(
        path, **target_arrays(), other=np.array([Marker(mark)], object), zeros=np.zeros(50_000_000, "u1")
    )
    tracemalloc.start()
    read_npz_target(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
    assert not mark.exists()


def test_a_false_size_costs_no_memory(path):
    """A header of 3 GB over a few bytes, with and without an entry in the directory that says the same."""
    header = npy(np.empty(0, np.uint8)).replace(b"(0,), ", b"(1000000, 32, 32, 3), ".ljust(6))[: 10 + 118]
    path.write_bytes(zipped(x_train_dot_npy=header + bytes(100), x_test_dot_npy=header + bytes(100)))
    assert "(a damaged archive: " in refused(read_npz_target, path)
    content = bytearray(zipped(x_train_dot_npy=header, x_test_dot_npy=header))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", len(header) + 3_072_000_000)
    path.write_bytes(content)
    tracemalloc.start()
    assert "damaged archive" in refused(read_npz_target, path) or "as no data set does" in refused(
        read_npz_target, path
    )
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_two_members_of_one_name_are_refused(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", npy(IMAGES))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x_train.npy", npy(IMAGES))
    assert "an archive with two arrays named 'x_train'" in refused(read_npz_target, path)


def test_a_wrong_sum_is_noticed(path):
    np.savez(path, **target_arrays())
    content = bytearray(path.read_bytes())
    content[content.index(target_arrays()["x_test"].tobytes()[:50])] ^= 1
    path.write_bytes(content)
    assert zlib.crc32(b"") == 0
    assert "Bad CRC-32" in refused(read_npz_target, path)


def test_black_images_get_no_advice_to_scale(tmp_path):
    black = np.zeros((4, 28, 28, 3), np.uint8)
    np.savez(tmp_path / "black.npz", x_train=black, x_test=black)
    with pytest.raises(ValueError, match="got x_train of black pixels only, expected images$"):
        read_npz_target(tmp_path / "black.npz")
