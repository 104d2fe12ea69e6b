"""Images of another size: linear interpolation by Pillow."""

from __future__ import annotations

import numpy as np


def resized(x: np.ndarray, side: int) -> np.ndarray:
    """Images uint8 (n, height, height, …) as (n, side, side, …), linearly; ``x`` itself if it has this side.

    The last axis, if there is one, has one or three channels. A smaller image averages the pixels that become one.
    """
    from PIL import Image  # imported here, because only images need it

    if x.shape[1] == side:
        return x
    made = np.empty((len(x), side, side, *x.shape[3:]), np.uint8)
    grey = x.shape[3:] == (1,)  # Pillow has no axis for one channel
    for image, of in zip(made[..., 0] if grey else made, x[..., 0] if grey else x):
        image[...] = np.asarray(Image.fromarray(of).resize((side, side), Image.Resampling.BILINEAR))
    return made


def in_colour(x: np.ndarray) -> np.ndarray:
    """Grey images (n, height, width) as (n, height, width, 3), with three equal channels."""
    return np.repeat(x[..., None], 3, axis=-1)
