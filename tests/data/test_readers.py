"""The readers: what a good file gives, and that every bad one is named in one line."""

import gzip
import struct

import numpy as np
import pytest
from PIL import Image

from minidann.data.readers import photographs, read_idx, read_mnist, read_npz_target, read_photograph


def idx(array):
    """A uint8 array as the bytes of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_mnist(folder, names="{}-{}-ubyte", packed=False, **instead):
    """Six training digits and four to test on; ``instead`` replaces an array by its key."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        "train-images": np.arange(6 * 784, dtype=np.uint8).reshape(6, 28, 28),
        "train-labels": np.array([0, 1, 2, 0, 1, 2], np.uint8),
        "t10k-images": np.full((4, 28, 28), 200, np.uint8),
        "t10k-labels": np.array([2, 1, 0, 1], np.uint8),
    }
    arrays.update({key.replace("_", "-"): array for key, array in instead.items()})
    for key, array in arrays.items():
        name = names.format(key, "idx3" if "images" in key else "idx1")
        data = idx(array)
        (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(data) if packed else data)
    return arrays


def refused(call, *arguments):
    """The message of the ValueError of a call: always one line."""
    with pytest.raises(ValueError) as caught:
        call(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# IDX -------------------------------------------------------------------------------------------------------------

CUBE = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("name", ["plain", "plain.gz"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_idx_is_read_whatever_its_name_says_of_packing(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(idx(CUBE)))
    array = read_idx(tmp_path / name)
    np.testing.assert_array_equal(array, CUBE)
    assert array.dtype == np.uint8
    assert array.flags.writeable


@pytest.mark.parametrize(("code", "dtype"), [(0x09, "i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0D, ">f4"), (0x0E, ">f8")])
def test_other_number_types_come_in_native_byte_order(tmp_path, code, dtype):
    numbers = np.array([-2, 0, 100], dtype)
    (tmp_path / "n").write_bytes(bytes([0, 0, code, 1]) + struct.pack(">I", 3) + numbers.tobytes())
    array = read_idx(str(tmp_path / "n"))
    assert array.tolist() == [-2, 0, 100]
    assert array.dtype == np.dtype(dtype).newbyteorder("=")
    assert array.dtype.isnative


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "got a file that begins 0x, expected IDX"),
        (b"\0\0\x08", "begins 0x000008, expected IDX"),
        (b"\x89PNG" + bytes(20), "begins 0x89504e47, expected IDX"),
        (b"\0\0\x07\x01" + bytes(4), "begins 0x00000701, expected IDX"),
        (b"\0\0\x08\0" + bytes(4), "begins 0x00000800, expected IDX"),
        (idx(CUBE)[:10], "got 10 bytes, expected 16 for the header alone: the file is cut short"),
        (idx(CUBE)[:-1], r"got 39 bytes, expected 40 for shape (2, 3, 4): it is cut short"),
        (idx(CUBE) + b"\0", r"got 41 bytes, expected 40 for shape (2, 3, 4): it is longer than its header says"),
        (b"\0\0\x08\x02" + b"\xff" * 8, "for shape (4294967295, 4294967295): it is cut short"),
        (gzip.compress(idx(CUBE), mtime=0)[:-6], "got a file that cannot be read, expected IDX"),
        (gzip.compress(idx(CUBE), mtime=0)[:-8] + bytes(8), "got a file that cannot be read, expected IDX (CRC"),
        (b"\x1f\x8b" + b"\xff" * 30, "got a file that cannot be read, expected IDX"),
        (gzip.compress(idx(CUBE)[:-1], mtime=0), "got 39 bytes, expected 40"),
    ],
)
def test_a_bad_idx_file_is_named(tmp_path, data, message):
    (tmp_path / "digits").write_bytes(data)
    said = refused(read_idx, tmp_path / "digits")
    assert said.startswith(f"{tmp_path / 'digits'}: got ")
    assert message in said


def test_an_idx_file_that_is_not_there_or_a_folder_is_named(tmp_path):
    assert refused(read_idx, tmp_path / "none") == f"{tmp_path / 'none'}: got no such file, expected an IDX file"
    assert f"{tmp_path}: got a file that cannot be read" in refused(read_idx, tmp_path)


# MNIST -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", [".", "mnist"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("names", ["{}-{}-ubyte", "{}.{}-ubyte"])
def test_mnist_is_found_under_its_spellings_and_in_either_folder(tmp_path, below, packed, names):
    written = write_mnist(tmp_path / below, names, packed)
    for array, expected in zip(read_mnist(tmp_path), written.values()):
        assert array.dtype == np.uint8
        np.testing.assert_array_equal(array, expected)


def test_missing_mnist_files_are_listed_with_the_places_looked_in(tmp_path):
    write_mnist(tmp_path / "mnist")
    (tmp_path / "mnist" / "t10k-images-idx3-ubyte").unlink()
    (tmp_path / "mnist" / "train-labels-idx1-ubyte").unlink()
    assert refused(read_mnist, str(tmp_path)) == (
        f"data_dir: got no train-labels-idx1-ubyte(.gz), t10k-images-idx3-ubyte(.gz) in {tmp_path} and "
        f"{tmp_path / 'mnist'}, expected the four files of MNIST"
    )
    assert "data_dir: got no train-images-idx3-ubyte(.gz), " in refused(read_mnist, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("instead", "message"),
    [
        ({"t10k_labels": np.zeros(3, np.uint8)}, "t10k-labels-idx1-ubyte: got uint8 (3,), expected uint8 (4,)"),
        (
            {"train_labels": np.zeros((6, 1), np.uint8)},
            "train-labels-idx1-ubyte: got uint8 (6, 1), expected uint8 (6,)",
        ),
        ({"train_labels": np.full(6, 10, np.uint8)}, "train-labels-idx1-ubyte: got labels up to 10, expected 0 to 9"),
        ({"train_images": np.zeros((6, 20, 28), np.uint8)}, "train-images-idx3-ubyte: got uint8 (6, 20, 28), expected"),
        ({"t10k_images": np.zeros((0, 28, 28), np.uint8)}, "t10k-images-idx3-ubyte: got uint8 (0, 28, 28), expected"),
    ],
)
def test_mnist_files_that_do_not_fit_are_named(tmp_path, instead, message):
    write_mnist(tmp_path, **instead)
    assert message in refused(read_mnist, tmp_path)


# a target from an .npz -------------------------------------------------------------------------------------------


def target_arrays(side=28):
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(256, size=(5, side, side, 3), dtype=np.uint8),
        "y_train": np.array([0, 9, 1, 2, 3]),
        "x_test": rng.integers(256, size=(2, side, side, 3), dtype=np.uint8),
        "y_test": np.array([4, 5], np.uint8),
    }


def test_a_target_of_28_pixels_comes_as_it_is(tmp_path):
    arrays = target_arrays()
    np.savez_compressed(tmp_path / "t.npz", **arrays)
    target = read_npz_target(tmp_path / "t.npz")
    for name, array in arrays.items():
        np.testing.assert_array_equal(getattr(target, name), array)
    assert target.x_train.dtype == np.uint8
    assert target.y_train.dtype == target.y_test.dtype == np.int64


def test_a_target_of_32_pixels_loses_two_on_each_side(tmp_path):
    arrays = target_arrays(32)
    np.savez(tmp_path / "t.npz", **arrays)
    target = read_npz_target(str(tmp_path / "t.npz"))
    assert target.x_train.shape == (5, 28, 28, 3)
    np.testing.assert_array_equal(target.x_train, arrays["x_train"][:, 2:-2, 2:-2])
    np.testing.assert_array_equal(target.x_test[:, 0, 27], arrays["x_test"][:, 2, 29])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x_train", np.zeros((5, 28, 28, 3), np.float32), "got x_train of float32 (5, 28, 28, 3), expected uint8"),
        ("x_test", np.zeros((2, 28, 28), np.uint8), "got x_test of uint8 (2, 28, 28), expected uint8"),
        ("x_test", np.zeros((2, 3, 32, 32), np.uint8), "got x_test of uint8 (2, 3, 32, 32), expected uint8"),
        ("x_test", np.zeros((0, 28, 28, 3), np.uint8), "got x_test of uint8 (0, 28, 28, 3), expected uint8"),
        ("x_test", np.uint8(3), "got x_test of uint8 (), expected uint8"),
        ("y_train", np.arange(4), "got y_train of int64 (4,), expected 5 integers"),
        ("y_train", np.eye(5, 10), "got y_train of float64 (5, 10), expected 5 integers"),
        ("y_test", np.array([0, 10]), "got y_test of labels 0 to 10, expected 0 to 9"),
        ("y_test", np.array([-1, 3]), "got y_test of labels -1 to 3, expected 0 to 9"),
    ],
)
def test_target_arrays_that_do_not_fit_are_named(tmp_path, name, value, message):
    np.savez(tmp_path / "t.npz", **{**target_arrays(), name: value})
    assert refused(read_npz_target, tmp_path / "t.npz").startswith(f"target_npz: {message}")


def test_a_target_file_that_is_no_such_archive_is_named(tmp_path):
    path = tmp_path / "t.npz"
    named = f"target_npz: got {str(path)!r}"
    assert refused(read_npz_target, path).startswith(f"{named}, expected an .npz of the arrays x_train")
    np.savez(path, x_train=target_arrays()["x_train"], y_test=np.zeros(2, int))
    assert refused(read_npz_target, path).startswith(f"{named} without y_train, x_test, expected")
    np.savez(path, **{**target_arrays(), "y_train": np.array([{}], object)})
    assert "allow_pickle" in refused(read_npz_target, path)
    np.savez_compressed(path, **target_arrays())
    whole = path.read_bytes()
    middle = len(whole) // 3
    for broken in (b"", b"not an archive", whole[:middle], whole[:middle] + bytes(50) + whole[middle + 50 :]):
        path.write_bytes(broken)
        assert refused(read_npz_target, path).startswith(f"{named}, expected an .npz")
    with open(path, "wb") as file:
        np.save(file, np.zeros(3))
    assert refused(read_npz_target, path).startswith(f"{named}, expected an .npz")


# photographs -----------------------------------------------------------------------------------------------------


def test_photographs_are_found_below_a_folder_in_order(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "folder.png").mkdir()
    for name in ("c.png", "b/2.JPG", "b/10.jpeg", "a.jpg", "notes.txt", "b/._2.JPG"):
        (tmp_path / name).write_bytes(b"")
    found = [path.relative_to(tmp_path).as_posix() for path in photographs(str(tmp_path))]
    assert found == ["a.jpg", "b/10.jpeg", "b/2.JPG", "c.png"]


@pytest.mark.parametrize("name", [".", "nowhere"])
def test_a_folder_without_photographs_is_named(tmp_path, name):
    folder = tmp_path / name
    assert refused(photographs, folder).startswith(f"folder: got {str(folder)!r}, expected a folder with JPEG or PNG")


def test_a_photograph_comes_as_rgb_bytes(tmp_path):
    colours = np.random.default_rng(0).integers(256, size=(4, 6, 3), dtype=np.uint8)
    Image.fromarray(colours).save(tmp_path / "rgb.png")
    np.testing.assert_array_equal(read_photograph(tmp_path / "rgb.png"), colours)
    Image.fromarray(colours[..., 0]).save(tmp_path / "grey.png")
    np.testing.assert_array_equal(read_photograph(str(tmp_path / "grey.png")), colours[..., :1].repeat(3, axis=2))
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(tmp_path / "flat.jpg")
    photograph = read_photograph(tmp_path / "flat.jpg")
    assert photograph.shape == (8, 8, 3)
    assert photograph.dtype == np.uint8
    assert abs(photograph.astype(int) - 90).max() <= 2


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_broken_photograph_is_named(tmp_path, ending):
    path = tmp_path / f"p.{ending}"
    assert refused(read_photograph, path).startswith(f"{path}: got no readable photograph")
    Image.fromarray(np.random.default_rng(0).integers(256, size=(40, 40, 3), dtype=np.uint8)).save(path)
    whole = path.read_bytes()
    for broken in (b"", b"text", whole[: len(whole) // 2]):
        path.write_bytes(broken)
        assert refused(read_photograph, path).startswith(f"{path}: got no readable photograph")
