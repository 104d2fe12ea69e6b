"""IDX files: the content of a good file, and one line for every bad one, which costs little memory."""

import gzip
import os
import struct
import tracemalloc

import numpy as np
import pytest
from helpers.files import idx, refused

from minidann.data.idx import read_idx

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
        (b"", "got an empty file (begins 0x), expected an IDX file"),
        (b"\0\0\x08", "begins 0x000008, expected an IDX file"),
        (b"\x89PNG" + bytes(20), "got a PNG image (begins 0x89504e47), expected an IDX file"),
        (b"\0\0\x07\x01" + bytes(4), "begins 0x00000701, expected an IDX file"),
        (b"\0\0\x08\0" + bytes(4), "begins 0x00000800, expected an IDX file"),
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
    assert refused(read_idx, tmp_path) == f"{tmp_path}: got a folder, expected an IDX file"


def header(*shape, code=8):
    return bytes([0, 0, code, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)


def peak_of(call, *arguments):
    """The largest memory that Python and NumPy hold while a call runs, in bytes."""
    tracemalloc.start()
    try:
        call(*arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("code", [8, 0x0D])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_reading_takes_little_more_memory_than_the_array(tmp_path, pack, code):
    numbers = np.random.default_rng(0).integers(256, size=8_000_000, dtype=np.uint8).tobytes()
    shape = (2_000_000,) if code == 0x0D else (8_000_000,)
    (tmp_path / "x").write_bytes(pack(header(*shape, code=code) + numbers))
    assert peak_of(read_idx, tmp_path / "x") < 1.5 * 8_000_000


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((10,), "got more than the 18 bytes of shape (10,)"),
        ((4_000_000_000,), "bytes of gzip, which cannot hold the shape (4000000000,) of its header: it is cut short"),
    ],
)
def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path, shape, message):
    (tmp_path / "bomb").write_bytes(gzip.compress(header(*shape) + bytes(30_000_000)))
    assert message in refused(read_idx, tmp_path / "bomb")
    assert peak_of(lambda: refused(read_idx, tmp_path / "bomb")) < 1_000_000


def test_a_gzip_file_that_honestly_unpacks_to_gigabytes_is_refused_unread(tmp_path):
    whole = gzip.compress(header(3_000_000_000) + bytes(20_000_000), compresslevel=9)
    (tmp_path / "bomb").write_bytes(whole + bytes(3_000_000))  # as large as the whole bomb would be
    assert "as no data set does" in refused(read_idx, tmp_path / "bomb")
    assert peak_of(lambda: refused(read_idx, tmp_path / "bomb")) < 1_000_000


def test_a_header_is_checked_before_the_numbers_are_read(tmp_path):
    (tmp_path / "x").write_bytes(idx(CUBE))

    def check(header):
        raise ValueError(f"shape {header.shape}")

    assert refused(read_idx, tmp_path / "x", check) == "shape (2, 3, 4)"


def test_an_array_without_numbers_comes_as_one(tmp_path):
    (tmp_path / "x").write_bytes(idx(np.zeros((0, 28, 28), np.uint8)))
    assert read_idx(tmp_path / "x").shape == (0, 28, 28)
    (tmp_path / "x").write_bytes(header(0, *[2**32 - 1] * 5))
    assert "expected the shape of an array" in refused(read_idx, tmp_path / "x")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "a pipe, a socket or a device" in refused(read_idx, tmp_path / "pipe")
    assert "a pipe, a socket or a device" in refused(read_idx, "/dev/zero")


def test_a_path_may_begin_at_home_and_nothing_else_is_a_path(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "x").write_bytes(idx(CUBE))
    np.testing.assert_array_equal(read_idx("~/x"), CUBE)
    for wrong in (None, 3, b"x"):
        with pytest.raises((TypeError, ValueError), match="path: got"):
            read_idx(wrong)
    assert "path: got ''" in refused(read_idx, "")
