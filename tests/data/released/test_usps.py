"""USPS as text of two layouts, packed or not, and as HDF5: equal digits, and one line for each fault."""

import bz2
import gzip
import sys

import numpy as np
import pytest
from helpers.files import refused
from sklearn.datasets import dump_svmlight_file

from minidann.data.released import read_usps

N = 12


@pytest.fixture(scope="module")
def scans():
    """Numbers from −1 to 1 of N scans in steps that text keeps, and the digits."""
    numbers = np.random.default_rng(0).integers(256, size=(N, 256)) / 127.5 - 1
    numbers[0, :3] = -1, 0, 1
    return numbers.round(4), np.arange(N) % 10


def dense(numbers, digits):
    lines = (f"{digit:.4f} " + " ".join(f"{value:.4f}" for value in row) for row, digit in zip(numbers, digits))
    return (" \n".join(lines) + " \n").encode()


def sparse(numbers, digits):
    lines = (
        f"{digit + 1} " + " ".join(f"{i}:{value:.6g}" for i, value in enumerate(row, 1) if value)
        for row, digit in zip(numbers, digits)
    )
    return ("\n".join(lines) + "\n").encode()


def check(images, scans):
    numbers, digits = scans
    assert images.x_train.shape == images.x_test.shape == (N, 16, 16, 1)
    assert images.x_train.dtype == np.uint8
    assert images.y_train.dtype == np.int64
    expected = np.round((numbers + 1) * 127.5).reshape(N, 16, 16, 1)
    assert abs(images.x_train - expected).max() <= 1  # half a byte may be rounded either way
    np.testing.assert_array_equal(images.x_train, images.x_test)
    np.testing.assert_array_equal(images.y_train, digits)
    np.testing.assert_array_equal(images.y_test, digits)


@pytest.mark.parametrize(
    ("train", "test", "write"),
    [
        ("usps.bz2", "usps.t.bz2", lambda scans: bz2.compress(sparse(*scans))),
        ("usps", "usps.t", lambda scans: sparse(*scans)),
        ("zip.train.gz", "zip.test.gz", lambda scans: gzip.compress(dense(*scans))),
        ("zip.train.gz", "zip.test.gz", lambda scans: dense(*scans)),  # a browser has unpacked it
        ("usps/ZIP.TRAIN.TXT", "usps/ZIP.TEST.TXT", lambda scans: dense(*scans)),
    ],
)
def test_both_layouts_give_the_same_digits(tmp_path, scans, train, test, write):
    for name in (train, test):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(write(scans))
    check(read_usps(tmp_path), scans)


def test_files_written_by_scikit_learn_are_read(tmp_path, scans):
    for name in ("usps.train", "usps.test"):
        dump_svmlight_file(scans[0], scans[1], str(tmp_path / name), zero_based=False)
    check(read_usps(tmp_path), scans)  # with a label 0 these are the digits themselves


@pytest.mark.parametrize(("scale", "shift"), [(0.5, 0.5), (127.5, 127.5)])
def test_numbers_of_other_scales_are_the_same_bytes(tmp_path, scans, scale, shift):
    numbers = (scans[0] * scale + shift).round(4).clip(0)
    for name in ("zip.train", "zip.test"):
        (tmp_path / name).write_bytes(dense(numbers, scans[1]))
    check(read_usps(tmp_path), scans)


def test_hdf5_gives_the_same_digits(tmp_path, scans):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "usps.h5", "w") as file:
        for part in ("train", "test"):
            file[f"{part}/data"], file[f"{part}/target"] = (scans[0].astype("f4") + 1) / 2, scans[1]
    check(read_usps(tmp_path), scans)


def test_hdf5_that_leads_elsewhere_is_refused(tmp_path, scans):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "usps.h5"

    def write(train):
        with h5py.File(path, "w") as file:
            file["test/data"], file["test/target"] = scans
            train(file)

    write(lambda file: file.__setitem__("train", h5py.ExternalLink("/etc/other.h5", "/train")))
    assert "whose train/data is a link" in refused(read_usps, tmp_path)
    write(lambda file: file.create_dataset("train/data", (N, 256), "f4", external="/etc/hostname"))
    assert "without train/target" in refused(read_usps, tmp_path) or "lies elsewhere" in refused(read_usps, tmp_path)
    write(lambda file: file.create_dataset("train/data", data=scans[0]))
    assert "without train/target" in refused(read_usps, tmp_path)
    write(lambda file: file.create_group("train").update(data=scans[0][:, :9], target=scans[1]))
    assert "train/data of float64 (12, 9)" in refused(read_usps, tmp_path)
    write(lambda file: file.create_group("train").update(data=scans[0], target=scans[1] + 1))
    assert "train/target with labels beyond 0 to 9" in refused(read_usps, tmp_path)
    path.write_bytes(path.read_bytes()[:3000])
    assert "got a damaged HDF5 file" in refused(read_usps, tmp_path)


def test_without_h5py_a_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    (tmp_path / "usps.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    assert "the package h5py is not installed (pip install h5py)" in refused(read_usps, tmp_path)
    (tmp_path / "usps.h5").write_bytes(b"\x80\x04K\x01.")
    assert "got a pickle, which is never loaded" in refused(read_usps, tmp_path)


# refusals ------------------------------------------------------------------------------------------------------------

ROW = b"1.0000 " + b"0.5 " * 256
PAIRS = b"7 " + b" ".join(b"%d:0.5" % i for i in range(1, 257))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got an empty file, expected a digit and 256 numbers a line"),
        (b"\n \n", "got an empty file"),
        (b"<html>", "got an HTML page saved instead of the data"),
        (b"\x89PNG\0", "got a PNG image"),
        (b"\x80\x04K\x01.", "got a pickle, which is never loaded"),
        (ROW + b"\n1.0 " + b"0.5 " * 255, "line 2: got 255 numbers, expected 256"),
        (ROW.replace(b"1.0000", b"11"), "line 1: got the label '11', expected 0 to 9"),
        (ROW.replace(b"1.0000", b"1.5"), "line 1: got the label '1.5'"),
        (ROW.replace(b"1.0000", b"nan"), "line 1: got the label 'nan'"),
        (ROW.replace(b"0.5", b"0.x", 1), "line 1: got '0.x', expected a number from -1 to 1"),
        (ROW.replace(b"0.5", b"nan", 1), "line 1: got 'nan'"),
        (ROW.replace(b"0.5", b"-2", 1), "line 1: got '-2'"),
        (ROW.replace(b"0.5", b"-1", 1).replace(b"0.5", b"7", 1), "got numbers from -1 to 7, expected -1 to 1"),
        (b"1" * 20000, "got a line of more than 16384 bytes"),
        (PAIRS.replace(b" 3:", b" 2:"), "line 1: got '2:0.5', expected index:number with rising indices 1 to 256"),
        (PAIRS.replace(b" 256:", b" 257:"), "line 1: got '257:0.5'"),
        (PAIRS.replace(b" 3:", b" -3:"), "line 1: got '-3:0.5'"),
        (PAIRS.replace(b"7 ", b"11 ", 1), "line 1: got the label '11', expected 0 to 10"),
        (PAIRS + b"\n" + ROW, "line 2: got '0.5'"),
        (PAIRS, "got another layout than zip.train"),
        (bz2.compress(ROW)[:-9], "got a file that is cut short or damaged, expected USPS"),
        (gzip.compress(ROW)[:-9], "got a file that is cut short or damaged"),
        (bz2.compress(ROW)[:40] + b"x" * 40, "got a file that is cut short or damaged"),
    ],
)
def test_text_that_does_not_fit_is_named(tmp_path, content, message):
    (tmp_path / "zip.train").write_bytes(ROW.replace(b"0.5", b"0", 1))
    (tmp_path / "zip.test").write_bytes(content)
    assert message in refused(read_usps, tmp_path)


def test_labels_of_two_conventions_are_refused(tmp_path):
    (tmp_path / "usps").write_bytes(PAIRS.replace(b"7 ", b"0 ", 1).replace(b":0.5", b":0", 1))
    (tmp_path / "usps.t").write_bytes(PAIRS.replace(b"7 ", b"10 ", 1))
    assert "usps.t: got labels 0 and 10 in the set, expected 0 to 9 or 1 to 10" in refused(read_usps, tmp_path)
    (tmp_path / "usps").write_bytes(PAIRS)
    assert "got numbers from 0.5 to 0.5" in refused(read_usps, tmp_path)


def test_a_small_file_of_many_lines_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("minidann.data.released.usps.MOST_SCANS", 1000)
    for name in ("usps.bz2", "usps.t.bz2"):
        (tmp_path / name).write_bytes(bz2.compress(b"1 1:1\n" * 1001))
    assert "got more than 1000 lines" in refused(read_usps, tmp_path)


@pytest.mark.parametrize("names", [(), ("usps",), ("zip.train", "usps.t"), ("usps.t", "zip.test")])
def test_missing_files_are_named(tmp_path, names):
    for name in names:
        (tmp_path / name).write_bytes(ROW)
    assert refused(read_usps, tmp_path) == (
        f"data_dir: got no files of USPS in {tmp_path}, expected usps.bz2 and usps.t.bz2, "
        "or zip.train.gz and zip.test.gz, or usps.h5"
    )
