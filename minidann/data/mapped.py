"""Arrays that are mapped from a file, such as sets larger than memory: all of them is read in pieces.

The operating system reads a page of a mapped file when it is touched, and keeps it as long as there is room. Here the
pages of a piece are given back before the next piece is read.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..engine.backend import Array

PIECE = 2**24  # bytes


def mapping(x: Any) -> mmap.mmap | None:
    """The mapping behind an array of a file that is only read; None for other arrays."""
    only_read = False
    while isinstance(x, np.ndarray):
        # a page of a private copy would lose its changes
        only_read = only_read or (isinstance(x, np.memmap) and x.mode == "r")
        x = x.base
    return x if only_read and isinstance(x, mmap.mmap) else None


def release(x: Array) -> None:
    """Give the pages of a mapped array back. They are read again when they are touched. Other arrays stay."""
    found = mapping(x)
    if found is not None and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
        found.madvise(mmap.MADV_DONTNEED)


def pieces(x: Array) -> Iterator[Array]:
    """A mapped array in pieces along its first axis, each given back before the next; another array in one piece."""
    if mapping(x) is None:
        yield x
        return
    rows = max(PIECE // (x.nbytes // len(x)), 1)
    for i in range(0, len(x), rows):
        yield x[i : i + rows]
        release(x)


def take_rows(x: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """The rows of a mapped array at ``positions``, in memory of their own."""
    found = x.take(positions, axis=0)
    release(x)
    return found


def largest_value(x: Array) -> float:
    """The largest absolute value."""
    return max(max(float(piece.max()), -float(piece.min())) for piece in pieces(x))


def channel_means(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """The means of all examples of ``arrays``, one for each coordinate or image channel."""
    if any(x.dtype != np.uint8 for x in arrays):
        both = np.concatenate(arrays)
        means: np.ndarray = both.mean(axis=tuple(range(both.ndim - 1)))
        return means
    # the sums of bytes are whole numbers, so their order does not matter
    sums = sum(piece.reshape(len(piece), -1).sum(axis=0, dtype=np.uint64) for x in arrays for piece in pieces(x))
    channels = arrays[0].shape[-1]
    count = sum(x.size for x in arrays) // channels
    found: np.ndarray = np.asarray(sums).reshape(-1, channels).sum(axis=0) / count
    return found
