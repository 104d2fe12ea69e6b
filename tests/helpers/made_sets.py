"""Small data sets of random images in the layouts of their releases, for all pairs of the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from helpers.files import write_mnist
from helpers.matlab import mat, matrix
from PIL import Image

TRAIN, TEST = 40, 20  # images; a class a digit in turn
SIGNS = 3 * 43  # signs in a part, each class three times


def bytes_of(rng, *shape):
    return rng.integers(256, size=shape, dtype=np.uint8)


def write_numbers(folder, names, rng, train=TRAIN, test=TEST):
    """Two files as of SVHN: images (n, 32, 32, 3) and labels. Class 10 is the digit 0."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, n in zip(names, (train, test)):
        labels = (np.arange(n, dtype=np.uint8) % 10 + 1)[:, None]
        (folder / name).write_bytes(mat(matrix("X", bytes_of(rng, 32, 32, 3, n)), matrix("y", labels)))


def write_usps(folder, rng):
    folder.mkdir(parents=True, exist_ok=True)
    for name, n in (("usps", TRAIN), ("usps.t", TEST)):
        rows = rng.integers(256, size=(n, 256)) / 127.5 - 1
        lines = (
            f"{i % 10 + 1} " + " ".join(f"{j}:{v:.4f}" for j, v in enumerate(row, 1)) for i, row in enumerate(rows)
        )
        (folder / name).write_text("\n".join(lines))


def write_signs(folder: Path, name: str, side: int, rng: np.random.Generator, with_test: bool) -> None:
    """An .npz file of signs, each class three times in each part."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for part in ("train", *["test"] * with_test):
        arrays |= {f"x_{part}": bytes_of(rng, SIGNS, side, side, 3), f"y_{part}": np.arange(SIGNS) % 43}
    np.savez(folder / name, **arrays)


def write_photographs(folder, rng):
    for part in ("train", "val", "test"):
        (folder / part).mkdir(parents=True)
        Image.fromarray(bytes_of(rng, 40, 50, 3)).save(folder / part / "1.png")


def write_mnistm(folder, rng):
    for part, n in (("train", TRAIN), ("test", TEST)):
        inner = folder / f"mnist_m_{part}"
        inner.mkdir(parents=True)
        for i in range(n):
            Image.fromarray(bytes_of(rng, 32, 32, 3)).save(inner / f"{i}.png")
        lines = "\n".join(f"{i}.png {i % 10}" for i in range(n))
        (folder / f"mnist_m_{part}_labels.txt").write_text(lines)


def write_all(folder: Path) -> Path:
    """All sets that the pairs of the table need, except MNIST-M as released."""
    rng = np.random.default_rng(0)
    write_mnist(
        folder / "mnist",
        train_images=bytes_of(rng, TRAIN, 28, 28),
        train_labels=np.arange(TRAIN, dtype=np.uint8) % 10,
        t10k_images=bytes_of(rng, TEST, 28, 28),
        t10k_labels=np.arange(TEST, dtype=np.uint8) % 10,
    )
    write_photographs(folder / "bsds500", rng)
    write_numbers(folder / "svhn", ("train_32x32.mat", "test_32x32.mat"), rng)
    write_numbers(folder / "synnumbers", ("synth_train_32x32.mat", "synth_test_32x32.mat"), rng)
    write_usps(folder / "usps", rng)
    write_signs(folder / "gtsrb", "gtsrb.npz", 32, rng, with_test=True)
    write_signs(folder / "synsigns", "synsigns.npz", 40, rng, with_test=False)
    return folder
