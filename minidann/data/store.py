"""Unpacked images on the disk: written once while they are read, then mapped. A set may be larger than memory.

A file of the store is an NPY file of the images, with the labels as a second array behind it. Its name holds a digest
of the names, sizes and times of the released files: when one of them changes, the images are read anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .. import _files, _validate
from .mapped import PIECE, release

STORE = "minidann-store"  # the folder of the store in a data folder
NOWHERE = Path(os.devnull)  # the store that keeps nothing: images are read and checked, and then they are black
LARGE = 2**26  # bytes of released files; smaller sets stay in memory
FORM = 1  # of the readers: another number where a reader makes other pixels of the same files

Add = Callable[[np.ndarray], object]  # takes the next images
Begin = Callable[[tuple[int, ...]], Add]  # takes the shape of all images, before the first
Read = Callable[[Begin], np.ndarray]  # reads the images, and returns the labels
Examples = tuple[np.ndarray, np.ndarray]  # images uint8 (n, …) and labels int64 (n,)


class WriteError(Exception):
    """The images cannot be written. No OSError: a reader takes these for a damaged release."""


class Rows(NamedTuple):
    """The examples of x (n, …) and y (n,) at ``positions``."""

    x: np.ndarray
    y: np.ndarray
    positions: np.ndarray


def checked_store(store: str | Path | None) -> Path | None:
    """``store`` as a path, if it is given. Raises ValueError for anything else."""
    return None if store is None else _validate.path("store", store)


def default_store(data_dir: Path) -> Path:
    """The folder minidann-store in ``data_dir``; in the user's folder of caches if ``data_dir`` is read-only."""
    place = data_dir / STORE
    if os.access(place if place.exists() else data_dir, os.W_OK):
        return place
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / STORE


def in_memory(read: Read) -> Examples:
    """The images and labels that ``read`` reads, as arrays in memory."""
    made: list[np.ndarray] = []

    def begin(shape: tuple[int, ...]) -> Add:
        x, at = np.empty(shape, np.uint8), 0
        made.append(x)

        def add(images: np.ndarray) -> None:
            nonlocal at
            x[at : at + len(images)] = images
            at += len(images)

        return add

    labels = read(begin)
    return made[0], labels


def _checked_only(read: Read) -> Examples:
    shapes: list[tuple[int, ...]] = []

    def begin(shape: tuple[int, ...]) -> Add:
        shapes.append(shape)
        return lambda images: None

    labels = read(begin)
    return np.broadcast_to(np.uint8(0), shapes[0]), labels


def stored(store: Path | None, name: str, files: Iterable[str | Path], read: Read, also: str = "") -> Examples:
    """The images and labels that ``read`` reads from ``files``: mapped from the folder ``store``, and written if new.

    Without ``store``, and for ``files`` of less than LARGE bytes, they are arrays in memory. ``also``: text on all else
    that the images depend on. Files of the same ``name`` in the store that are out of date are removed. Raises
    ValueError if the store cannot be written to, and OSError if its disk is full.
    """
    if store == NOWHERE:
        return _checked_only(read)
    try:
        state, size = _state(files, also)
    except OSError:  # a missing file: the reader says so in its own words
        return in_memory(read)
    if store is None or size < LARGE:
        return in_memory(read)
    path = store / f"{name}-{state}.npy"
    found = _mapped(path)
    if found is None:
        _files.folder("store", store)
        _files.write(path, lambda temporary: _write(temporary, read))
        _remove_others(path, name)
        found = _mapped(path)
    if found is None:
        raise ValueError(f"store: got {str(path)!r}, which cannot be read again, expected a folder on a sound disk")
    return found


def gathered(store: Path | None, name: str, *parts: Rows) -> Examples:
    """The examples of ``parts``, one after another. If a part is mapped, they are written into the store as well."""
    shape = (sum(len(part.positions) for part in parts), *parts[0].x.shape[1:])
    files = [str(part.x.filename) for part in parts if isinstance(part.x, np.memmap)]
    also = blake2b(digest_size=8)
    for part in parts:
        also.update(part.positions.tobytes())
        if not isinstance(part.x, np.memmap):
            also.update(part.x.tobytes())

    def read(begin: Begin) -> np.ndarray:
        add = begin(shape)
        for x, _, positions in parts:
            rows = max(PIECE // max(x[:1].nbytes, 1), 1)
            for i in range(0, len(positions), rows):
                add(x[positions[i : i + rows]])
                release(x)
        return np.concatenate([part.y[part.positions] for part in parts])

    return stored(store, name, files, read, also.hexdigest())


def _state(files: Iterable[str | Path], also: str) -> tuple[str, int]:
    """A digest of the names, sizes and times of ``files``, and their size in all."""
    digest, size = blake2b(f"{FORM} {also}".encode(), digest_size=8), 0
    for path in files:
        found = os.stat(path)
        size += found.st_size
        digest.update(f"{os.path.basename(path)}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest(), size


def _write(path: Path, read: Read) -> None:
    # plain writing: where a disk is full, it is an error; a new mapped file would end the process
    with open(path, "wb") as file:

        def begin(shape: tuple[int, ...]) -> Add:
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            return add

        def add(images: np.ndarray) -> None:
            try:
                file.write(np.ascontiguousarray(images).data)
            except OSError as error:
                raise WriteError from error

        try:
            labels = read(begin)
        except WriteError as error:
            raise error.__cause__ or error from None
        np.lib.format.write_array(file, labels, allow_pickle=False)


def _mapped(path: Path) -> Examples | None:
    """The images, mapped, and the labels of a file of the store; None for a missing or damaged file."""
    try:
        x = np.load(path, mmap_mode="r", allow_pickle=False)
        with open(path, "rb") as file:
            file.seek(x.offset + x.nbytes)
            y = np.load(file, allow_pickle=False)
    except Exception:  # a damaged file fails in many ways, and each means the same
        return None
    return (x, y) if x.dtype == np.uint8 and y.dtype == np.int64 and y.shape == x.shape[:1] else None


def _remove_others(path: Path, name: str) -> None:
    """Remove files of ``name`` with another digest."""
    for other in path.parent.iterdir():
        if other != path and re.fullmatch(re.escape(name) + "-[0-9a-f]{16}.npy", other.name):
            with suppress(OSError):  # Windows keeps a file that is mapped
                other.unlink()
