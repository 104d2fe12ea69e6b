"""The steps that drawn images share: random streams, backgrounds, look-up of drawings, light, blur, noise, JPEG."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from io import BytesIO

import numpy as np

from .. import _validate
from .mnistm import random_patches

PARTS = ("train", "test")
BLOCK = 64  # images that are made at a time, from random numbers of their own
STRIPS = 5  # upright strips of a photograph of scikit-learn: every second one is for testing
SHRINKS = (1, 2, 4)  # a photograph in three sizes: one patch holds a corner or half of the picture

Make = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]


def in_blocks(name: str, n: int, seed: int, part: str, side: int, make: Make) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (n, side, side, 3) and labels int64 (n,), made by ``make(rng, side)`` in blocks of 64.

    Each block has random numbers of its own: the first images of a large set are the images of a small set. ``name``
    is a part of the seed: two generators share no random numbers. Raises ValueError with the name of a bad argument.
    """
    _validate.whole_number("n", n, least=1)
    _validate.whole_number("seed", seed, least=0)
    _validate.one_of("part", part, PARTS)
    _validate.whole_number("side", side, least=16, below=257)
    x, y = np.empty((n, side, side, 3), np.uint8), np.empty(n, np.int64)
    for block, start in enumerate(range(0, n, BLOCK)):
        images, labels = make(np.random.default_rng([*name.encode(), PARTS.index(part), block, seed]), side)
        x[start : start + BLOCK], y[start : start + BLOCK] = images[: n - start], labels[: n - start]
    return x, y


def uniform(rng: np.random.Generator, *bounds: tuple[float, float]) -> Iterator[np.ndarray]:
    """For each pair of bounds one float32 array (BLOCK, 1, 1) of uniform random numbers."""
    for least, most in bounds:
        yield rng.uniform(least, most, (BLOCK, 1, 1)).astype(np.float32)


def pixel_grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    """y (1, side, 1) and x (1, 1, side) of the middle of each pixel. The image spans −½…½; y points down."""
    steps = ((np.arange(side, dtype=np.float32) + 0.5) / side) - np.float32(0.5)
    return steps[None, :, None], steps[None, None, :]


def seen_at_an_angle(
    y: np.ndarray,
    x: np.ndarray,
    angle: np.ndarray,
    slant: np.ndarray,
    lean_y: np.ndarray | float = 0.0,
    lean_x: np.ndarray | float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Places in a flat drawing of places in its image: the rotation, the slant and the perspective are undone.

    ``angle``: radians. ``slant``: columns a row. ``lean_y``, ``lean_x``: the change of depth along each axis.
    """
    depth = 1 + lean_y * y + lean_x * x
    y, x = y / depth, x / depth
    y, x = np.cos(angle) * y + np.sin(angle) * x, np.cos(angle) * x - np.sin(angle) * y
    return y, x + slant * y


def look_up(drawings: np.ndarray, which: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Bilinear values at (y, x) of drawings (k, h, w, …): ``which`` broadcasts with y and x. Outside: the edge."""
    _, height, width = drawings.shape[:3]
    y, x = y.clip(0, height - 1.001), x.clip(0, width - 1.001)
    row, column = y.astype(np.int32), x.astype(np.int32)
    corner = (which * height + row) * width + column
    deep = (1,) * (drawings.ndim - 3)
    dy, dx = (y - row).reshape(*y.shape, *deep), (x - column).reshape(*x.shape, *deep)
    flat = drawings.reshape(-1, *drawings.shape[3:])
    upper = flat.take(corner, 0) * (1 - dx) + flat.take(corner + 1, 0) * dx
    lower = flat.take(corner + width, 0) * (1 - dx) + flat.take(corner + width + 1, 0) * dx
    found: np.ndarray = upper * (1 - dy) + lower * dy
    return found


def in_sizes(photos: Sequence[np.ndarray] | None, part: str, side: int) -> list[list[np.ndarray]]:
    """Photographs uint8 (h, w, 3) in full, half and quarter size, each at least ``side`` pixels wide and high.

    Without ``photos`` they are strips of the two photographs of scikit-learn: training and testing share no pixel.
    Raises ValueError if a photograph is smaller than ``side`` pixels or of another form.
    """
    _validate.whole_number("side", side, least=16, below=257)
    if photos is None:
        photos = _strips(_validate.one_of("part", part, PARTS))
        widest = min(photo.shape[1] for photo in photos)
        if side > widest:
            raise ValueError(f"side: got {side}, expected at most {widest} without photos of your own")
    for photo in _validate.sequence("photos", photos, "a list of photographs, uint8 (height, width, 3)"):
        _validate.instance("photos", photo, np.ndarray, "arrays, uint8 (height, width, 3)")
    random_patches(photos, 1, side, np.random.default_rng(0))  # refuses a photograph of another form
    return [
        [photo if shrink == 1 else _shrunk(photo, shrink) for photo in photos if min(photo.shape[:2]) >= side * shrink]
        or list(photos)
        for shrink in SHRINKS
    ]


@lru_cache
def _strips(part: str) -> tuple[np.ndarray, ...]:
    from sklearn.datasets import load_sample_images

    strips = [strip for photo in load_sample_images().images for strip in np.array_split(photo, STRIPS, axis=1)]
    return tuple(strip for i, strip in enumerate(strips) if i % STRIPS % 2 == PARTS.index(part))


def _shrunk(photo: np.ndarray, shrink: int) -> np.ndarray:
    """The means of squares of ``shrink`` × ``shrink`` pixels, as bytes."""
    height, width = (length // shrink for length in photo.shape[:2])
    squares = photo[: height * shrink, : width * shrink].reshape(height, shrink, width, shrink, 3)
    means: np.ndarray = squares.mean((1, 3)).astype(np.uint8)
    return means


def backgrounds(sizes: list[list[np.ndarray]], side: int, rng: np.random.Generator) -> np.ndarray:
    """Random patches float32 (BLOCK, side, side, 3) in 0…255 of photographs ``in_sizes``, a random size for each."""
    size = rng.integers(len(sizes), size=BLOCK)
    patches = np.empty((BLOCK, side, side, 3), np.float32)
    for i, photos in enumerate(sizes):
        if (size == i).any():
            patches[size == i] = random_patches(photos, int((size == i).sum()), side, rng)
    return patches


def shade(images: np.ndarray, rng: np.random.Generator, slope: float, shadow: float) -> np.ndarray:
    """Images (BLOCK, side, side, 3) in uneven light: darker towards a random side, and a shadow with a soft edge.

    ``slope``: the largest share of light that is lost across an image. ``shadow``: the share of images with a shadow,
    which takes 20 to 60 % of the light.
    """
    y, x = pixel_grid(images.shape[1])
    turn, edge_turn, place, loss, soft, depth, dice = uniform(
        rng, (0, 2 * np.pi), (0, 2 * np.pi), (-0.4, 0.4), (0, slope), (0.02, 0.15), (0.2, 0.6), (0, 1)
    )
    even = 1 - loss * (0.5 + np.cos(turn) * x + np.sin(turn) * y)
    inside = (0.5 + (np.cos(edge_turn) * x + np.sin(edge_turn) * y - place) / soft).clip(0, 1)
    shaded: np.ndarray = images * (even * (1 - depth * (dice < shadow) * inside))[..., None]
    return shaded


def blur(images: np.ndarray, along_y: np.ndarray, along_x: np.ndarray) -> np.ndarray:
    """Images (n, h, w, 3) under a Gaussian with standard deviations (n, 1, 1) in pixels along each axis.

    The edge of an image is repeated.
    """
    reach = int(np.ceil(3 * max(along_y.max(), along_x.max(), 0.1)))
    taps = np.arange(reach + 1, dtype=np.float32).reshape(-1, 1, 1, 1, 1)
    for axis, deviation in ((1, along_y), (2, along_x)):
        weights = np.exp(-(taps**2) / (2 * np.maximum(deviation, 0.1)[..., None] ** 2))
        weights /= 2 * weights.sum(0) - weights[0]
        padded = np.pad(images, [(reach, reach) if i == axis else (0, 0) for i in range(4)], mode="edge")
        along = np.moveaxis(padded, axis, 1)
        length = along.shape[1] - 2 * reach
        images = np.moveaxis(images * weights[0], axis, 1)
        for tap in range(1, reach + 1):
            both = along[:, reach - tap : reach - tap + length] + along[:, reach + tap : reach + tap + length]
            both *= weights[tap]
            images += both
        images = np.moveaxis(images, 1, axis)
    return images


def as_bytes(images: np.ndarray, noise: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images in 0…255 as uint8, with Gaussian noise of a standard deviation (n, 1, 1) for each image."""
    grain = rng.standard_normal(images.shape, np.float32) * noise[..., None]
    rounded: np.ndarray = (images + grain + 0.5).clip(0, 255).astype(np.uint8)
    return rounded


def through_jpeg(images: np.ndarray, quality: int) -> np.ndarray:
    """Images uint8 (n, side, side, 3) after one JPEG file of all of them, one below the other."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(images.reshape(-1, *images.shape[2:])).save(file, "JPEG", quality=quality)
    with Image.open(file) as read:
        return np.asarray(read).reshape(images.shape)
