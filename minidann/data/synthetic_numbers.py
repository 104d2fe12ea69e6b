"""Synthetic numbers: images of numbers by the recipe of SYN NUMBERS (Ganin & Lempitsky, arXiv:1409.7495, §4.1)."""

from __future__ import annotations

import numpy as np

from .effects import BLOCK, as_bytes, in_blocks, pixel_grid, seen_at_an_angle, uniform
from .number_shapes import NumberShapes
from .printed import HEIGHT


def synthetic_numbers(n: int, seed: int = 0, part: str = "train", side: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """n images uint8 (n, side, side, 3) of numbers, and their labels int64 (n,): the digit in the middle.

    A number has one to three digits in one of 21 fonts of matplotlib. Place, rotation (±20°), size, stroke, colours of
    ground and stroke, and blur are random. These are the variations of SYN NUMBERS in the paper, which prints neither
    fonts nor strengths. ``part``: "train" or "test", two sets with other random numbers. ``seed`` chooses the images.
    The first images of a large set are the images of a small set. Raises ValueError with the name of a bad argument.
    """
    return in_blocks("synthetic numbers", n, seed, part, side, _block)


def _block(rng: np.random.Generator, side: int) -> tuple[np.ndarray, np.ndarray]:
    angle, slant, high, wide, down, right, growth, soft, noise = uniform(
        rng,
        (np.deg2rad(-20), np.deg2rad(20)),
        (-0.2, 0.2),
        (0.55, 0.95),  # the height of a digit, relative to the image
        (0.7, 1.05),
        (-0.1, 0.1),  # places, relative to the image
        (-0.1, 0.1),
        (-1, 3),  # in pixels of the drawing: HEIGHT = 64 on a digit
        (0, 1),
        (0, 4),
    )
    number = NumberShapes(rng, (0.5, 0.5), growth, wide)
    y, x = pixel_grid(side)
    y, x = seen_at_an_angle(y - down, x - right, angle, slant)
    blurred = 1 + 4 * soft**2  # the width of an edge in pixels of the image: sharp edges are the most frequent
    ink = (0.5 + number.distances(y / high * HEIGHT, x / high * HEIGHT) * high * side / HEIGHT / blurred).clip(0, 1)
    ground, stroke = _colours(rng)
    return as_bytes(ground + (stroke - ground) * ink[..., None], noise, rng), number.labels


def _colours(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two random colours (BLOCK, 1, 1, 3) for each image. Their grey levels differ by at least 40 of 255."""
    ground, stroke = rng.uniform(0, 255, (2, BLOCK, 3)).astype(np.float32)
    while True:
        alike = abs((ground - stroke).mean(1)) < 40
        if not alike.any():
            return ground[:, None, None], stroke[:, None, None]
        stroke[alike] = rng.uniform(0, 255, (int(alike.sum()), 3))
