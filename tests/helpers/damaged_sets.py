"""Sound files of the released data sets, their readers, and the damages to try on them."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from helpers.damage import BYTES, Reader, inside_bz2, inside_gzip, inside_mat, inside_zip, other_member
from helpers.matlab import house_numbers, mat, matrix, packed
from helpers.signs import write_gtsrb, write_synsigns

from minidann.data.released import read_gtsrb, read_svhn, read_synsigns, read_usps


def fault_of(form: tuple[int, ...], classes: int) -> Callable[[Any], str]:
    """A test of the result of a reader: bytes of ``form``, and as many labels below ``classes``."""

    def fault(images: Any) -> str:
        for x, y in (images[:2], images[2:]):
            if x.dtype != np.uint8 or x.shape[1:] != form or y.dtype != np.int64 or y.shape != (len(x),):
                return f"{x.dtype} {x.shape}, {y.dtype} {y.shape}"
            if len(y) and not 0 <= y.min() <= y.max() < classes:
                return f"labels {y.min()} to {y.max()}"
        return "" if len(images[0]) else "no images"

    return fault


def released_sets(folder: Path, images: int) -> dict[str, Reader]:
    """A reader for each format of each set, with some ``images``."""
    rng = np.random.default_rng(0)
    return svhn(folder, images, rng) | usps(folder, images, rng) | signs(folder, images, rng)


def svhn(folder: Path, images: int, rng: np.random.Generator) -> dict[str, Reader]:
    x, y = house_numbers(images // 3, rng)
    parts = [matrix("X", x), matrix("y", y)]
    found = {}
    for name, content in (("SVHN", mat(*parts)), ("SVHN, packed", mat(*map(packed, parts)))):
        place = folder / name
        place.mkdir()
        (place / "train_32x32.mat").write_bytes(content)
        (place / "test_32x32.mat").write_bytes(mat(matrix("X", x[..., :9]), matrix("y", y[:9])))
        damages = (*BYTES, inside_mat, inside_mat) if "packed" in name else BYTES
        read = lambda place=place: read_svhn(place)  # noqa: E731
        found[name] = Reader(place / "train_32x32.mat", read, damages, fault_of((32, 32, 3), 10), x.nbytes)
    return found


def usps(folder: Path, images: int, rng: np.random.Generator) -> dict[str, Reader]:
    numbers = rng.integers(256, size=(images // 6, 256)) / 127.5 - 1
    dense = "\n".join(f"{i % 10} " + " ".join(f"{v:.4f}" for v in row) for i, row in enumerate(numbers)).encode()
    sparse = "\n".join(
        f"{i % 10 + 1} " + " ".join(f"{j}:{v:.4g}" for j, v in enumerate(row, 1)) for i, row in enumerate(numbers)
    ).encode()
    found = {}
    for name, train, test, content, damages in (
        ("USPS, dense", "zip.train", "zip.test", dense, BYTES),
        ("USPS, gzip", "zip.train", "zip.test", gzip.compress(dense), (*BYTES, inside_gzip)),
        ("USPS, bzip2", "usps", "usps.t", bz2.compress(sparse), (*BYTES, inside_bz2)),
    ):
        place = folder / name
        place.mkdir()
        for file in (train, test):
            (place / file).write_bytes(content)
        read = lambda place=place: read_usps(place)  # noqa: E731
        found[name] = Reader(place / train, read, damages, fault_of((16, 16, 1), 10), 2 * len(dense))
    with suppress(ImportError):
        import h5py

        place = folder / "USPS, HDF5"
        place.mkdir()
        with h5py.File(place / "usps.h5", "w") as file:
            for part in ("train", "test"):
                file[f"{part}/data"], file[f"{part}/target"] = numbers.astype("f4"), np.arange(len(numbers)) % 10
        size = (place / "usps.h5").stat().st_size
        found[place.name] = Reader(place / "usps.h5", lambda: read_usps(place), BYTES, fault_of((16, 16, 1), 10), size)
    return found


def signs(folder: Path, images: int, rng: np.random.Generator) -> dict[str, Reader]:
    labels = [0, 7, 7, 42] * 5
    write_gtsrb(folder / "GTSRB", labels)
    write_synsigns(folder / "synsigns", labels)
    of_signs, size = fault_of((40, 40, 3), 43), 2 * len(labels) * 40 * 40 * 3
    training = folder / "GTSRB" / "Final_Training" / "Images" / "00007"
    found = {}
    for name, path, read in (
        ("GTSRB, test list", folder / "GTSRB" / "GT-final_test.csv", read_gtsrb),
        ("GTSRB, class list", training / "GT-00007.csv", read_gtsrb),
        ("GTSRB, image", training / "00000_00001.ppm", read_gtsrb),
        ("SYN SIGNS, list", folder / "synsigns" / "train_labelling.txt", read_synsigns),
        ("SYN SIGNS, image", folder / "synsigns" / "train" / "2.png", read_synsigns),
    ):
        place = folder / path.relative_to(folder).parts[0]
        found[name] = Reader(path, lambda read=read, place=place: read(place), BYTES, of_signs, size)
    x = rng.integers(256, size=(images // 4, 40, 40, 3), dtype=np.uint8)
    place = folder / "signs in NPZ"
    place.mkdir()
    np.savez_compressed(
        place / "gtsrb.npz", x_train=x, y_train=np.arange(len(x)) % 43, x_test=x[:9], y_test=np.arange(9)
    )
    damages = (*BYTES, inside_zip, other_member, other_member)
    found["GTSRB, NPZ"] = Reader(place / "gtsrb.npz", lambda: read_gtsrb(place), damages, of_signs, x.nbytes)
    return found
