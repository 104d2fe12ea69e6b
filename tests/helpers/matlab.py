"""The bytes of MATLAB files of version 5, with either order of bytes, packed or not, and with false headers."""

import struct
import zlib

import numpy as np

CLASS = {"f8": 6, "f4": 7, "i1": 8, "u1": 9, "i2": 10, "u2": 11, "i4": 12, "u4": 13, "i8": 14, "u8": 15}
STORED = {"i1": 1, "u1": 2, "i2": 3, "u2": 4, "i4": 5, "u4": 6, "f4": 7, "f8": 9, "i8": 12, "u8": 13}


def element(kind, data, order="<"):
    if 0 < len(data) <= 4:  # the small form
        return struct.pack(order + "I", len(data) << 16 | kind) + data + bytes(4 - len(data))
    return struct.pack(order + "II", kind, len(data)) + data + bytes(-len(data) % 8)


def matrix(name, array, order="<", shape=None, flags=0, kind=None):
    """One array as an element; ``shape``, ``flags`` and ``kind`` stand in its header instead of the true ones."""
    shape, code = shape or array.shape, array.dtype.str[1:]
    body = element(6, struct.pack(order + "II", flags | (kind or CLASS[code]), 0), order)
    body += element(5, struct.pack(f"{order}{len(shape)}i", *shape), order)
    body += element(1, name.encode(), order)
    body += element(STORED[code], array.astype(array.dtype.newbyteorder(order)).tobytes(order="F"), order)
    return struct.pack(order + "II", 14, len(body)) + body


def packed(part, order="<"):
    data = zlib.compress(part, 1)
    return struct.pack(order + "II", 15, len(data)) + data


def mat(*parts, order="<"):
    head = b"MATLAB 5.0 MAT-file, made by a test".ljust(124)
    return head + struct.pack(order + "H", 0x0100) + {"<": b"IM", ">": b"MI"}[order] + b"".join(parts)


def house_numbers(n, rng):
    """Images in MATLAB's layout, (32, 32, 3, n), and labels (n, 1) from 1 to 10."""
    y = np.arange(n, dtype=np.uint8)[:, None] % 10 + 1
    return rng.integers(256, size=(32, 32, 3, n), dtype=np.uint8), y
