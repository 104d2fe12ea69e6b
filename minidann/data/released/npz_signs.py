"""Reader of traffic signs in one .npz file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from ..._npz import Archive, listed, open_npz
from ..._reading import Unfit
from ..npz_images import image_pieces, image_shape, labels_of
from ..readers import Images
from ..resizing import resized
from ..store import Begin, stored
from .listed import LEAST_SIDE, MOST_SIDE

CLASSES = 43
SIDES = range(LEAST_SIDE, MOST_SIDE + 1)


def npz_in(place: Path, name: str) -> Path | None:
    """The .npz file in a folder whose name has ``name`` in it; None without one. Raises ValueError for several."""
    found = sorted(path for path in place.glob("*.npz") if name in path.name.lower() and path.is_file())
    if len(found) > 1:
        several = " and ".join(path.name for path in found[:3])
        raise ValueError(f"data_dir: got {several} in {place}, expected one .npz file of {name}")
    return found[0] if found else None


def read_npz_signs(path: Path, side: int, name: str, store: Path | None, with_test: bool) -> Images:
    """Images uint8 (n, height, height, 3), resized to ``side``, and labels int64 (n,) below 43, of both parts.

    Without ``with_test`` the arrays of the test part may be absent, and are then empty. With a ``store`` the images of
    a large file are mapped from files there, whose names begin with ``name``. Raises ValueError for another content;
    the message says how to convert it. Pickled objects are refused.
    """
    with _opened(path) as archive:
        parts = ["train"] + ["test"] * (with_test or "x_test" in archive.names)
        wanted = [f"{axis}_{part}" for part in parts for axis in "xy"]
        absent = [each for each in wanted if each not in archive.names]
        if absent:
            has = f"no {' and no '.join(absent)} (it has {listed(archive.names)})"
            raise ValueError(f"{path}: got {has}, expected {', '.join(wanted)}")
    read = [stored(store, f"{name}-{part}-{side}", [path], partial(_part, path, part, side)) for part in parts]
    return Images(*read[0], *(read[1] if len(read) == 2 else no_images(side)))


def _part(path: Path, part: str, side: int, begin: Begin) -> np.ndarray:
    """Read the images of one part. Returns the labels."""
    with _opened(path) as archive:
        n = image_shape(archive, f"x_{part}", str(path), SIDES)[0]
        labels = labels_of(archive, f"y_{part}", str(path), n, CLASSES)
        add = begin((n, side, side, 3))
        for piece in image_pieces(archive, f"x_{part}", str(path)):
            add(resized(piece, side))
    return labels


@contextmanager
def _opened(path: Path) -> Iterator[Archive]:
    """The archive at ``path``. Raises ValueError for another file."""
    try:
        with open_npz(path) as archive:
            yield archive
    except Unfit as fault:
        raise ValueError(f"{path}: got {fault}, expected an .npz file of x_train and y_train") from None


def npz_side(path: Path) -> int:
    """The side of the images in ``x_train``. Raises ValueError for another file."""
    with _opened(path) as archive:
        shape = archive.header("x_train").shape if "x_train" in archive.names else ()
    if len(shape) != 4 or shape[1] not in SIDES:
        raise ValueError(f"{path}: got x_train of {shape}, expected images (n, side, side, 3)")
    return shape[1]


def no_images(side: int) -> tuple[np.ndarray, np.ndarray]:
    """The images and labels of a part that a release does not have."""
    return np.empty((0, side, side, 3), np.uint8), np.empty(0, np.int64)
