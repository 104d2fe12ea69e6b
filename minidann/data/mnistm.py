"""MNIST → MNIST-M: digits, and digits blended into photographs (Ganin & Lempitsky, arXiv:1409.7495, §4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import _validate
from .npz_target import read_npz_target
from .pairs import DomainPair
from .photographs import photographs, read_photograph
from .read_mnistm import read_mnistm
from .readers import SIDE, Images, read_mnist
from .resizing import in_colour

DIGITS = ("binarised", "grey")
# the possible folders of the photographs of BSDS500 in a data folder: made by hand, or as in its archives
BSDS500 = (
    "bsds500",
    "BSDS500/data/images",
    "BSR/BSDS500/data/images",
    "BSDS500",
    "BSDS500/images",
    "BSDS500/BSDS500/data/images",
    "bsds500/images",
    "images",
    ".",
)


def mnist_mnistm_pair(
    data_dir: str | Path,
    target_npz: str | Path | None = None,
    seed: int = 0,
    *,
    target_dir: str | Path | None = None,
    digits: str = "binarised",
    recolour_source: bool = False,
) -> DomainPair:
    """MNIST's digits as RGB images, and MNIST-M: each digit blended into a patch of a photograph.

    The target for training is the training digits in another order, on photographs of train and val. The target for
    scoring is the test digits on photographs of test: training sees none of these digits and photographs.

    Parameters
    ----------
    data_dir : path
        A folder with the four files of MNIST (see ``read_mnist``), and the photographs of BSDS500 in
        bsds500/{train,val,test} or as in its archives.
    target_npz : path, optional
        A file with the target: see ``read_npz_target``. No photographs are then needed.
    seed : int
        The seed of the data, not of the training: with the default every run has the same MNIST-M. (Versions of Pillow
        differ: their JPEG decoders give some pixels another grey level.)
    target_dir : path, optional
        The folder of the released MNIST-M: see ``read_mnistm``. No photographs are then needed.
    digits : "binarised" or "grey"
        The digits that are blended. "binarised": each pixel above 0 is 255, as in the released MNIST-M. "grey": the
        pixels of MNIST, which leave a thin outline around each stroke. That task is easier.
    recolour_source : bool
        Whether ground and stroke of each source image have random colours: see ``recolour_digits``. This is knowledge
        about the target that a person adds. Compare such a run with source only on the same images.

    Images are uint8 (n, 28, 28, 3). Raises ValueError with the name of the file or of the argument.
    """
    _validate.whole_number("seed", seed, least=0)
    _validate.one_of("digits", digits, DIGITS)
    _validate.boolean("recolour_source", recolour_source)
    data_dir = _validate.path("data_dir", data_dir)
    target_npz = None if target_npz is None else _validate.path("target_npz", target_npz)
    target_dir = None if target_dir is None else _validate.path("target_dir", target_dir)
    if target_npz is not None and target_dir is not None:
        raise ValueError(f"target_dir: got {str(target_dir)!r} beside target_npz, expected one of the two")
    ready = target_npz if target_npz is not None else target_dir
    if target_npz is not None:
        target = read_npz_target(target_npz)
    elif target_dir is not None:
        target = read_mnistm(target_dir)
    folder = bsds500_folder(data_dir, ", or a target_npz") if ready is None else None
    mnist = read_mnist(data_dir)
    if folder is not None:
        target = _mnistm(mnist, folder, seed, binarised=digits == "binarised")
    x_source, x_source_test = in_colour(mnist.x_train), in_colour(mnist.x_test)
    if recolour_source:
        rng, test_rng = np.random.default_rng(seed).spawn(4)[2:]  # the first two make the target
        x_source, x_source_test = recolour_digits(mnist.x_train, rng), recolour_digits(mnist.x_test, test_rng)
    made = f" ({Path(ready).name})" if ready is not None else " (grey digits)" * (digits == "grey")
    return DomainPair(
        "MNIST" + ", recoloured" * recolour_source + " → MNIST-M" + made,
        x_source=x_source,
        y_source=mnist.y_train,
        x_target=target.x_train,
        y_target=target.y_train,
        x_source_test=x_source_test,
        y_source_test=mnist.y_test,
        x_target_test=target.x_test,
        y_target_test=target.y_test,
    )


def blend_digits(digits: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """|digit − patch| at each pixel and channel: digits (n, 28, 28), patches (n, 28, 28, 3) → (n, 28, 28, 3), uint8."""
    _check_bytes("digits", digits, 3)
    _check_bytes("patches", patches, 4)
    if patches.shape != (*digits.shape, 3):
        raise ValueError(f"patches: got uint8 {patches.shape} for digits {digits.shape}, expected {(*digits.shape, 3)}")
    grey = digits[..., None]
    # the larger minus the smaller: a negative difference of bytes would wrap to 255
    blended: np.ndarray = np.maximum(grey, patches) - np.minimum(grey, patches)
    return blended


def _check_bytes(name: str, images: Any, ndim: int) -> None:
    """Raises ValueError unless ``images`` is an array of bytes with ``ndim`` axes."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.ndim != ndim:
        expected = f"uint8 (n, height, width{', 3' * (ndim == 4)})"
        got = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else _validate.shown(images)
        raise ValueError(f"{name}: got {got}, expected {expected}")


def recolour_digits(digits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Digits with a random colour for the ground and another for the stroke: (n, h, w) → (n, h, w, 3), uint8.

    A pixel of grey level d becomes ground + (stroke − ground) · d/255. Each channel of a colour is uniform in 0…255.
    """
    _check_bytes("digits", digits, 3)
    _validate.generator("rng", rng)
    ground, stroke = rng.integers(256, size=(2, len(digits), 1, 1, 3), dtype=np.uint16)
    images = np.empty((*digits.shape, 3), np.uint8)
    for i in range(0, len(digits), 1000):  # in pieces: the sums need twice the bytes
        d, piece = digits[i : i + 1000, :, :, None].astype(np.uint16), slice(i, i + 1000)
        images[piece] = (ground[piece] * (255 - d) + stroke[piece] * d + 127) // 255  # at most 255² + 127 < 2¹⁶
    return images


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


def _mnistm(mnist: Images, bsds500: Path, seed: int, binarised: bool) -> Images:
    train_rng, test_rng = np.random.default_rng(seed).spawn(2)
    # in another order than the source: no target example stands at the index of its own source example
    order = train_rng.permutation(len(mnist.x_train))
    x_train, x_test = mnist.x_train[order], mnist.x_test
    if binarised:
        x_train, x_test = (np.where(x > 0, 255, 0).astype(np.uint8) for x in (x_train, x_test))
    return Images(
        _blended(x_train, [bsds500 / "train", bsds500 / "val"], train_rng),
        mnist.y_train[order],
        _blended(x_test, [bsds500 / "test"], test_rng),
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


def bsds500_folder(data_dir: Path, otherwise: str = "") -> Path:
    """The folder that holds train, val and test of BSDS500.

    Raises ValueError if there is none. ``otherwise``: another way out, for the message.
    """
    for name in BSDS500:
        if all((data_dir / name / part).is_dir() for part in ("train", "val", "test")):
            return data_dir / name
    got = "(a file)" if data_dir.is_file() else "without photographs"
    places = " or ".join(f"{name}/{{train,val,test}}" for name in BSDS500[:3])
    raise ValueError(f"data_dir: got {str(data_dir)!r} {got}, expected {places} in it{otherwise}")
