"""MNIST → MNIST-M: digits, and digits blended into photographs (Ganin & Lempitsky, arXiv:1409.7495, §4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import _validate
from .pairs import DomainPair
from .readers import SIDE, Images, photographs, read_mnist, read_npz_target, read_photograph

# the possible folders of the photographs of BSDS500 in a data folder: made by hand, or as in its archive
BSDS500 = ("bsds500", "BSDS500/data/images", "BSR/BSDS500/data/images")


def mnist_mnistm_pair(data_dir: str | Path, target_npz: str | Path | None = None, seed: int = 0) -> DomainPair:
    """MNIST's digits as RGB images, and MNIST-M: each digit blended into a patch of a photograph.

    ``data_dir``: a folder with the four files of MNIST, or with a folder mnist/ that has them, and the photographs of
    BSDS500 in bsds500/{train,val,test} or as in its archive. The target for training is the training digits in another
    order, on photographs of train and val. The target for scoring is the test digits on photographs of test: training
    sees none of these digits and photographs. ``target_npz``: a file with the target (see ``read_npz_target``); no
    photographs are then needed.

    ``seed`` fixes the data, not the training: with the default every run has the same MNIST-M. (Versions of Pillow
    differ: their JPEG decoders give some pixels another grey level.) Images are uint8 (n, 28, 28, 3). Raises ValueError
    with the name of the file or of the argument.
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


def blend_digits(digits: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """|digit − patch| at each pixel and channel: digits (n, 28, 28), patches (n, 28, 28, 3) → (n, 28, 28, 3), uint8."""
    if digits.dtype != np.uint8 or digits.ndim != 3:
        raise ValueError(f"digits: got {digits.dtype} {digits.shape}, expected uint8 (n, height, width)")
    if patches.dtype != np.uint8 or patches.shape != (*digits.shape, 3):
        raise ValueError(f"patches: got {patches.dtype} {patches.shape}, expected uint8 {(*digits.shape, 3)}")
    grey = digits[..., None]
    # the larger minus the smaller: a negative difference of bytes would wrap to 255
    blended: np.ndarray = np.maximum(grey, patches) - np.minimum(grey, patches)
    return blended


def random_patches(photos: Sequence[np.ndarray], n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """n random square patches, uint8 (n, size, size, 3), of ``photos``, each uint8 (h, w, 3).

    Each photograph is equally likely, and then each place in it.
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
    # in another order than the source: no target example stands at the index of its own source example
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
    return blend_digits(digits, random_patches(photos, len(digits), SIDE, rng))


def _rgb(x: np.ndarray) -> np.ndarray:
    return np.repeat(x[..., None], 3, axis=-1)


def _bsds500(data_dir: Path) -> Path:
    """The folder that holds train, val and test of BSDS500. Raises ValueError if there is none."""
    for name in BSDS500:
        if all((data_dir / name / part).is_dir() for part in ("train", "val", "test")):
            return data_dir / name
    places = " or ".join(f"{name}/{{train,val,test}}" for name in BSDS500)
    raise ValueError(f"data_dir: got {str(data_dir)!r} without photographs, expected {places} in it, or a target_npz")
