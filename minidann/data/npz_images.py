"""Images and labels in an .npz archive: bytes and whole numbers, or a refusal that names the way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .._npz import Archive, Header

PIECE = 64  # images that are read at a time


def images_of(archive: Archive, name: str, where: str, sides: Sequence[int]) -> np.ndarray:
    """The array ``name`` as images, uint8 (n, side, side, 3), with a side out of ``sides``.

    Raises ValueError, which begins with ``where``, for another array: the message says how to convert it.
    """
    x, at = np.empty(image_shape(archive, name, where, sides), np.uint8), 0
    for piece in image_pieces(archive, name, where):
        x[at : at + len(piece)] = piece
        at += len(piece)
    return x


def image_shape(archive: Archive, name: str, where: str, sides: Sequence[int]) -> tuple[int, ...]:
    """The shape of the array ``name``, if it has the form of images. Raises ValueError as ``images_of``."""
    header = archive.header(name)
    remedy = _layout_remedy(name, header.shape, sides)
    fits = header.shape[:1] != (0,) and header.shape[1:] in [(side, side, 3) for side in sides]
    if fits and header.dtype != np.uint8 and header.dtype.kind in "biuf":
        remedy = _scale_remedy(name, archive.read(name))
    if remedy or not fits or header.dtype != np.uint8:
        forms = " or ".join(f"(n, {side}, {side}, 3)" for side in sides) if len(sides) < 3 else "(n, side, side, 3)"
        raise ValueError(f"{where}: got {name} of {header}, expected uint8 {forms}" + f": use {remedy}" * bool(remedy))
    return header.shape


def image_pieces(archive: Archive, name: str, where: str) -> Iterator[np.ndarray]:
    """The images in pieces. Raises ValueError as ``images_of``, at the end for images without brightness."""
    most = 0
    for piece in archive.pieces(name, PIECE):
        most = max(most, int(piece.max()))
        yield piece
    if not most:
        raise ValueError(f"{where}: got {name} of black pixels only, expected images")
    if most == 1:  # numbers from 0 to 1 that were cast to bytes
        raise ValueError(f"{where}: got {name} of pixels 0 and 1 only, expected 0 to 255: use 255 * {name}")


def labels_of(archive: Archive, name: str, where: str, count: int, classes: int) -> np.ndarray:
    """The array ``name`` as ``count`` labels below ``classes``, int64 (n,). Raises ValueError as ``images_of`` does."""
    header = archive.header(name)
    if header.dtype.kind not in "iu" or header.shape != (count,):
        remedy = _labels_remedy(name, header, count, classes)
        wanted = f"{count} integers, a label an image" + f": use {remedy}" * bool(remedy)
        raise ValueError(f"{where}: got {name} of {header}, expected {wanted}")
    y = archive.read(name)
    if y.min() < 0 or y.max() >= classes:
        # SVHN numbers its classes 1 to 10, and its digit 0 is class 10
        from_one = classes == 10 and (y.min(), y.max()) == (1, 10)
        remedy = f": use {name} % 10 if 10 is the digit 0" if from_one else ""
        raise ValueError(f"{where}: got {name} of labels {y.min()} to {y.max()}, expected 0 to {classes - 1}{remedy}")
    return y.astype(np.int64)


def _layout_remedy(name: str, shape: tuple[int, ...], sides: Sequence[int]) -> str:
    """The expression that brings images of another layout to (n, side, side, 3); "" if there is none."""
    for side in sides:
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


def _labels_remedy(name: str, header: Header, count: int, classes: int) -> str:
    """The expression that brings labels of another form to (count,); "" if there is none."""
    if header.shape == (count, classes):
        return f"{name}.argmax(axis=1)"
    if header.shape in ((count, 1), (1, count)):
        return f"{name}.ravel()"
    if header.shape == (count,) and header.dtype.kind in "fUS":
        return f"{name}.astype(int) if all of them are digits"
    return ""
