"""Reader of a target domain of digits from one .npz file. Each refusal names the way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .. import _validate
from .._npz import Archive, listed, open_npz
from .._reading import Unfit
from .npz_images import images_of, labels_of
from .readers import SIDE, Images

SIDES = (SIDE, 32)
WANTED = "an .npz of the arrays x_train and x_test, and y_train and y_test if there are labels"


def read_npz_target(path: str | Path) -> Images:
    """A target domain from an .npz file: x_train, x_test, and y_train, y_test if there are labels.

    Images are RGB digits as bytes, uint8 (n, 28, 28, 3) or (n, 32, 32, 3), which lose two pixels on each side. Labels
    are digits 0…9. Images are returned as uint8 (n, 28, 28, 3), labels as int64 (n,), and None for labels that the file
    lacks. Other members of the file are not read. Raises ValueError for another content; the message says how to
    convert images or labels. Pickled objects are refused, because unpickling can run any code.
    """
    path = _validate.path("target_npz", path)
    try:
        with open_npz(path) as archive:
            absent = [name for name in ("x_train", "x_test") if name not in archive.names]
            if absent:
                has = f"without {' and '.join(absent)} (it has {listed(archive.names)})"
                raise ValueError(f"target_npz: got {str(path)!r} {has}, expected {WANTED}")
            images = {name: _images(archive, name) for name in ("x_train", "x_test")}
            counts = {f"y_{part}": len(images[f"x_{part}"]) for part in ("train", "test")}
            labels = {
                name: labels_of(archive, name, "target_npz", n, 10)
                for name, n in counts.items()
                if name in archive.names
            }
    except Unfit as fault:
        raise ValueError(f"target_npz: got {str(path)!r} ({fault}), expected {WANTED}") from None
    return Images(images["x_train"], labels.get("y_train"), images["x_test"], labels.get("y_test"))


def _images(archive: Archive, name: str) -> np.ndarray:
    x = images_of(archive, name, "target_npz", SIDES)
    edge = (x.shape[1] - SIDE) // 2
    return np.ascontiguousarray(x[:, edge : edge + SIDE, edge : edge + SIDE])
