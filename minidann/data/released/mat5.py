"""Reader of numeric arrays in MATLAB's .mat files of versions 5 to 7, in pieces and with a check before each array.

``scipy.io.loadmat`` reads the same files. It needs twice the memory for images of another layout, and a damaged length
makes it ask for gigabytes. Format: "MAT-File Format", The MathWorks, chapter 1.
"""

from __future__ import annotations

import math
import os
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ..._npz import CHUNK, check_bomb, read_exactly
from ..._reading import HEAD, Unfit, kind_of, one_line, open_file
from ..idx import LARGEST_RATIO

MATRIX, COMPRESSED = 14, 15  # types of an element
# the type of the stored numbers; MATLAB stores whole numbers in as few bytes as they need, whatever their class
STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
CLASSES = {
    **{1: "cell", 2: "struct", 3: "object", 4: "char", 5: "sparse", 6: "double", 7: "single", 8: "int8"},
    **{9: "uint8", 10: "int16", 11: "uint16", 12: "int32", 13: "uint32", 14: "int64", 15: "uint64"},
}
FIRST_NUMERIC = 6
COMPLEX = 0x800
MOST_AXES = 32

Read = Callable[[int], bytes]


class Matrix(NamedTuple):
    """A stored array of numbers before its numbers are read. The first axis is the fastest."""

    name: str
    shape: tuple[int, ...]
    kind: str  # MATLAB's class
    stored: np.dtype
    read: Read  # the next bytes of the numbers

    @property
    def nbytes(self) -> int:
        """The size of the stored numbers in bytes."""
        return self.stored.itemsize * math.prod(self.shape)

    def __str__(self) -> str:
        return f"{self.name} of {self.kind} {self.shape}, stored as {self.stored}"

    def piece(self, count: int) -> np.ndarray:
        """The next ``count`` stored numbers, one axis. Raises Unfit if the file ends before."""
        data = read_exactly(self.read, count * self.stored.itemsize)
        if len(data) < count * self.stored.itemsize:
            raise Unfit(f"a file that is cut short in {self.name}")
        return np.frombuffer(data, self.stored)


@contextmanager
def open_mat(path: Path) -> Iterator[Iterator[Matrix]]:
    """The matrices of numbers in a file, one after another. Raises Unfit for another file and for a damaged one.

    The numbers of a matrix are read before the next matrix is asked for, or are passed over.
    """
    with open_file(path) as file:
        try:
            yield _matrices(file)
        except (Unfit, MemoryError):
            raise
        except (OSError, struct.error, zlib.error) as error:
            raise Unfit(f"a damaged .mat file: {one_line(error)}") from None


def _matrices(file: BinaryIO) -> Iterator[Matrix]:
    head = file.read(HEAD)
    order = {b"IM": "<", b"MI": ">"}.get(head[126:128])
    if order is None or head[124:126] != struct.pack(order + "H", 0x0100):
        new = head.startswith(b"MATLAB 7.3") or head[512:520] == b"\x89HDF\r\n\x1a\n"
        raise Unfit("a .mat file of version 7.3 (save it with -v7)" if new else kind_of(head))
    size, at = os.fstat(file.fileno()).st_size, 128
    while at < size:
        file.seek(at)
        kind, length = struct.unpack(order + "II", file.read(8))
        at += 8 + length
        if at > size:
            raise Unfit("a .mat file that is cut short")
        if kind == MATRIX:
            yield from _matrix(_part(file.read, length), order, length, length)
        elif kind == COMPRESSED:
            inflated = _inflated(_part(file.read, length))
            kind, unpacked = struct.unpack(order + "II", read_exactly(inflated, 8))
            if kind == MATRIX:
                yield from _matrix(inflated, order, unpacked, length)
        else:
            raise Unfit("a damaged .mat file: an element of an unknown type")


def _matrix(read: Read, order: str, length: int, packed: int) -> Iterator[Matrix]:
    """The matrix in an element of ``length`` bytes, if it holds real numbers; its end is checked after the numbers."""
    elements = _part(read, length)
    flags = struct.unpack(order + "II", _element(elements, order, 8))[0]
    kind = flags & 0xFF
    if kind not in CLASSES:  # an opaque object has another form
        return
    axes = _element(elements, order, 4 * MOST_AXES)
    shape = struct.unpack(f"{order}{len(axes) // 4}i", axes)
    name = _element(elements, order, 63).decode("latin-1")
    if kind < FIRST_NUMERIC:
        return
    number, size, small = _tag(elements, order)
    if number not in STORED or min(shape, default=-1) < 0 or flags & COMPLEX:
        raise Unfit(f"a .mat file whose array {name[:30]!r} holds no real numbers")
    stored = np.dtype(order + STORED[number])
    first = iter([small]) if small is not None else None
    matrix = Matrix(name, shape, CLASSES[kind], stored, elements if first is None else lambda _: next(first, b""))
    if matrix.nbytes != size or matrix.nbytes > min(length, LARGEST_RATIO * packed):
        raise Unfit(f"a damaged .mat file: the size of {name[:30]!r} is not the size in its header")
    check_bomb(size, packed)
    yield matrix
    while elements(CHUNK):  # the rest, which holds the padding
        pass
    if read(1):  # the end of a packed element also checks its sum
        raise Unfit(f"a damaged .mat file: {name[:30]!r} is longer than its header says")


def _tag(read: Read, order: str) -> tuple[int, int, bytes | None]:
    """The type and the size of an element, and its data if they are in the tag: at most four bytes."""
    tag = read_exactly(read, 8)
    kind, size = struct.unpack(order + "II", tag)
    if kind >> 16:
        return kind & 0xFFFF, kind >> 16, bytes(tag[4 : 4 + min(kind >> 16, 4)])
    return kind, size, None


def _element(read: Read, order: str, most: int) -> bytes:
    """The data of an element of at most ``most`` bytes. Elements end at a multiple of eight bytes."""
    _, size, small = _tag(read, order)
    if size > most:
        raise Unfit("a damaged .mat file: a header that is too long")
    if small is not None:
        return small
    data = bytes(read_exactly(read, size + -size % 8))
    if len(data) < size:
        raise Unfit("a .mat file that is cut short")
    return data[:size]


def _part(read: Read, length: int) -> Read:
    """A reader that ends after ``length`` bytes."""
    left = length

    def part(size: int) -> bytes:
        nonlocal left
        data = read(min(size, left)) if left else b""
        left -= len(data)
        return data

    return part


def _inflated(read: Read) -> Read:
    """The unpacked bytes of a zlib stream. At its end a sum is compared."""
    stream = zlib.decompressobj()

    def inflated(size: int) -> bytes:
        while not stream.eof and size:
            packed = stream.unconsumed_tail or read(CHUNK)
            piece = stream.decompress(packed, min(size, sys.maxsize))
            if piece or not packed:
                if not piece and not stream.eof:
                    raise Unfit("a .mat file that is cut short")
                return piece
        return b""

    return inflated
