"""Digits drawn from the fonts that matplotlib brings along, as varied as a scanner would see them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .. import _validate

# The fonts of every matplotlib from 3.8 on whose 0 to 9 are digits of full height: no symbols, no old-style figures
# (cmmi10). cmti10 came with matplotlib 3.11: the nearest font, STIXGeneralItalic, stands in the place of cmti10 too, so
# that a draw names the same font as before.
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
HEIGHT, CANVAS = 64, 96  # a digit's height in fine pixels, and the side of the square that it stands in the middle of
SIZE, FINE = 8, 4  # pixels along a side of an image, and samples along a side of a pixel


def printed_digits(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 8, 8) in 0…1 of printed digits and their labels (n,): all classes alike often, random fonts.

    As in scikit-learn's scans, a digit fills the height of its image. Each has its own turn (±10°), slant (±0.25),
    width and height, place (±½ pixel), stroke and blur: such that prints have as much ink, in as many columns, as the
    scans have on average.
    """
    from scipy.ndimage import map_coordinates  # here, because it takes half of importing minidann

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
            (-4, 4),  # of HEIGHT/SIZE = 8 fine pixels a pixel
            (-4, 4),
            (-1.0, 4.0),  # fine pixels that a stroke grows by on either side
            (3, 10),  # fine pixels from black to white
        ]
    )
    side = SIZE * FINE
    steps = ((np.arange(side, dtype=np.float32) + 0.5) / side - 0.5) * HEIGHT
    y, x = steps[None, :, None] - down, steps[None, None, :] - right
    # backwards from a place in the image to a place in the glyph: undo the turn, the slant, the size
    y, x = np.cos(angle) * y + np.sin(angle) * x, np.cos(angle) * x - np.sin(angle) * y
    x = (x + slant * y) / wide
    y = y / high
    middle = (CANVAS - 1) / 2
    which = np.broadcast_to(glyph[:, None, None], y.shape)
    inside = map_coordinates(_glyphs(), [which, y + middle, x + middle], order=1, mode="nearest")
    ink = (0.5 + (inside + stroke) / blur).clip(0, 1)
    return ink.reshape(n, SIZE, FINE, SIZE, FINE).mean((2, 4)), labels


@lru_cache
def _glyphs() -> np.ndarray:
    """For every font and digit (fonts · 10, CANVAS, CANVAS) how far inside its outline a place is, in fine pixels.

    Negative outside. Why a distance: adding to it makes a stroke thicker, and dividing it makes an edge softer, so that
    a digit is drawn once and then varied at no cost.
    """
    from pathlib import Path

    import matplotlib
    from PIL import Image, ImageDraw, ImageFont
    from scipy.ndimage import distance_transform_edt

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    distances = []
    for name in FONTS:
        # the basic layout needs no library that another machine may lack
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
