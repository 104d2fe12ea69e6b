"""Reader of IDX files, the format of MNIST."""

from __future__ import annotations

import gzip
import math
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np

from .. import _validate
from .._npz import Header, check_bomb, read_exactly
from .._reading import HEAD, Unfit, kind_of, one_line, open_file

IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
LARGEST_RATIO = 1032  # no gzip file unpacks to more times its size


def read_idx(path: str | Path, check: Callable[[Header], None] = lambda header: None) -> np.ndarray:
    """The array in an IDX file, gzipped or not. The content decides, because browsers unpack a file and keep its name.

    The format (once at http://yann.lecun.com/exdb/mnist): two zero bytes, one byte for the type, one byte for the
    number of axes, the length of each axis as a big-endian uint32, then the numbers, with the last axis fastest.
    ``check(header)`` is called before the numbers are read, and can refuse them. Raises ValueError for another format
    and for a file that is cut short.
    """
    path = _validate.path("path", path)
    try:
        with open_file(path) as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            size = os.fstat(file.fileno()).st_size
            stream: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
            header, start = _header(path, stream)
            check(header)
            _check_size(path, header, start, size, packed)
            data = read_exactly(stream.read, header.nbytes)
            if stream.read(1):  # the end of a gzip file also checks its sum
                raise ValueError(f"{path}: got more than the {start + header.nbytes} bytes of shape {header.shape}")
            _check_length(path, start, header, start + len(data))
            if not header.nbytes:
                return np.empty(header.shape, header.dtype.newbyteorder("="))
    except Unfit as fault:
        raise ValueError(f"{path}: got {fault}, expected an IDX file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: got a file that cannot be read, expected IDX ({one_line(error)})") from None
    array = np.frombuffer(data, header.dtype).reshape(header.shape)
    return array if array.dtype.isnative else array.byteswap(inplace=True).view(array.dtype.newbyteorder("="))


def _header(path: Path, stream: IO[bytes]) -> tuple[Header, int]:
    """The form of the array, and the length of the header. Raises Unfit for the header of another format."""
    head = stream.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in IDX_TYPES or not 1 <= head[3] <= 32:
        kind = kind_of(head + stream.read(HEAD))
        raise Unfit(kind + f" (begins 0x{head.hex()})" * ("begins" not in kind))
    axes = stream.read(4 * head[3])
    start = 4 + 4 * head[3]
    if len(axes) < 4 * head[3]:
        raise ValueError(
            f"{path}: got {4 + len(axes)} bytes, expected {start} for the header alone: the file is cut short"
        )
    return Header(np.dtype(IDX_TYPES[head[2]]), tuple(int(n) for n in np.frombuffer(axes, ">u4")), False), start


def _check_size(path: Path, header: Header, start: int, size: int, packed: bool) -> None:
    """Raises an error if the numbers cannot be in a file of ``size`` bytes, before these are read."""
    if not packed:
        _check_length(path, start, header, size)
    elif header.nbytes > LARGEST_RATIO * size:
        raise Unfit(f"{size} bytes of gzip, which cannot hold the shape {header.shape} of its header: it is cut short")
    else:
        check_bomb(header.nbytes, size)


def _check_length(path: Path, start: int, header: Header, length: int) -> None:
    expected = start + header.nbytes
    if not header.nbytes and math.prod(n for n in header.shape if n) > sys.maxsize:  # NumPy cannot make such an array
        raise ValueError(f"{path}: got shape {header.shape}, expected the shape of an array")
    if length != expected:
        fault = "cut short" if length < expected else "longer than its header says"
        raise ValueError(f"{path}: got {length} bytes, expected {expected} for shape {header.shape}: it is {fault}")
