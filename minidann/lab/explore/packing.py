"""Arrays as text of a page: weights rounded to few levels, and all bytes compressed."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

LEVELS = 200  # of a weight on each side of 0: as many as a page of 450 runs has room for


def rounded(theta: np.ndarray, slices: Sequence[slice]) -> tuple[np.ndarray, np.ndarray]:
    """Weights (…, size) as whole numbers −LEVELS…LEVELS, and the largest size in each slice (…, slices).

    The levels are equal steps of the signed root: small weights are rounded more finely, and a weight that has run away
    costs the others less.
    """
    levels = np.empty(theta.shape, np.int16)
    tops = np.stack([np.abs(theta[..., part]).max(axis=-1) for part in slices], axis=-1).astype(np.float32)
    for i, part in enumerate(slices):
        share = theta[..., part] / np.maximum(tops[..., i : i + 1], np.finfo(np.float32).tiny)
        levels[..., part] = np.rint(np.sign(share) * np.sqrt(np.abs(share)) * LEVELS)
    return levels, tops


def differences(levels: np.ndarray) -> np.ndarray:
    """Levels (runs, snapshots, size) as uint16: the first snapshot, then the change from one to the next.

    Changes are small. 0, −1, 1, −2, … become 0, 1, 2, 3, …, so that small numbers have no high byte.
    """
    change = np.diff(levels.astype(np.int32), axis=1, prepend=0)
    return np.where(change < 0, -2 * change - 1, 2 * change).astype(np.uint16)


def fixed_point(values: np.ndarray) -> np.ndarray:
    """Values (any shape) in ten-thousandths as uint16: nan becomes 65535, and values above 6.5534 become 65534."""
    return np.where(np.isnan(values), 65535, np.rint(np.clip(values, 0, 6.5534) * 10_000)).astype(np.uint16)


def pack(arrays: Mapping[str, np.ndarray]) -> tuple[list[dict[str, Any]], str]:
    """The layout of ``arrays``, a list of name, dtype and shape for JSON, and their compressed bytes as base64.
    ``web/bytes.js`` reads them.

    Of each array come the first bytes of all numbers, then the second bytes, and so on: equal bytes then lie together
    and compress well. Numbers are little-endian.
    """
    layout, pieces = [], []
    for name, array in arrays.items():
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        layout.append({"name": name, "dtype": array.dtype.name, "shape": list(array.shape)})
        pieces.append(little.reshape(-1).view(np.uint8).reshape(-1, array.itemsize).T.tobytes())
    text = base64.b64encode(zlib.compress(b"".join(pieces), 9)).decode("ascii")
    return layout, "\n".join(text[i : i + 1000] for i in range(0, len(text), 1000))
