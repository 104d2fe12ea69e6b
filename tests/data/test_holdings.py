"""The data sets that a folder holds, by reading them."""

import io

import pytest
from helpers.files import refused, write_mnist
from helpers.matlab import house_numbers, mat, matrix
from helpers.signs import write_gtsrb, write_synsigns
from PIL import Image

from minidann.data.catalogue import CATALOGUE
from minidann.data.holdings import READERS, holdings


def states(folder):
    return {each.name: (each.state, each.words) for each in holdings(folder) if each.state != "missing"}


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def photograph(height=3, width=4):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def full(tmp_path, rng):
    """A folder with small data sets in the layouts of their releases."""
    write_mnist(tmp_path / "mnist", packed=True)
    for part, n in (("train", 3), ("val", 1), ("test", 2)):
        for i in range(n):
            write(tmp_path / "BSR" / "BSDS500" / "data" / "images" / part / f"{i}.png", photograph())
    for part, n in (("train", 2), ("test", 1)):
        images, labels = house_numbers(n, rng)
        for name in (f"svhn/{part}_32x32.mat", f"synnumbers/synth_{part}_32x32.mat"):
            write(tmp_path / name, mat(matrix("X", images), matrix("y", labels)))
        write(tmp_path / "mnist_m" / "mnist_m" / f"mnist_m_{part}" / "0.png", photograph(32, 32))
        write(tmp_path / "mnist_m" / "mnist_m" / f"mnist_m_{part}_labels.txt", b"0.png 5\n")
    line = b"7 " + b" ".join(b"%d:-1" % i for i in range(1, 256)) + b" 256:1\n"
    write(tmp_path / "usps" / "usps", line)
    write(tmp_path / "usps" / "usps.t", line * 2)
    write_gtsrb(tmp_path / "gtsrb" / "GTSRB", test_labels="../GT-final_test.csv")
    write_synsigns(tmp_path / "synsigns" / "synthetic_data")
    return tmp_path


def test_each_data_set_is_found_and_counted(full):
    released = {name: " + ".join(f"{count:,}" for count in CATALOGUE[name].counts) for name in CATALOGUE}
    assert states(full) == {
        "mnist": ("in part", f"6 + 4 images; the release has {released['mnist']}"),
        "mnistm": ("in part", f"1 + 1 images; the release has {released['mnistm']}"),
        "bsds500": ("in part", f"3 + 1 + 2 images; the release has {released['bsds500']}"),
        "svhn": ("in part", f"2 + 1 images; the release has {released['svhn']}"),
        "synnumbers": ("complete", "2 + 1 images"),  # we do not know how many the release has
        "usps": ("in part", f"1 + 2 images; the release has {released['usps']}"),
        "synsigns": ("in part", f"3 images; the release has {released['synsigns']}"),
        "gtsrb": ("in part", f"4 + 4 images; the release has {released['gtsrb']}"),
    }


@pytest.mark.parametrize(
    ("name", "file", "words"),
    [
        ("mnist", "mnist/train-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte"),
        ("mnistm", "mnist_m/mnist_m/mnist_m_test/0.png", "mnist_m_test/0.png: got no such file"),
        ("bsds500", "BSR/BSDS500/data/images/val/0.png", "val', expected a folder with JPEG or PNG photographs"),
        ("svhn", "svhn/test_32x32.mat", "got no test_32x32.mat"),
        ("synnumbers", "synnumbers/synth_test_32x32.mat", "got no synth_test_32x32.mat"),
        ("usps", "usps/usps.t", "usps.t"),
        ("synsigns", "synsigns/synthetic_data/train/2.png", "train/2.png"),
        ("gtsrb", "gtsrb/GT-final_test.csv", "GT-final_test.csv"),
    ],
)
def test_a_data_set_without_a_file_is_faulty_and_the_file_is_named(full, name, file, words):
    (full / file).unlink()
    state, said = states(full)[name]
    assert state == "faulty"
    assert words in said
    assert "\n" not in said


def test_names_are_looked_for_in_files_only_and_not_in_other_sets(tmp_path):
    write_mnist(tmp_path / "FashionMNIST" / "raw")
    (tmp_path / "gtsrb").mkdir()  # empty, as a failed download leaves it
    (tmp_path / "usps").mkdir()
    (tmp_path / "again").symlink_to(tmp_path)
    assert states(tmp_path) == {}
    assert [each.name for each in holdings(tmp_path)] == list(READERS)


def test_a_half_downloaded_file_makes_a_data_set_faulty(tmp_path):
    write(tmp_path / "svhn" / "train_32x32.mat.part", b"half")
    assert states(tmp_path)["svhn"][0] == "faulty"


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    assert "expected a folder" in refused(holdings, tmp_path / "none")


def test_every_data_set_has_a_reader():
    assert list(READERS) == list(CATALOGUE)
