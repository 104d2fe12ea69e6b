"""Reader of a target domain of digits from one .npz file. Each refusal names the way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .. import _validate
from .._npz import Archive, Header, listed, open_npz
from .._reading import Unfit
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
            labels = {name: _labels(archive, name, n) for name, n in counts.items() if name in archive.names}
    except Unfit as fault:
        raise ValueError(f"target_npz: got {str(path)!r} ({fault}), expected {WANTED}") from None
    return Images(images["x_train"], labels.get("y_train"), images["x_test"], labels.get("y_test"))


def _images(archive: Archive, name: str) -> np.ndarray:
    header = archive.header(name)
    remedy = _layout_remedy(name, header.shape)
    fits = header.shape[:1] != (0,) and header.shape[1:] in [(side, side, 3) for side in SIDES]
    if fits and header.dtype != np.uint8 and header.dtype.kind in "biuf":
        remedy = _scale_remedy(name, archive.read(name))
    if remedy or not fits or header.dtype != np.uint8:
        wanted = f"uint8 (n, {SIDE}, {SIDE}, 3) or (n, 32, 32, 3)" + f": use {remedy}" * bool(remedy)
        raise ValueError(f"target_npz: got {name} of {header}, expected {wanted}")
    x = archive.read(name)
    if not x.any():
        raise ValueError(f"target_npz: got {name} of black pixels only, expected images of digits")
    if x.max() == 1:  # numbers from 0 to 1 that were cast to bytes
        raise ValueError(f"target_npz: got {name} of pixels 0 and 1 only, expected 0 to 255: use 255 * {name}")
    edge = (x.shape[1] - SIDE) // 2
    return np.ascontiguousarray(x[:, edge : edge + SIDE, edge : edge + SIDE])


def _layout_remedy(name: str, shape: tuple[int, ...]) -> str:
    """The expression that brings images of another layout to (n, side, side, 3); "" if there is none."""
    for side in SIDES:
        square = (side, side)
        remedies = {
            square: f"np.repeat({name}[..., None], 3, axis=-1)",
            (*square, 1): f"np.repeat({name}, 3, axis=-1)",
            (*square, 4): f"{name}[..., :3]",
            (3, *square): f"{name}.transpose(0, 2, 3, 1)",
            (1, *square): f"np.repeat({name}.transpose(0, 2, 3, 1), 3, axis=-1)",
            (side * side * 3,): f"{name}.reshape(-1, {side}, {side}, 3)",
            (side * side,): f"{name}.reshape(-1, {side}, {side})",
        }
        if shape[1:] in remedies:
            return remedies[shape[1:]]
        if shape[:3] == (*square, 3) and len(shape) == 4:  # as in SVHN's files
            return f"{name}.transpose(3, 0, 1, 2)"
    return ""


def _scale_remedy(name: str, x: np.ndarray) -> str:
    """The expression that brings numbers of another type or scale to bytes; "" if there is none."""
    least, most = x.min(), x.max()
    floats = x.dtype.kind == "f"
    if floats and -1 <= least < 0 and most <= 1:
        return f"(({name} + 1) * 127.5).round().astype(np.uint8)"
    if least >= 0 and most <= 1:
        return f"(255.0 * {name}).round().astype(np.uint8)"
    if least >= 0 and most <= 255:
        return f"{name}.round().astype(np.uint8)" if floats else f"{name}.astype(np.uint8)"
    return f"({name} >> 8).astype(np.uint8)" if not floats and least >= 0 and most <= 0xFFFF else ""


def _labels(archive: Archive, name: str, count: int) -> np.ndarray:
    header = archive.header(name)
    if header.dtype.kind not in "iu" or header.shape != (count,):
        remedy = _labels_remedy(name, header, count)
        wanted = f"{count} integers, a label an image" + f": use {remedy}" * bool(remedy)
        raise ValueError(f"target_npz: got {name} of {header}, expected {wanted}")
    y = archive.read(name)
    if y.min() < 0 or y.max() > 9:
        # SVHN numbers its classes 1 to 10, and its digit 0 is class 10
        remedy = f": use {name} % 10 if 10 is the digit 0" if (y.min(), y.max()) == (1, 10) else ""
        raise ValueError(f"target_npz: got {name} of labels {y.min()} to {y.max()}, expected 0 to 9{remedy}")
    return y.astype(np.int64)


def _labels_remedy(name: str, header: Header, count: int) -> str:
    """The expression that brings labels of another form to (count,); "" if there is none."""
    if header.shape == (count, 10):
        return f"{name}.argmax(axis=1)"
    if header.shape in ((count, 1), (1, count)):
        return f"{name}.ravel()"
    if header.shape == (count,) and header.dtype.kind in "fUS":
        return f"{name}.astype(int) if all of them are digits"
    return ""
