"""The reader of packed arrays in Python, as ``web/bytes.js`` reads them in a page."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minidann.lab.explore.packing import LEVELS


def unrounded(levels: np.ndarray, tops: np.ndarray, slices: Sequence[slice]) -> np.ndarray:
    """The weights as the page has them, float64: top · sign(level) · (level / LEVELS)²."""
    theta = np.empty(levels.shape, np.float64)
    for i, part in enumerate(slices):
        share = levels[..., part] / LEVELS
        theta[..., part] = tops[..., i : i + 1] * share * np.abs(share)
    return theta


def unpack(layout: Sequence[Mapping[str, Any]], text: str) -> dict[str, np.ndarray]:
    """The arrays that ``pack`` has packed."""
    data, start, arrays = zlib.decompress(base64.b64decode(text)), 0, {}
    for entry in layout:
        dtype = np.dtype(entry["dtype"]).newbyteorder("<")
        size = int(np.prod(entry["shape"])) * dtype.itemsize
        planes = np.frombuffer(data, np.uint8, size, start).reshape(dtype.itemsize, -1)
        arrays[entry["name"]] = np.ascontiguousarray(planes.T).reshape(-1).view(dtype).reshape(entry["shape"])
        start += size
    return arrays
