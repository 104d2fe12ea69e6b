"""Damages of files for the benchmark of damaged files: of bytes, and of archives whose checksums stay right."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from minidann.adapt.checkpoint_file import _digest, _text_digest

Damage = Callable[[bytes, np.random.Generator], bytes]


@dataclass
class Reader:
    """A reader, a sound file for it, the damages to try, and a test of its result that returns a fault or ""."""

    path: Path
    read: Callable[[], Any]
    damages: tuple[Damage, ...]
    fault_of: Callable[[Any], str]
    unpacked: int
    after: Callable[[], str] = lambda: ""  # a fault after a refusal


# damages of bytes ----------------------------------------------------------------------------------------------------


def flip(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip some bits: anywhere, or in the first 200 bytes, where headers are."""
    changed = bytearray(data)
    top = len(data) if rng.random() < 0.5 else min(len(data), 200)
    for _ in range(rng.integers(1, 12)):
        changed[rng.integers(top)] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def cut(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: rng.integers(len(data))]


def insert(data: bytes, rng: np.random.Generator) -> bytes:
    at = rng.integers(len(data))
    return data[:at] + rng.bytes(int(rng.integers(1, 40))) + data[at:]


def zero(data: bytes, rng: np.random.Generator) -> bytes:
    at = rng.integers(len(data))
    length = min(int(rng.integers(1, 5000)), len(data) - at)
    return data[:at] + bytes(length) + data[at + length :]


def double(data: bytes, rng: np.random.Generator) -> bytes:
    first, last = sorted(rng.integers(len(data), size=2))
    return data[:last] + data[first:]


BYTES: tuple[Damage, ...] = (flip, cut, insert, zero, double)


def inside_gzip(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage the content, and pack it again: the checksum is right."""
    return gzip.compress(BYTES[rng.integers(len(BYTES))](gzip.decompress(data), rng), 1)


def inside_bz2(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage the content, and pack it again: the checksum is right."""
    return bz2.compress(BYTES[rng.integers(len(BYTES))](bz2.decompress(data), rng), 1)


def inside_mat(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage one packed array of a MATLAB file, and pack it again: the lengths and checksums around it are right."""
    parts, at = [], 128
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 4)[0]
        parts.append(zlib.decompress(data[at + 8 : at + 8 + length]))
        at += 8 + length
    chosen = rng.integers(len(parts))
    parts[chosen] = BYTES[rng.integers(len(BYTES))](parts[chosen], rng)
    packed = [zlib.compress(part, 1) for part in parts]
    return data[:128] + b"".join(struct.pack("<II", 15, len(part)) + part for part in packed)


# damages of archives -------------------------------------------------------------------------------------------------


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def inside_zip(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage the bytes of one member: the checksum is right."""
    members = members_of(data)
    name = str(rng.choice(list(members)))
    members[name] = BYTES[rng.integers(len(BYTES))](members[name], rng)
    return zipped(members)


def other_array(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An array of another dtype, shape or content."""
    dtypes = ("f2", "f4", "f8", "i1", "u1", ">i4", "i8", "u8", "c8", "?", "U3", "S2", "M8[s]", "O", "f4,i2")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        ways: list[Callable[[], np.ndarray]] = [
            lambda: array.astype(str(rng.choice(dtypes))),
            lambda: array.reshape(-1),
            lambda: array[None],
            lambda: array.T,
            lambda: array[: len(array) // 2] if array.ndim else array.reshape(1),
            lambda: (
                np.concatenate([array, array]) if array.ndim else np.asarray(-array if array.dtype.kind == "i" else 3)
            ),
            lambda: np.zeros((0, *array.shape[1:]), array.dtype),
            lambda: np.full_like(array, {"f": np.nan, "i": -5, "u": 255}.get(array.dtype.kind, 0)),
            lambda: np.full(array.shape, np.inf if rng.random() < 0.5 else 1e30, "f4"),
            lambda: np.asarray(array.reshape(-1)[0]) if array.size else array,
            lambda: array + np.asarray(1).astype(array.dtype) if array.dtype.kind in "fiu" else array,
        ]
        try:
            return ways[rng.integers(len(ways))]()
        except (TypeError, ValueError):
            return np.array([{}], object)


def other_member(data: bytes, rng: np.random.Generator) -> bytes:
    """Replace one array by another, leave it out, name it otherwise, or add one."""
    members = members_of(data)
    name = str(rng.choice(list(members)))
    content, way = members.pop(name), rng.integers(8)
    if way == 1:
        members[name.upper()] = content
    elif way == 2:
        members |= {name: content, "more/of/it.npy": npy(np.arange(5))}
    elif way == 3:
        members[name] = members[str(rng.choice(list(members)))]
    elif way > 3:
        members[name] = npy(other_array(np.load(io.BytesIO(content)), rng))
    return zipped(members)


def other_json(data: bytes, rng: np.random.Generator) -> bytes:
    """Change one value in the JSON of a checkpoint. In half of the files the digests are true again."""
    members = members_of(data)
    content = json.loads(np.load(io.BytesIO(members["json.npy"])).item())
    inner: Any = content
    while True:
        key = rng.choice(len(inner)) if isinstance(inner, list) else str(rng.choice(list(inner)))
        if isinstance(inner[key], (dict, list)) and len(inner[key]) and rng.random() < 0.75:
            inner = inner[key]
            continue
        break
    values = (
        None,
        True,
        -7,
        0,
        3,
        10**400,
        1.5,
        float("nan"),
        float("inf"),
        "",
        "x",
        [],
        {},
        [[]],
        {"a": 1},
        [1] * 300,
    )
    if rng.random() < 0.1:
        del inner[key]
    else:
        inner[key] = values[rng.integers(len(values))]
    members["json.npy"] = npy(np.array(json.dumps(content)))
    return zipped(members)


def sealed(data: bytes, rng: np.random.Generator) -> bytes:
    """An edit of a checkpoint whose digests are true: a legal state may be taken up, and no other."""
    members = members_of((other_json if rng.random() < 0.7 else other_member)(data, rng))
    try:
        arrays = {n.removesuffix(".npy"): np.load(io.BytesIO(content)) for n, content in members.items()}
        first = _text_digest(arrays["json"].item())
        rest = {n.removeprefix("array/"): a for n, a in arrays.items() if n not in ("json", "digest")}
        members["digest.npy"] = npy(np.array([first, _digest(first, rest)]))
    except (ValueError, KeyError, AttributeError):
        return zipped(members)
    return zipped(members)
