"""Safe reading of .npz archives: wanted members only, and no member before its header is checked."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from ._reading import HEAD, Unfit, kind_of, one_line, open_file

BOMB_BYTES, BOMB_FACTOR = 2**30, 100  # a larger file that unpacks to more than so many times its size is refused
CHUNK = 2**16  # bytes that are read at a time


class Header(NamedTuple):
    """The form of a stored array."""

    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool

    @property
    def nbytes(self) -> int:
        """The size of the unpacked array in bytes."""
        return self.dtype.itemsize * math.prod(self.shape)

    def __str__(self) -> str:
        return f"{self.dtype} {self.shape}"


class Archive:
    """The arrays of an open .npz. Each is read when it is asked for, and no other one.

    Raises Unfit for an archive without arrays, and for two arrays of one name.
    """

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in file.infolist():
            name = member.filename.removesuffix(".npy")
            if name in self._members:
                raise Unfit(f"an archive with two arrays named {name[:30]!r}")
            if member.filename != name:
                self._members[name] = member
        if not self._members:
            raise Unfit(_other_archive(file.namelist()))

    @property
    def names(self) -> list[str]:
        """The names of all arrays."""
        return list(self._members)

    def header(self, name: str) -> Header:
        """The form of an array. The array itself is not read. Raises Unfit for Python objects and a false header."""
        with _damage(), self._file.open(self._members[name]) as stream:
            return self._header(name, stream)

    def _header(self, name: str, stream: IO[bytes]) -> Header:
        version = np.lib.format.read_magic(stream)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}.get(version)
        if read is None:
            raise Unfit(f"an archive whose array {name[:30]!r} has version {version} of the .npy format")
        try:
            shape, fortran, dtype = read(stream)
        except MemoryError:  # Python's parser on a header of thousands of signs
            raise Unfit(f"a damaged archive: the header of {name[:30]!r} cannot be read") from None
        header = Header(dtype, shape, fortran)
        if dtype.hasobject:
            raise Unfit(f"an archive whose array {name[:30]!r} holds Python objects, which are never unpickled")
        member = self._members[name]
        if min(shape, default=0) < 0 or stream.tell() + header.nbytes != member.file_size:
            raise Unfit(f"a damaged archive: the size of {name[:30]!r} is not the size in its header")
        check_bomb(header.nbytes, member.compress_size)
        return header

    def read(self, name: str) -> np.ndarray:
        """An array. It needs the memory of its header and no more."""
        with _damage(), self._file.open(self._members[name]) as stream:
            header = self._header(name, stream)
            data = read_exactly(stream.read, header.nbytes)
            if len(data) < header.nbytes or stream.read(1):
                raise Unfit(f"a damaged archive: the size of {name[:30]!r} is not the size in its header")
            if not header.nbytes:
                return np.empty(header.shape, header.dtype)
            return np.frombuffer(data, header.dtype).reshape(header.shape, order="F" if header.fortran else "C")

    def pieces(self, name: str, rows: int) -> Iterator[np.ndarray]:
        """An array in pieces of ``rows`` along its first axis. One in Fortran's order comes in one piece."""
        header = self.header(name)
        if header.fortran or not header.nbytes:
            yield self.read(name)
            return
        with _damage(), self._file.open(self._members[name]) as stream:
            left, row = self._header(name, stream).shape[0], header.nbytes // header.shape[0]
            while left:
                count = min(rows, left)
                data = read_exactly(stream.read, count * row)
                if len(data) < count * row:
                    break
                yield np.frombuffer(data, header.dtype).reshape(count, *header.shape[1:])
                left -= count
            if left or stream.read(1):  # the end of a member also checks its sum
                raise Unfit(f"a damaged archive: the size of {name[:30]!r} is not the size in its header")


@contextmanager
def open_npz(path: Path) -> Iterator[Archive]:
    """The archive at ``path``. Raises Unfit for a file that is broken or something else."""
    with open_file(path) as file:
        with _damage():
            head = file.read(HEAD)
            if not head.startswith(b"PK"):
                raise Unfit(kind_of(head))
            archive = Archive(zipfile.ZipFile(file))
        yield archive


@contextmanager
def _damage() -> Iterator[None]:
    """A block that reads an archive: all its errors become Unfit, except a lack of memory."""
    try:
        yield
    except (Unfit, MemoryError):
        raise
    except Exception as error:  # a broken archive fails in many ways, and each of them means the same
        raise Unfit(f"a damaged archive: {one_line(error)}") from None


def read_exactly(read: Callable[[int], bytes], size: int) -> bytearray:
    """At most ``size`` bytes, in pieces: a size that is false costs no memory."""
    data = bytearray()
    while len(data) < size:
        piece = read(min(CHUNK, size - len(data)))
        if not piece:
            break
        data += piece
    return data


def check_bomb(unpacked: int, packed: int) -> None:
    """Raises Unfit for a size that no honest data set has: many times the packed size, and large."""
    if unpacked > BOMB_BYTES and unpacked > BOMB_FACTOR * packed:
        raise Unfit(f"a file that unpacks from {packed / 1e6:.3g} MB to {unpacked / 1e9:.3g} GB, as no data set does")


def listed(names: Iterable[str], most: int = 6) -> str:
    """The first ``names``, each cut to 30 characters, as text."""
    names = [repr(name[:30])[1:-1] for name in names]
    return ", ".join(names[:most]) + f" and {len(names) - most} others" * (len(names) > most)


def _other_archive(names: list[str]) -> str:
    """What a ZIP archive without arrays is."""
    if any(name.endswith("data.pkl") for name in names):
        return "a PyTorch file"
    return f"a ZIP archive without arrays, of {listed(names)}" if names else "an empty ZIP archive"
