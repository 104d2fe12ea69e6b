"""Road signs: drawn images of the 43 signs of GTSRB, by the idea of SYN SIGNS (Ganin & Lempitsky, arXiv:1409.7495)."""

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
    look_up,
    pixel_grid,
    seen_at_an_angle,
    shade,
    uniform,
)
from .sign_shapes import N_SIGNS, sign_drawings


def road_signs(
    n: int, seed: int = 0, part: str = "train", side: int = 32, photos: Sequence[np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """n images uint8 (n, side, side, 3) of road signs, and their labels int64 (n,): 0…42, the class ids of GTSRB.

    Each sign is drawn of vector shapes and stands before a patch of a photograph. It fills its image, as in SYN SIGNS
    and in the regions of interest of GTSRB. Place, size, rotation (±8°), tilt, colours, light, haze, motion blur and
    noise are random. They are a stand-in for SYN SIGNS, with as many images as needed. All classes are equally
    frequent; those of GTSRB are not.

    ``photos``: photographs, each uint8 (height, width, 3), at least ``side`` pixels wide and high; give others for
    testing than for training. Without them, the two photographs of scikit-learn are used: training and testing share no
    pixel. ``part``: "train" or "test", two sets with other random numbers. ``seed`` chooses the images. The first
    images of a large set are the images of a small set. Raises ValueError with the name of a bad argument.
    """
    sizes = in_sizes(photos, part, side)
    return in_blocks("road signs", n, seed, part, side, partial(_block, sizes))


def _block(sizes: list[list[np.ndarray]], rng: np.random.Generator, side: int) -> tuple[np.ndarray, np.ndarray]:
    labels = (rng.permutation(BLOCK) + rng.integers(N_SIGNS)) % N_SIGNS
    angle, slant, lean_y, lean_x, high, wide, down, right = uniform(
        rng,
        (np.deg2rad(-8), np.deg2rad(8)),
        (-0.08, 0.08),
        (-0.2, 0.2),
        (-0.2, 0.2),
        (0.82, 1.06),  # relative to the image
        (0.88, 1.05),  # relative to the height
        (-0.05, 0.05),
        (-0.05, 0.05),
    )
    drawings = sign_drawings(side + side // 4)  # a little finer than the image
    size = drawings.shape[1]
    y, x = pixel_grid(side)
    y, x = seen_at_an_angle(y - down, x - right, angle, slant, lean_y, lean_x)
    y, x = (y / high + 0.5) * size - 0.5, (x / (high * wide) + 0.5) * size - 0.5
    sign = look_up(drawings, labels[:, None, None], y, x)
    outside = (y < 0) | (y > size - 1) | (x < 0) | (x > size - 1)
    sign[outside] = 0

    images = backgrounds(sizes, side, rng) * _photo_light(rng)
    images = images * (1 - sign[..., 3:] / 255) + _aged(sign[..., :3], sign[..., 3:], rng)
    images = shade(images, rng, slope=0.35, shadow=0.3)
    images = _exposed(images, rng)
    soft, streak, noise = uniform(rng, (0, 1), (0.4, 2.5), (0, 4))
    soft = (0.2 + 0.9 * soft**3) * side / 32  # pixels; sharp images are the most frequent
    images = blur(images, soft / np.sqrt(streak), soft * np.sqrt(streak))
    return as_bytes(images, noise, rng), labels


def _photo_light(rng: np.random.Generator) -> np.ndarray:
    """Factors (BLOCK, 1, 1, 1): a wood in shadow, or a sky that is white on the photograph."""
    (power,) = uniform(rng, (-1, 1.2))
    light: np.ndarray = np.exp(power)[..., None]
    return light


def _aged(sign: np.ndarray, cover: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The colours of a sign, faded towards grey and tinted; darker or brighter than the background."""
    fade, light = uniform(rng, (0, 0.35), (0.7, 1.15))
    tint = rng.normal(1, 0.07, (BLOCK, 1, 1, 3)).astype(np.float32)
    grey = sign.mean(-1, keepdims=True)
    aged: np.ndarray = (sign + (0.7 * grey + 0.1 * cover - sign) * fade[..., None]) * tint * light[..., None]
    return aged


def _exposed(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images in twilight or in glare: brightness and haze are random, and dark images are frequent, as in GTSRB."""
    stops, haze, level = uniform(rng, (-2, 0.9), (0, 1), (60, 220))
    cast = rng.normal(1, 0.06, (BLOCK, 1, 1, 3)).astype(np.float32)
    haze = (0.5 * haze**4)[..., None]
    exposed: np.ndarray = (images * (1 - haze) + level[..., None] * haze) * 2 ** stops[..., None] * cast
    return exposed
