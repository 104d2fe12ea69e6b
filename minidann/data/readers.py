"""Reader of MNIST in all its usual layouts. Images stay bytes, 0…255. A faulty file is named in one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .._npz import Header
from .idx import read_idx

SIDE = 28  # pixels on a side of a digit, and of an image with a digit
MNIST_FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
OTHER_SETS = ("fashion", "kmnist", "emnist", "notmnist")  # in the names of folders with other images in the same format
MNIST_PLACES = (".", "mnist", "MNIST/raw", "MNIST", "mnist/raw", "raw")  # torchvision writes MNIST/raw


class Images(NamedTuple):
    """Images for training and for scoring. Labels are arrays (n,), or None where a domain has none."""

    x_train: np.ndarray
    y_train: Any
    x_test: np.ndarray
    y_test: Any


def read_mnist(folder: str | Path) -> Images:
    """The four files of MNIST in or below ``folder``: images uint8 (n, 28, 28), labels uint8 (n,).

    The files may lie in ``folder``, in mnist/, in torchvision's MNIST/raw/, or in one other inner folder. A folder
    named after another set, such as FashionMNIST, does not count. Names such as train-images-idx3-ubyte and
    train-images.idx3-ubyte are found, in any case of letters, and with .gz too. Each file may also lie in a folder of
    its own name, as 7-Zip unpacks it. Raises ValueError for a missing or a faulty file.
    """
    paths = mnist_files(_validate.path("data_dir", folder))
    x_train, y_train = _images(paths[0]), read_idx(paths[1])
    x_test, y_test = _images(paths[2]), read_idx(paths[3])
    for x, y, path in ((x_train, y_train, paths[1]), (x_test, y_test, paths[3])):
        if y.dtype != np.uint8 or y.shape != (len(x),):
            raise ValueError(f"{path}: got {y.dtype} {y.shape}, expected uint8 ({len(x)},): a label for each image")
        if y.max() > 9:
            raise ValueError(f"{path}: got labels up to {y.max()}, expected 0 to 9")
    return Images(x_train, y_train, x_test, y_test)


def _images(path: Path) -> np.ndarray:
    def check(header: Header) -> None:
        if header.dtype != np.uint8 or header.shape[1:] != (SIDE, SIDE) or not header.shape[0]:
            raise ValueError(f"{path}: got {header}, expected images: uint8 (n, {SIDE}, {SIDE})")

    x = read_idx(path, check)
    if x.max() <= 1:
        raise ValueError(f"{path}: got pixels of 0 and {x.max()} only, expected 0 to 255 (multiply them by 255)")
    return x


def mnist_files(folder: Path) -> list[Path]:
    """The paths of the four files. Raises ValueError if no place has all of them, or two inner folders have."""
    try:
        inner = sorted(path for path in folder.iterdir() if path.is_dir() and not _is_other(path.name))
    except OSError as error:
        got = "a file" if folder.is_file() else error.strerror or error
        raise ValueError(f"data_dir: got {str(folder)!r} ({got}), expected a folder with the files of MNIST") from None
    usual = [_in_place(folder / place) for place in MNIST_PLACES]
    complete = [found for found in usual if len(found) == 4][:1]
    if not complete:
        places = [place for path in inner for place in (path, path / "raw")]
        complete = [found for found in map(_in_place, places) if len(found) == 4]
    if len(complete) == 1:
        return [complete[0][name] for name in MNIST_FILES]
    if complete:
        several = " and ".join(str(found[MNIST_FILES[0]].parent) for found in complete[:3])
        raise ValueError(f"data_dir: got the four files of MNIST in {several}, expected one such folder")
    best = max(usual, key=len)
    missing = ", ".join(f"{name}-ubyte(.gz)" for name in MNIST_FILES if name not in best)
    looked = f"{folder} or its folders {', '.join(MNIST_PLACES[1:])}"
    raise ValueError(f"data_dir: got no {missing} in {looked}, expected the four files of MNIST")


def _is_other(name: str) -> bool:
    """Whether a folder of this name holds another set than MNIST."""
    return any(other in name.lower() for other in OTHER_SETS)


def _in_place(place: Path) -> dict[str, Path]:
    """Those of the four files that lie in ``place``, by their name in ``MNIST_FILES``. Unpacked files come first."""
    found: dict[str, Path] = {}
    for path in sorted(_listing(place), key=lambda path: (path.suffix.lower() == ".gz", path.name)):
        name = _mnist_name(path)
        # 7-Zip unpacks a file into a folder of the same name
        files = [inner for inner in _listing(path) if _mnist_name(inner) == name] if path.is_dir() else [path]
        if name is not None and files:
            found.setdefault(name, min(files))
    return found


def _listing(folder: Path) -> list[Path]:
    """The files and folders in ``folder``; [] if there is no such folder."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _mnist_name(path: Path) -> str | None:
    """The name in ``MNIST_FILES`` that a path is a spelling of."""
    match = re.fullmatch(r"(train|t10k|test)[-.](images|labels)[-.](idx[13])([-.]ubyte)?(\.gz)?", path.name.lower())
    name = "-".join(match.groups()[:3]).replace("test-", "t10k-") if match else None
    return name if name in MNIST_FILES else None
