"""Readers of SVHN and SYN NUMBERS as released: two MATLAB files of house numbers, each digit 32×32 pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..._reading import Unfit
from ..readers import Images
from .mat5 import Matrix, open_mat
from .places import files_in

SVHN_FILES = ("train_32x32.mat", "test_32x32.mat")
SYNNUMBERS_FILES = ("synth_train_32x32.mat", "synth_test_32x32.mat")
SIDE = 32
IMAGE = (SIDE, SIDE, 3)
PIECE = 64  # images that are turned at a time


def read_svhn(data_dir: str | Path) -> Images:
    """SVHN, the cropped digits: images uint8 (n, 32, 32, 3), labels int64 (n,). The release's class 10 is digit 0.

    train_32x32.mat and test_32x32.mat lie in ``data_dir`` or in its folder svhn (http://ufldl.stanford.edu/housenumbers:
    "Format 2"). The reader needs the memory of the unpacked images once. Raises ValueError for a missing, damaged or
    other file, and for labels beyond 0…10.
    """
    return _read(svhn_files(data_dir))


def read_synnumbers(data_dir: str | Path) -> Images:
    """SYN NUMBERS (Ganin & Lempitsky, arXiv:1409.7495, §4.1): images uint8 (n, 32, 32, 3), labels int64 (n,).

    synth_train_32x32.mat and synth_test_32x32.mat lie in ``data_dir`` or in its folder synnumbers, synthdigits or
    syndigits. Their form is SVHN's. Raises ValueError as ``read_svhn`` does.
    """
    return _read(synnumbers_files(data_dir))


def svhn_files(data_dir: str | Path) -> list[Path]:
    """The two files of SVHN. Raises ValueError with the names of missing files."""
    return files_in(data_dir, SVHN_FILES, "svhn")


def synnumbers_files(data_dir: str | Path) -> list[Path]:
    """The two files of SYN NUMBERS. Raises ValueError with the names of missing files."""
    return files_in(data_dir, SYNNUMBERS_FILES, "synnumbers", "synthdigits", "syndigits", "synth", "syn")


def _read(files: list[Path]) -> Images:
    train, test = files
    return Images(*_digits(train), *_digits(test))


def _digits(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The images and the labels of one file."""
    found: dict[str, np.ndarray] = {}
    try:
        with open_mat(path) as matrices:
            for matrix in matrices:
                if matrix.name in found:
                    raise ValueError(f"{path}: got two arrays {matrix.name}, expected one")
                if matrix.name == "X":
                    found["X"] = _images(path, matrix)
                elif matrix.name == "y":
                    found["y"] = _labels(path, matrix)
    except Unfit as fault:
        raise ValueError(f"{path}: got {fault}, expected a .mat file with the images X and the labels y") from None
    missing = [name for name in ("X", "y") if name not in found]
    if missing:
        raise ValueError(
            f"{path}: got a .mat file without {' and '.join(missing)}, expected the images X, the labels y"
        )
    x, y = found["X"], found["y"]
    if len(x) != len(y):
        raise ValueError(f"{path}: got {len(y)} labels for {len(x)} images, expected a label for each image")
    return x, y


def _images(path: Path, matrix: Matrix) -> np.ndarray:
    if len(matrix.shape) != 4 or matrix.shape[:3] != IMAGE or matrix.stored != np.uint8 or not matrix.shape[3]:
        raise ValueError(f"{path}: got {matrix}, expected bytes ({SIDE}, {SIDE}, 3, n)")
    n = matrix.shape[3]
    images = np.empty((n, *IMAGE), np.uint8)
    for i in range(0, n, PIECE):
        count = min(PIECE, n - i)
        # MATLAB's first axis, the row, is the fastest: an image is stored as (channel, column, row)
        piece = matrix.piece(count * SIDE * SIDE * 3).reshape(count, *IMAGE[::-1])
        images[i : i + count] = piece.transpose(0, 3, 2, 1)
    if images.max() <= 1:
        raise ValueError(f"{path}: got pixels 0 and 1 only, expected 0 to 255")
    return images


def _labels(path: Path, matrix: Matrix) -> np.ndarray:
    n = max(matrix.shape)
    if len(matrix.shape) != 2 or min(matrix.shape) != 1:
        raise ValueError(f"{path}: got {matrix}, expected labels (n, 1)")
    y = matrix.piece(n)
    if not np.isin(y, np.arange(11)).all() or (0 in y and 10 in y):
        few = ", ".join(f"{label:g}" for label in np.unique(y)[:12])
        raise ValueError(f"{path}: got labels {few}, expected 0 to 9, or 1 to 10 where 10 is the digit 0")
    return y.astype(np.int64) % 10
