"""MNIST in the layouts that people have, and one line for files that do not fit."""

import gzip
import shutil

import numpy as np
import pytest
from helpers.files import idx, mnist_arrays, refused, write_mnist

from minidann.data.readers import read_mnist


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
        f"data_dir: got no train-labels-idx1-ubyte(.gz), t10k-images-idx3-ubyte(.gz) in {tmp_path} or its folders "
        "mnist, MNIST/raw, MNIST, mnist/raw, raw, expected the four files of MNIST"
    )
    assert "nowhere' (No such file or directory), expected a folder" in refused(read_mnist, tmp_path / "nowhere")


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


LAYOUTS = {
    "torchvision's root": ("MNIST/raw", "{}-{}-ubyte"),
    "torchvision's folder": ("raw", "{}-{}-ubyte"),
    "another inner folder": ("my digits", "{}-{}-ubyte"),
    "7-Zip": (".", "{0}-{1}-ubyte/{0}.{1}-ubyte"),
    "7-Zip, inner folder": ("mnist", "{0}-{1}-ubyte/{0}-{1}-ubyte"),
    "7-Zip, names with dots": ("archive", "{0}.{1}-ubyte/{0}.{1}-ubyte"),
    "upper case": ("Mnist", "{}-{}-UBYTE"),
    "no ending": (".", "{}-{}"),
    "dots everywhere": (".", "{}.{}.ubyte"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("below", "names"), LAYOUTS.values(), ids=LAYOUTS)
def test_mnist_is_found_in_the_layouts_that_people_have(tmp_path, below, names, packed):
    write_mnist(tmp_path / below, names, packed)
    for array, expected in zip(read_mnist(tmp_path), mnist_arrays().values()):
        np.testing.assert_array_equal(array, expected)


def test_mnist_is_found_beside_another_set_of_the_same_names(tmp_path):
    others = [tmp_path / "FashionMNIST" / "raw", tmp_path / "KMNIST", tmp_path / "fashion-mnist"]
    for other in others:
        write_mnist(other, train_labels=np.full(6, 9, np.uint8))
    assert "got no train-images-idx3-ubyte(.gz), " in refused(read_mnist, tmp_path)
    assert read_mnist(others[1]).y_train.max() == 9  # asked for by its own name
    write_mnist(tmp_path / "digits")
    assert read_mnist(tmp_path).y_train.max() == 2
    write_mnist(tmp_path / "more" / "raw")
    message = refused(read_mnist, tmp_path)
    assert message.endswith(f"/digits and {tmp_path}/more/raw, expected one such folder")
    shutil.move(tmp_path / "more", tmp_path / "MNIST")
    assert read_mnist(tmp_path).y_train.max() == 2


def test_the_test_files_may_be_called_test(tmp_path):
    write_mnist(tmp_path)
    for path in tmp_path.glob("t10k*"):
        path.rename(path.with_name(path.name.replace("t10k", "test")))
    assert read_mnist(tmp_path).y_test.tolist() == [2, 1, 0, 1]


def test_an_unpacked_file_comes_before_a_packed_one(tmp_path):
    write_mnist(tmp_path, packed=True, train_labels=np.full(6, 9, np.uint8))
    write_mnist(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").unlink()
    (tmp_path / "train-images-idx3-ubyte").mkdir()  # an empty folder does not hide the packed file
    assert read_mnist(tmp_path).y_train.max() == 2


def test_a_linked_folder_and_a_path_from_home_are_followed(tmp_path, monkeypatch):
    write_mnist(tmp_path / "elsewhere" / "raw")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "MNIST").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert len(read_mnist("~/data").x_train) == 6


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "mnist.zip").write_bytes(b"PK")
    assert "mnist.zip' (a file), expected a folder with the files" in refused(read_mnist, tmp_path / "mnist.zip")


def test_images_of_noughts_and_ones_are_refused_with_the_way_out(tmp_path):
    write_mnist(tmp_path, train_images=mnist_arrays()["train-images"] % 2)
    assert "got pixels of 0 and 1 only, expected 0 to 255 (multiply them by 255)" in refused(read_mnist, tmp_path)


def test_a_page_saved_in_the_place_of_a_file_is_named(tmp_path):
    write_mnist(tmp_path)
    page = b"<!DOCTYPE html>\n<html><head><title>403 Forbidden</title>"
    for content in (page, gzip.compress(page)):
        (tmp_path / "t10k-images-idx3-ubyte").write_bytes(content)
        message = refused(read_mnist, tmp_path)
        assert message.startswith(f"{tmp_path}/t10k-images-idx3-ubyte: got an HTML page saved instead of the data")


def test_images_of_another_size_are_refused_before_they_are_unpacked(tmp_path):
    write_mnist(tmp_path, packed=True)
    false = idx(np.zeros((9, 9, 9), np.uint8))[:20]  # the header alone
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(false))
    assert "got uint8 (9, 9, 9), expected images: uint8 (n, 28, 28)" in refused(read_mnist, tmp_path)
