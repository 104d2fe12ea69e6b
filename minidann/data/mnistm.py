"""MNIST → MNIST-M: digits, and the same kind of digits blended into photographs (Ganin & Lempitsky,
arXiv:1409.7495, §4.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import _validate
from .pairs import DomainPair
from .readers import SIDE, Images, photographs, read_mnist, read_npz_target, read_photograph

# where the photographs of BSDS500 may lie in a data folder: put there by hand, or as its archive unpacks
BSDS500 = ("bsds500", "BSDS500/data/images", "BSR/BSDS500/data/images")


def mnist_mnistm_pair(data_dir: str | Path, target_npz: str | Path | None = None, seed: int = 0) -> DomainPair:
    """Source: MNIST's digits, grey as RGB. Target: MNIST-M, each digit blended into a patch of a photograph.

    ``data_dir``: a folder with MNIST's four files, there or in mnist/, and the photographs of BSDS500 in
    bsds500/{train,val,test} or as its archive unpacks. The target to train on is MNIST's training digits in an order
    of their own, on photographs of train and val; the target to score on is MNIST's test digits on those of test:
    digits and photographs that training never saw. ``target_npz``: take the target from this file instead (see
    ``read_npz_target``); photographs are then not needed.

    ``seed`` draws the data, not the training: leave it, and every run sees the same MNIST-M (with one version of
    Pillow: decoders of JPEG differ by a grey level here and there). Images are uint8 (n, 28, 28, 3). ValueError names
    the file or the argument.
    """
    _validate.whole_number("seed", seed, least=0)
    if target_npz is None:
        folder = _bsds500(Path(data_dir))
        mnist = read_mnist(data_dir)
        target = _mnistm(mnist, folder, seed)
    else:
        target = read_npz_target(target_npz)
        mnist = read_mnist(data_dir)
    return DomainPair(
        "MNIST → MNIST-M" + (f" ({Path(target_npz).name})" if target_npz is not None else ""),
        x_source=_rgb(mnist.x_train),
        y_source=mnist.y_train,
        x_target=target.x_train,
        y_target=target.y_train,
        x_source_test=_rgb(mnist.x_test),
        y_source_test=mnist.y_test,
        x_target_test=target.x_test,
        y_target_test=target.y_test,
    )


def blend(digits: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """|digit − patch| at each pixel and channel: digits (n, 28, 28), patches (n, 28, 28, 3) → (n, 28, 28, 3), uint8."""
    if digits.dtype != np.uint8 or digits.ndim != 3:
        raise ValueError(f"digits: got {digits.dtype} {digits.shape}, expected uint8 (n, height, width)")
    if patches.dtype != np.uint8 or patches.shape != (*digits.shape, 3):
        raise ValueError(f"patches: got {patches.dtype} {patches.shape}, expected uint8 {(*digits.shape, 3)}")
    grey = digits[..., None]
    # larger less smaller, because a difference of bytes below zero would wrap round to 255
    return np.maximum(grey, patches) - np.minimum(grey, patches)


def cut_patches(photos: Sequence[np.ndarray], n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """n squares of ``size`` pixels a side, uint8 (n, size, size, 3), cut from ``photos``, each uint8 (h, w, 3).

    Each patch: a photograph, all equally likely, then a place in it, all equally likely.
    """
    _validate.whole_number("n", n, least=1)
    _validate.whole_number("size", size, least=1)
    _validate.generator("rng", rng)
    if not len(photos):
        raise ValueError("photos: got none, expected at least one photograph")
    for photo in photos:
        if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3 or min(photo.shape[:2]) < size:
            wanted = f"uint8 (height, width, 3) of at least {size}×{size} pixels"
            raise ValueError(f"photos: got one of {photo.dtype} {photo.shape}, expected {wanted}")
    heights, widths = np.array([photo.shape[:2] for photo in photos]).T
    which = rng.integers(len(photos), size=n)
    tops = rng.integers(heights[which] - size + 1)
    lefts = rng.integers(widths[which] - size + 1)
    patches = np.empty((n, size, size, 3), np.uint8)
    for i, (photo, top, left) in enumerate(zip(which, tops, lefts)):
        patches[i] = photos[photo][top : top + size, left : left + size]
    return patches


def _mnistm(mnist: Images, bsds500: Path, seed: int) -> Images:
    train_rng, test_rng = np.random.default_rng(seed).spawn(2)
    # not in the source's order, so that no example of the target stands at the place of its source twin
    order = train_rng.permutation(len(mnist.x_train))
    return Images(
        _blended(mnist.x_train[order], [bsds500 / "train", bsds500 / "val"], train_rng),
        mnist.y_train[order],
        _blended(mnist.x_test, [bsds500 / "test"], test_rng),
        mnist.y_test,
    )


def _blended(digits: np.ndarray, folders: Sequence[Path], rng: np.random.Generator) -> np.ndarray:
    photos = []
    for path in (path for folder in folders for path in photographs(folder)):
        photos.append(read_photograph(path))
        height, width, _ = photos[-1].shape
        if min(height, width) < SIDE:
            raise ValueError(f"data_dir: {str(path)!r} has {width}×{height} pixels, expected at least {SIDE}×{SIDE}")
    return blend(digits, cut_patches(photos, len(digits), SIDE, rng))


def _rgb(x: np.ndarray) -> np.ndarray:
    return np.repeat(x[..., None], 3, axis=-1)


def _bsds500(data_dir: Path) -> Path:
    """The folder of BSDS500 that has train, val and test in it."""
    for name in BSDS500:
        if all((data_dir / name / part).is_dir() for part in ("train", "val", "test")):
            return data_dir / name
    places = " or ".join(f"{name}/{{train,val,test}}" for name in BSDS500)
    raise ValueError(f"data_dir: got {str(data_dir)!r} without photographs, expected {places} in it, or a target_npz")
