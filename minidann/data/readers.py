"""Readers of files: MNIST's IDX format, photographs, and a target domain in one .npz.

Images stay bytes, 0…255. A faulty file raises a ValueError of one line with its name.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

SIDE = 28  # pixels on a side of a digit, and of an image with a digit
MNIST_FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
PHOTOGRAPH_ENDINGS = (".jpg", ".jpeg", ".png")


class Images(NamedTuple):
    """Images and labels for training and for scoring."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def read_idx(path: str | Path) -> np.ndarray:
    """The array in an IDX file, gzipped or not. The content decides, because browsers unpack a file and keep its name.

    The format (once at http://yann.lecun.com/exdb/mnist): two zero bytes, one byte for the type, one byte for the
    number of axes, the length of each axis as a big-endian uint32, then the numbers, with the last axis fastest.
    Raises ValueError for another format and for a file that is cut short.
    """
    data = _read(Path(path))
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in IDX_TYPES or not 1 <= data[3] <= 32:
        raise ValueError(
            f"{path}: got a file that begins 0x{data[:4].hex()}, expected IDX: 0x0000, a type, 1 to 32 axes"
        )
    header = 4 + 4 * data[3]
    if len(data) < header:
        raise ValueError(
            f"{path}: got {len(data)} bytes, expected {header} for the header alone: the file is cut short"
        )
    shape = tuple(int(n) for n in np.frombuffer(data, ">u4", data[3], offset=4))
    stored = np.dtype(IDX_TYPES[data[2]])
    expected = header + stored.itemsize * math.prod(shape)
    if len(data) != expected:
        fault = "cut short" if len(data) < expected else "longer than its header says"
        raise ValueError(f"{path}: got {len(data)} bytes, expected {expected} for shape {shape}: it is {fault}")
    # a copy in this machine's byte order: an array over the bytes of the file would be read-only
    return np.frombuffer(data, stored, offset=header).reshape(shape).astype(stored.newbyteorder("="))


def read_mnist(folder: str | Path) -> Images:
    """The four files of MNIST in ``folder`` or in its folder mnist/: images uint8 (n, 28, 28), labels uint8 (n,).

    Names such as train-images-idx3-ubyte and train-images.idx3-ubyte are found, with and without .gz. Raises ValueError
    for a missing or a faulty file.
    """
    places = (Path(folder), Path(folder) / "mnist")
    found = [_find(name, places) for name in MNIST_FILES]
    missing = [f"{name}-ubyte(.gz)" for name, path in zip(MNIST_FILES, found) if path is None]
    if missing:
        looked = " and ".join(str(place) for place in places)
        raise ValueError(f"data_dir: got no {', '.join(missing)} in {looked}, expected the four files of MNIST")
    paths = [path for path in found if path is not None]
    arrays = [read_idx(path) for path in paths]
    for x, y, x_path, y_path in zip(arrays[::2], arrays[1::2], paths[::2], paths[1::2]):
        if x.dtype != np.uint8 or x.shape[1:] != (SIDE, SIDE) or not len(x):
            raise ValueError(f"{x_path}: got {x.dtype} {x.shape}, expected images: uint8 (n, {SIDE}, {SIDE})")
        if y.dtype != np.uint8 or y.shape != (len(x),):
            raise ValueError(f"{y_path}: got {y.dtype} {y.shape}, expected uint8 ({len(x)},): a label for each image")
        if y.max() > 9:
            raise ValueError(f"{y_path}: got labels up to {y.max()}, expected 0 to 9")
    return Images(*arrays)


def read_npz_target(path: str | Path) -> Images:
    """A target domain from an .npz file of x_train, y_train, x_test, y_test: RGB digits as bytes, and labels 0…9.

    Images of 32×32 pixels lose two pixels on each side. Images are returned as uint8 (n, 28, 28, 3), labels as int64
    (n,). Raises ValueError for another content. Pickled objects are refused, because unpickling can run any code.
    """
    wanted = "an .npz of the arrays x_train, y_train, x_test, y_test"
    try:
        # opened here, because NumPy does not close a broken file
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            absent = [name for name in Images._fields if name not in archive]
            arrays = {} if absent else {name: archive[name] for name in Images._fields}
    except Exception as error:  # a broken archive can raise errors of many kinds
        raise ValueError(f"target_npz: got {str(path)!r}, expected {wanted} ({_one_line(error)})") from None
    if absent:
        raise ValueError(f"target_npz: got {str(path)!r} without {', '.join(absent)}, expected {wanted}")
    for part in ("train", "test"):
        x, y = f"x_{part}", f"y_{part}"
        arrays[x] = _cropped(x, arrays[x])
        arrays[y] = _digit_labels(y, arrays[y], len(arrays[x]))
    return Images(**arrays)


def photographs(folder: str | Path) -> list[Path]:
    """The JPEG and PNG files in a folder and its inner folders, in the same order on every machine."""
    root = Path(folder)
    # macOS copies a hidden "._name.jpg" beside each file; it is no photograph
    files = [p for p in root.rglob("*") if p.suffix.lower() in PHOTOGRAPH_ENDINGS and p.name[0] != "." and p.is_file()]
    if not files:
        raise ValueError(f"folder: got {str(folder)!r}, expected a folder with JPEG or PNG photographs")
    return sorted(files, key=lambda p: p.relative_to(root).as_posix())


def read_photograph(path: str | Path) -> np.ndarray:
    """A photograph as uint8 (height, width, 3), from a file of any colour mode. Raises ValueError for a broken file."""
    from PIL import Image  # imported here, because only photographs need it

    try:
        with Image.open(path) as image:
            return np.array(image.convert("RGB"))
    except Exception as error:  # a broken file can raise errors of many kinds
        raise ValueError(f"{path}: got no readable photograph, expected JPEG or PNG ({_one_line(error)})") from None


def _read(path: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzipped."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except FileNotFoundError:
        raise ValueError(f"{path}: got no such file, expected an IDX file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: got a file that cannot be read, expected IDX ({_one_line(error)})") from None


def _find(name: str, places: tuple[Path, ...]) -> Path | None:
    for place in places:
        for spelling in (name, name.replace("-idx", ".idx")):
            for ending in ("-ubyte", "-ubyte.gz"):
                if (place / (spelling + ending)).is_file():
                    return place / (spelling + ending)
    return None


def _cropped(name: str, x: np.ndarray) -> np.ndarray:
    if x.dtype != np.uint8 or x.shape[1:] not in ((SIDE, SIDE, 3), (32, 32, 3)) or not len(x):
        wanted = f"uint8 (n, {SIDE}, {SIDE}, 3) or (n, 32, 32, 3)"
        raise ValueError(f"target_npz: got {name} of {x.dtype} {x.shape}, expected {wanted}")
    edge = (x.shape[1] - SIDE) // 2
    return np.ascontiguousarray(x[:, edge : edge + SIDE, edge : edge + SIDE])


def _digit_labels(name: str, y: np.ndarray, count: int) -> np.ndarray:
    if y.dtype.kind not in "iu" or y.shape != (count,):
        raise ValueError(f"target_npz: got {name} of {y.dtype} {y.shape}, expected {count} integers: a label an image")
    if y.min() < 0 or y.max() > 9:
        raise ValueError(f"target_npz: got {name} of labels {y.min()} to {y.max()}, expected 0 to 9")
    return y.astype(np.int64)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
