"""Printed digits, drawn from the fonts of matplotlib with random changes, as in scans of print."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from .. import _validate

# Fonts of every matplotlib from 3.8 on whose digits have full height: no symbols, no old-style figures (cmmi10). cmti10
# came with matplotlib 3.11. The nearest font, STIXGeneralItalic, stands in its place: each index names the same font as
# before.
FONTS = [
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSans-BoldOblique",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSansMono-Oblique",
    "DejaVuSansMono-BoldOblique",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-Italic",
    "DejaVuSerif-BoldItalic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
    "STIXGeneralBolIta",
    "cmb10",
    "cmr10",
    "cmss10",
    "STIXGeneralItalic",
    "cmtt10",
]
HEIGHT, CANVAS = 64, 96  # the height of a digit, and the side of the square around it, in fine pixels
SIZE, FINE = 8, 4  # pixels on a side of an image, and samples on a side of a pixel
KNOTS = 6  # knots of the random bends on a side of an image
# The standard deviation of a knot, in fine pixels. Chosen for DANN: on seeds 100–103 of the pair "printed", straight
# prints gave a target accuracy of .727 without and .864 with DANN, and bent prints .775 and .897. Straight prints of a
# class are so alike that DANN laid whole classes of scans on the wrong print, such as nines on threes.
BEND = 7.0


def printed_digits(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 8, 8) in 0…1 of printed digits and their labels (n,), with equal classes and random fonts.

    A digit fills the height of its image, as in the scans of scikit-learn. Each digit has a random rotation (±10°),
    slant (±0.25), width, height, place (±½ pixel), stroke and blur. On average prints have as much ink as scans, in as
    many columns. Smooth random bends move each place of a digit by about 0.4 pixels. Scans are of handwriting, whose
    strokes vary more than those of fonts: a person added this knowledge about the target.
    """
    from scipy.ndimage import map_coordinates  # imported here: it takes half of the time of importing minidann

    _validate.whole_number("n", n, least=1)
    _validate.generator("rng", rng)
    labels = rng.permutation(n) % 10
    glyph = rng.integers(len(FONTS), size=n) * 10 + labels
    angle, slant, wide, high, down, right, stroke, blur = (
        rng.uniform(least, most, (n, 1, 1)).astype(np.float32)
        for least, most in [
            (np.deg2rad(-10), np.deg2rad(10)),
            (-0.25, 0.25),
            (0.65, 1.05),
            (0.9, 1.05),
            (-4, 4),  # in fine pixels: HEIGHT/SIZE = 8 of them a pixel
            (-4, 4),
            (-1.0, 4.0),  # growth of a stroke on either side, in fine pixels
            (3, 10),  # width of an edge from black to white, in fine pixels
        ]
    )
    side = SIZE * FINE
    steps = ((np.arange(side, dtype=np.float32) + 0.5) / side - 0.5) * HEIGHT
    y, x = steps[None, :, None] - down, steps[None, None, :] - right
    # from a place in the image back to a place in the glyph: undo the rotation, the slant, the size
    y, x = np.cos(angle) * y + np.sin(angle) * x, np.cos(angle) * x - np.sin(angle) * y
    x = (x + slant * y) / wide
    y = y / high
    bend_y, bend_x = _bends(n, side, rng)
    y, x = y + bend_y, x + bend_x
    middle = (CANVAS - 1) / 2
    which = np.broadcast_to(glyph[:, None, None], y.shape)
    inside = map_coordinates(digit_distances(), [which, y + middle, x + middle], order=1, mode="nearest")
    ink = (0.5 + (inside + stroke) / blur).clip(0, 1)
    return ink.reshape(n, SIZE, FINE, SIZE, FINE).mean((2, 4)), labels


def _bends(n: int, side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Random displacements along y and x, (n, side, side) each, in fine pixels: cubic B-splines over a net of knots."""
    places = (np.arange(side) + 0.5) / side * (KNOTS - 3) + 1  # the outermost knots lie outside the image
    away = abs(places[:, None] - np.arange(KNOTS))
    near, far = 2 / 3 - away**2 + away**3 / 2, (2 - away.clip(1, 2)) ** 3 / 6
    weights = np.where(away < 1, near, far).astype(np.float32)
    knots = rng.normal(0, BEND, (2, n, KNOTS, KNOTS)).astype(np.float32)
    along_y, along_x = weights @ knots @ weights.T
    return along_y, along_x


def font_folder() -> Path:
    """The folder of matplotlib's fonts.

    It is found without an import of matplotlib, which fails if MPLBACKEND names an unknown backend.
    """
    from importlib.util import find_spec

    return Path(getattr(find_spec("matplotlib"), "origin", "")).parent / "mpl-data" / "fonts" / "ttf"


@lru_cache
def digit_distances() -> np.ndarray:
    """The signed distance of each place to the outline of each glyph: (fonts · 10, CANVAS, CANVAS), in fine pixels.

    The distance is positive inside. A number added to it makes strokes thicker, and a division makes edges softer: a
    digit is drawn once and then varied at no cost.
    """
    from PIL import Image, ImageDraw, ImageFont
    from scipy.ndimage import distance_transform_edt

    folder = font_folder()
    distances = []
    for name in FONTS:
        # the basic layout needs no further library
        font = ImageFont.truetype(str(folder / f"{name}.ttf"), 2 * HEIGHT, layout_engine=ImageFont.Layout.BASIC)
        for digit in "0123456789":
            drawn = Image.new("L", (4 * HEIGHT, 4 * HEIGHT))
            ImageDraw.Draw(drawn).text((HEIGHT, HEIGHT), digit, font=font, fill=255)
            drawn = drawn.crop(drawn.getbbox())
            width = round(drawn.width * HEIGHT / drawn.height)
            canvas = Image.new("L", (CANVAS, CANVAS))
            canvas.paste(drawn.resize((width, HEIGHT)), ((CANVAS - width) // 2, (CANVAS - HEIGHT) // 2))
            filled = np.asarray(canvas) > 127
            distances.append(distance_transform_edt(filled) - distance_transform_edt(~filled))
    return np.array(distances, np.float32)
