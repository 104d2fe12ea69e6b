"""Four small pairs of digits, made of the data of scikit-learn and the fonts of matplotlib.

The digits are the 1,797 scans of 8×8 pixels in scikit-learn. Nothing is downloaded. A pair is made in about a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from .. import _validate
from .pairs import DomainPair
from .printed import printed_digits
from .shares import class_shares, drawn_by_class, shares_title

PAIRS = ("turned", "photo", "blended", "printed")
SPLITS = ("train", "test")

# The strength of each shift. It was chosen by two numbers alone: the target accuracy of a small convolutional network
# trained on the source, and of one trained on the target. It was fixed before any training with a domain loss. Over
# three seeds: turned about .66 and .98, photo .85 and .99, blended .70 and .99, printed .63 and .99. The bends of the
# prints came later, and were chosen by DANN's target accuracy: see BEND in printed.py.
TURN = 35.0  # degrees, counter-clockwise
PHOTO_SHRINK, PHOTO_BLUR = 4, 2.0  # light and shade, no texture
BLEND_SHRINK, BLEND_STRENGTH = 2, 0.7  # texture as fine as strokes, and digits that can still be read

N_TRAIN = 1200
STRIPS = 5  # upright strips of a photograph: patches for training and for testing come from alternate strips


def digits_pair(
    name: str = "turned",
    seed: int = 0,
    copies: int = 8,
    rotation: float = TURN,
    target_shares: Sequence[float] | None = None,
) -> DomainPair:
    """A pair of digit domains: images (n, h, w, 1) of numbers in 0…1, labels 0 to 9.

    - ``turned``: scans → scans rotated counter-clockwise by ``rotation`` degrees, 35 by default.
    - ``photo``: scans → half a scan, half a blurred patch of a photograph. The brightness varies from place to place.
    - ``blended``: scans → |scan − 0.7 · patch of a photograph|, 16×16: a small version of MNIST → MNIST-M.
    - ``printed``: digits drawn from 21 fonts, with bends → scans: a small version of SYN NUMBERS → SVHN.

    ``seed`` chooses 1,200 scans for training. Each domain has ``copies`` of each scan, rotated, moved and scaled a
    little at random, in random order. The test sets are the other 597 scans, without these changes. (The source of
    ``printed`` has the same number of different prints.) Training and test patches come from different parts of the
    photographs.

    ``target_shares``: ten numbers, proportional to the shares of the classes in the target, for training and for
    scoring. This is a label shift. With 0 the target lacks a class. The target keeps its size: a scan of a frequent
    class comes more than once, in the test set too. By default the classes come as in the data of scikit-learn, each
    about one tenth.

    Raises ValueError with the name of a bad argument.
    """
    _validate.one_of("name", name, PAIRS)
    _validate.whole_number("seed", seed, least=0)
    _validate.whole_number("copies", copies, least=1)
    if _validate.number("rotation", rotation) != TURN and name != "turned":
        raise ValueError(f"rotation: got {rotation:g}, expected none for {name!r}: only 'turned' is rotated")
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(7)]
    split, source, target, patches, patches_test, prints, prints_test = streams
    train, test = digits_split(split)
    shares = None if target_shares is None else class_shares("target_shares", target_shares)
    turn, size = (rotation if name == "turned" else 0.0), (16 if name == "blended" else 8)
    scans, labels = _scans(size)

    of_target = train if shares is None else train[drawn_by_class(labels[train], shares, len(train) * copies, target)]
    x_target, y_target = _copies(scans[of_target], labels[of_target], copies if shares is None else 1, target, turn)
    x_target = _with_photos(name, x_target, patches, "train")
    target_test = test if shares is None else test[drawn_by_class(labels[test], shares, len(test), target)]
    x_target_test = warp(scans[target_test], turn) if turn else scans[target_test]
    x_target_test = _with_photos(name, x_target_test, patches_test, "test")

    if name == "printed":
        x_source, y_source = printed_digits(N_TRAIN * copies, prints)
        x_source_test, y_source_test = printed_digits(len(test), prints_test)
    else:
        x_source, y_source = _copies(scans[train], labels[train], copies, source)
        x_source_test, y_source_test = scans[test], labels[test]

    titles = {
        "turned": f"digits → digits turned by {rotation:g}°",
        "photo": "digits → digits over blurred photographs",
        "blended": "digits → digits blended with photographs",
        "printed": "printed digits → scanned digits",
    }
    return DomainPair.made(
        titles[name] + ("" if shares is None else shares_title(shares)),
        x_source=x_source[..., None],
        y_source=y_source,
        x_target=x_target[..., None],
        y_target=y_target,
        x_source_test=x_source_test[..., None],
        y_source_test=y_source_test,
        x_target_test=x_target_test[..., None],
        y_target_test=labels[target_test],
    )


def digits_split(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The indices of 1,200 digits for training and of 597 for testing, in random order."""
    order = rng.permutation(len(_scans(8)[1]))
    return order[:N_TRAIN], order[N_TRAIN:]


def warp(
    images: np.ndarray,
    turn: np.ndarray | float = 0.0,
    scale: np.ndarray | float = 1.0,
    shift: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Images (n, h, w) rotated counter-clockwise about their middle, scaled, then shifted.

    ``turn``: degrees. ``scale``: factors. ``shift`` (n, 2): pixels down and right. One bilinear interpolation does all
    three, because each interpolation blurs. Pixels outside an image are 0.
    """
    from scipy.ndimage import map_coordinates  # imported here: it takes half of the time of importing minidann

    n, height, width = images.shape
    angle, scale = np.deg2rad(np.broadcast_to(turn, n)), np.broadcast_to(scale, n)
    middle = np.array([[height - 1, width - 1]]) / 2
    # the place in the old image of each pixel of the new one: each step is undone, in reverse order; rows point down
    fetched = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), -1).reshape(1, -1, 2)
    rows, columns = np.moveaxis(fetched - np.broadcast_to(middle + shift, (n, 2))[:, None], -1, 0) / scale[:, None]
    sine, cosine = np.sin(angle)[:, None], np.cos(angle)[:, None]
    back = [cosine * rows + sine * columns + middle[0, 0], cosine * columns - sine * rows + middle[0, 1]]
    which = np.broadcast_to(np.arange(n)[:, None], rows.shape)
    warped: np.ndarray = map_coordinates(images, [which, *back], order=1, mode="grid-constant")
    return warped.reshape(images.shape)


def photo_patches(
    n: int, size: int, rng: np.random.Generator, part: str = "train", shrink: int = 1, smooth: float = 0.0
) -> np.ndarray:
    """Square patches (n, size, size) of the two photographs of scikit-learn, grey, 0…1, from random places.

    A photograph has five upright strips. The first, third and fifth are for ``part`` "train", the others for "test":
    the two parts share no pixel, and look alike. The strips are made ``shrink`` times smaller. Then a Gaussian with a
    standard deviation of ``smooth`` pixels blurs them.
    """
    _validate.whole_number("n", n, least=1)
    _validate.whole_number("size", size, least=1)
    _validate.generator("rng", rng)
    _validate.one_of("part", part, SPLITS)
    _validate.whole_number("shrink", shrink, least=1)
    _validate.number("smooth", smooth, least=0)
    photos = _photos(part, shrink, smooth)
    if size > min(photos.shape[1:]):
        raise ValueError(f"size: got {size}, expected at most {min(photos.shape[1:])}, the width of a strip")
    places = np.lib.stride_tricks.sliding_window_view(photos, (size, size), axis=(1, 2))
    patches: np.ndarray = places[tuple(rng.integers(places.shape[i], size=n) for i in range(3))]
    return patches


def _with_photos(name: str, images: np.ndarray, rng: np.random.Generator, part: str) -> np.ndarray:
    """The images of a pair with patches of photographs, for the pairs "photo" and "blended"."""
    n, size, _ = images.shape
    if name == "photo":
        images = (images + photo_patches(n, size, rng, part, PHOTO_SHRINK, PHOTO_BLUR)) / 2
    elif name == "blended":
        images = abs(images - BLEND_STRENGTH * photo_patches(n, size, rng, part, BLEND_SHRINK))
    return images


def _copies(
    scans: np.ndarray, labels: np.ndarray, copies: int, rng: np.random.Generator, turn: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """``copies`` of each scan in random order, rotated by up to 10°, scaled by up to 10 %, moved by up to an eighth."""
    n = len(scans) * copies
    order = rng.permutation(n) % len(scans)
    pixel = scans.shape[1] / 8
    angles, scales, shifts = rng.uniform(-10, 10, n), rng.uniform(0.9, 1.1, n), rng.uniform(-pixel, pixel, (n, 2))
    return warp(scans[order], turn + angles, scales, shifts), labels[order]


@lru_cache
def _scans(size: int) -> tuple[np.ndarray, np.ndarray]:
    """All digits (1797, size, size) in 0…1 and their labels (1797,)."""
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits  # imported here, because scikit-learn takes a second to import

    digits = load_digits()
    images = digits.images / 16
    if size > 8:  # a cubic spline keeps strokes sharp, and overshoots a little
        images = zoom(images, (1, size / 8, size / 8), order=3, mode="grid-constant", grid_mode=True).clip(0, 1)
    return images, digits.target


@lru_cache
def _photos(part: str, shrink: int, smooth: float) -> np.ndarray:
    """The strips (n, h, w) of one part of both photographs. They are cut before the blur: the parts share nothing."""
    from scipy.ndimage import gaussian_filter
    from sklearn.datasets import load_sample_images

    photos = np.stack(load_sample_images().images).mean(-1) / 255
    height, width = photos.shape[1] // shrink, photos.shape[2] // STRIPS // shrink
    strips = np.concatenate(np.split(photos, STRIPS, axis=2)[SPLITS.index(part) :: 2])
    strips = strips[:, : height * shrink, : width * shrink].reshape(-1, height, shrink, width, shrink).mean((2, 4))
    blurred: np.ndarray = gaussian_filter(strips, (0, smooth, smooth))
    return blurred
