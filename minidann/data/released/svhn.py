"""Readers of SVHN and SYN NUMBERS as released: two MATLAB files of house numbers, each digit 32×32 pixels."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from ..._reading import Unfit
from ..readers import Images
from ..store import Begin, checked_store, stored
from .mat5 import Matrix, open_mat
from .places import files_in

SVHN_FILES = ("train_32x32.mat", "test_32x32.mat")
SYNNUMBERS_FILES = ("synth_train_32x32.mat", "synth_test_32x32.mat")
SIDE = 32
IMAGE = (SIDE, SIDE, 3)
PIECE = 64  # images that are turned at a time


def read_svhn(data_dir: str | Path, store: str | Path | None = None) -> Images:
    """SVHN, the cropped digits: images uint8 (n, 32, 32, 3), labels int64 (n,). The release's class 10 is digit 0.

    train_32x32.mat and test_32x32.mat lie in ``data_dir`` or in its folder svhn (http://ufldl.stanford.edu/housenumbers:
    "Format 2"). ``store``: a folder for the images of large files, which are then mapped from the disk. Without it the
    reader needs the memory of the unpacked images once. Raises ValueError for a missing, damaged or
    other file, and for labels beyond 0…10.
    """
    return _read("svhn", checked_store(store), svhn_files(data_dir))


def read_synnumbers(data_dir: str | Path, store: str | Path | None = None) -> Images:
    """SYN NUMBERS (Ganin & Lempitsky, arXiv:1409.7495, §4.1): images uint8 (n, 32, 32, 3), labels int64 (n,).

    synth_train_32x32.mat and synth_test_32x32.mat lie in ``data_dir`` or in its folder synnumbers, synthdigits or
    syndigits. Their form is SVHN's. ``store`` as in ``read_svhn``. Raises ValueError as ``read_svhn`` does.
    """
    return _read("synnumbers", checked_store(store), synnumbers_files(data_dir))


def svhn_files(data_dir: str | Path) -> list[Path]:
    """The two files of SVHN. Raises ValueError with the names of missing files."""
    return files_in(data_dir, SVHN_FILES, "svhn")


def synnumbers_files(data_dir: str | Path) -> list[Path]:
    """The two files of SYN NUMBERS. Raises ValueError with the names of missing files."""
    return files_in(data_dir, SYNNUMBERS_FILES, "synnumbers", "synthdigits", "syndigits", "synth", "syn")


def _read(name: str, store: Path | None, files: list[Path]) -> Images:
    train, test = (
        stored(store, f"{name}-{part}", [path], partial(_digits, path)) for part, path in zip(("train", "test"), files)
    )
    return Images(*train, *test)


def _digits(path: Path, begin: Begin) -> np.ndarray:
    """Read the images of one file. Returns the labels."""
    n, y = None, None
    try:
        with open_mat(path) as matrices:
            for matrix in matrices:
                if (matrix.name == "X" and n is not None) or (matrix.name == "y" and y is not None):
                    raise ValueError(f"{path}: got two arrays {matrix.name}, expected one")
                if matrix.name == "X":
                    n = _images(path, matrix, begin)
                elif matrix.name == "y":
                    y = _labels(path, matrix)
    except Unfit as fault:
        raise ValueError(f"{path}: got {fault}, expected a .mat file with the images X and the labels y") from None
    if n is None or y is None:
        missing = [name for name, found in (("X", n), ("y", y)) if found is None]
        raise ValueError(
            f"{path}: got a .mat file without {' and '.join(missing)}, expected the images X, the labels y"
        )
    if n != len(y):
        raise ValueError(f"{path}: got {len(y)} labels for {n} images, expected a label for each image")
    return y


def _images(path: Path, matrix: Matrix, begin: Begin) -> int:
    """Read the images. Returns their number."""
    if len(matrix.shape) != 4 or matrix.shape[:3] != IMAGE or matrix.stored != np.uint8 or not matrix.shape[3]:
        raise ValueError(f"{path}: got {matrix}, expected bytes ({SIDE}, {SIDE}, 3, n)")
    n = matrix.shape[3]
    add, most = begin((n, *IMAGE)), 0
    for i in range(0, n, PIECE):
        count = min(PIECE, n - i)
        # MATLAB's first axis, the row, is the fastest: an image is stored as (channel, column, row)
        piece = matrix.piece(count * SIDE * SIDE * 3).reshape(count, *IMAGE[::-1])
        add(piece.transpose(0, 3, 2, 1))
        most = max(most, int(piece.max()))
    if most <= 1:
        raise ValueError(f"{path}: got pixels 0 and 1 only, expected 0 to 255")
    return n


def _labels(path: Path, matrix: Matrix) -> np.ndarray:
    n = max(matrix.shape)
    if len(matrix.shape) != 2 or min(matrix.shape) != 1:
        raise ValueError(f"{path}: got {matrix}, expected labels (n, 1)")
    y = matrix.piece(n)
    if not np.isin(y, np.arange(11)).all() or (0 in y and 10 in y):
        few = ", ".join(f"{label:g}" for label in np.unique(y)[:12])
        raise ValueError(f"{path}: got labels {few}, expected 0 to 9, or 1 to 10 where 10 is the digit 0")
    return y.astype(np.int64) % 10
