"""Street numbers: drawn images that look like house numbers in photographs, a stand-in where SVHN cannot be had."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from .effects import (
    BLOCK,
    as_bytes,
    backgrounds,
    blur,
    in_blocks,
    in_sizes,
    pixel_grid,
    seen_at_an_angle,
    shade,
    through_jpeg,
    uniform,
)
from .number_shapes import NumberShapes
from .printed import HEIGHT

LEAST_CONTRAST = 35  # of 255 grey levels, between the wall and the digits


def street_numbers(
    n: int, seed: int = 0, part: str = "train", side: int = 32, photos: Sequence[np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """n images uint8 (n, side, side, 3) of house numbers, and their labels int64 (n,): the digit in the middle.

    They are a stand-in for SVHN, not SVHN. Digits in one of 21 fonts of matplotlib stand before a wall of one colour
    with a patch of a photograph in it. The view is at an angle. Most digits have neighbours at the sides; some are
    raised and throw a shadow, or hang on a plate. Light is uneven. The image is blurred, noisy, and went through JPEG.

    ``photos``: photographs, each uint8 (height, width, 3), at least ``side`` pixels wide and high; give others for
    testing than for training. Without them, the two photographs of scikit-learn are used: training and testing share no
    pixel. ``part``: "train" or "test", two sets with other random numbers. ``seed`` chooses the images. The first
    images of a large set are the images of a small set. Raises ValueError with the name of a bad argument.
    """
    sizes = in_sizes(photos, part, side)
    return in_blocks("street numbers", n, seed, part, side, partial(_block, sizes))


def _block(sizes: list[list[np.ndarray]], rng: np.random.Generator, side: int) -> tuple[np.ndarray, np.ndarray]:
    angle, slant, lean_y, lean_x, high, wide, down, right, growth = uniform(
        rng,
        (np.deg2rad(-12), np.deg2rad(12)),
        (-0.15, 0.15),
        (-0.3, 0.3),
        (-0.45, 0.45),
        (0.65, 1.0),  # the height of a digit, relative to the image
        (0.6, 1.0),
        (-0.08, 0.08),  # places, relative to the image
        (-0.08, 0.08),
        (-1, 5),  # in pixels of the drawing: HEIGHT = 64 on a digit
    )
    number = NumberShapes(rng, (0.6, 0.6), growth, wide)
    grid_y, grid_x = pixel_grid(side)
    y, x = seen_at_an_angle(grid_y - down, grid_x - right, angle, slant, lean_y, lean_x)
    y, x = y / high * HEIGHT, x / high * HEIGHT
    pixel = HEIGHT / (high * side)  # the width of a pixel of the image in the drawing

    wall, digits = _colours(rng)
    images = _walls(wall, backgrounds(sizes, side, rng), rng)
    images = _plates(images, y, x, pixel, rng)
    raised, shift_y, shift_x, dark = uniform(rng, (0, 1), (1, 5), (-5, 5), (0.3, 0.8))
    thrown = (0.5 + number.distances(y - shift_y, x - shift_x) / (3 * pixel)).clip(0, 1) * dark * (raised < 0.35)
    images *= (1 - thrown)[..., None]
    ink = (0.5 + number.distances(y, x) / (1.3 * pixel)).clip(0, 1)
    images += (digits - images) * ink[..., None]
    images = shade(images, rng, slope=0.5, shadow=0.25)
    soft, streak, noise = uniform(rng, (0, 1), (0.6, 1.4), (0, 7))
    soft = 0.3 + 1.0 * soft**1.5  # pixels; sharp images are the most frequent
    images = blur(images, soft / streak * side / 32, soft * streak * side / 32)
    return _compressed(as_bytes(images, noise, rng), rng), number.labels


def _colours(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The colours (BLOCK, 1, 1, 3) of the wall and of the digits: mostly pale, with a contrast of random size."""
    level = rng.uniform(30, 225, BLOCK)
    contrast = LEAST_CONTRAST + rng.exponential(55, BLOCK)
    # towards the side with more room, mostly
    sign = np.where(rng.random(BLOCK) < 0.15 + 0.7 * (level < 128), 1, -1)
    other = (level + sign * contrast).clip(5, 250)
    other = np.where(abs(other - level) < LEAST_CONTRAST, level - sign * contrast, other)
    levels = np.stack([level, other])[..., None]
    # walls and digits are warm or cool, seldom green or pink; each axis leaves the grey level as it is
    warmth, green = rng.standard_normal((2, 2, BLOCK, 1)) * rng.gamma(1.2, 12, (2, BLOCK, 1))
    tints = warmth * [1.1, 0.1, -1.2] + 0.25 * green * [-1, 2, -1]
    wall, digits = (levels + tints).clip(0, 255).astype(np.float32)[:, :, None, None]
    return wall, digits


def _walls(wall: np.ndarray, patches: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Walls (BLOCK, side, side, 3): a colour, and the pattern of a photograph, faint in most images."""
    (strength,) = uniform(rng, (0, 1))
    middle = patches.mean((1, 2), keepdims=True)
    spread = patches.std((1, 2, 3), keepdims=True).clip(10)
    walls: np.ndarray = wall + (patches - middle) / spread * (2 + 28 * strength**2)[..., None]
    return walls


def _plates(
    images: np.ndarray, y: np.ndarray, x: np.ndarray, pixel: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Beyond the upper and the lower edge of a plate (or one side) another colour begins, in half of the images."""
    has, top, bottom, left, thin = uniform(rng, (0, 1), (36, 60), (36, 60), (34, 90), (1, 4))
    turn = np.where(rng.random((BLOCK, 1, 1)) < 0.5, -1, 1)
    inside = np.minimum(np.minimum(y + top, bottom - y), left + turn * x) / pixel  # pixels of the image from the edge
    beyond = (0.5 - inside).clip(0, 1) * (has < 0.5)
    around = (images.mean((1, 2)) + rng.normal(0, 45, (BLOCK, 3))).clip(0, 255).astype(np.float32)[:, None, None]
    line = (0.5 + thin / 2 - abs(inside - thin)).clip(0, 1) * (has < 0.2)
    images = images + (around - images) * beyond[..., None]
    bordered: np.ndarray = images * (1 - 0.6 * line[..., None])
    return bordered


def _compressed(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images after JPEG of four random qualities."""
    qualities = rng.integers(35, 95, 4)
    groups = np.array_split(images, len(qualities))
    return np.concatenate([through_jpeg(group, int(quality)) for group, quality in zip(groups, qualities)])
