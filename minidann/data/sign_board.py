"""A board to draw road signs on: discs, polygons, lines and words in a square of any number of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .printed import font_folder

RED, WHITE, BLACK = (200, 20, 30), (245, 245, 245), (15, 15, 15)
BLUE, YELLOW, GREEN, GREY = (20, 80, 170), (250, 190, 20), (20, 150, 60), (110, 110, 110)
FINE = 8  # samples on a side of a pixel

Point = tuple[float, float]


class Board:
    """A square to draw on, from (−1, −1) at the upper left to (1, 1). It is transparent at first."""

    def __init__(self, side: int) -> None:
        from PIL import Image, ImageDraw

        self.scale = side * FINE / 2
        self.image = Image.new("RGBA", (side * FINE, side * FINE), (0, 0, 0, 0))
        self.pen = ImageDraw.Draw(self.image)

    def pixels(self) -> np.ndarray:
        """The drawing as float32 (side, side, 4): red, green, blue times the cover, and the cover, in 0…255."""
        fine = np.asarray(self.image, np.float32)
        side = len(fine) // FINE
        fine = np.concatenate([fine[..., :3] * (fine[..., 3:] / 255), fine[..., 3:]], -1)
        means: np.ndarray = fine.reshape(side, FINE, side, FINE, 4).mean((1, 3))
        return means

    def polygon(self, points: Sequence[Point], colour: Any) -> None:
        self.pen.polygon([((x + 1) * self.scale, (y + 1) * self.scale) for x, y in points], fill=colour)

    def disc(self, colour: Any, radius: float, x: float = 0, y: float = 0) -> None:
        box = [(x - radius + 1), (y - radius + 1), (x + radius + 1), (y + radius + 1)]
        self.pen.ellipse([edge * self.scale for edge in box], fill=colour)

    def ring(self, colour: Any, radius: float, width: float, x: float = 0, y: float = 0) -> None:
        box = [(x - radius + 1), (y - radius + 1), (x + radius + 1), (y + radius + 1)]
        self.pen.ellipse([edge * self.scale for edge in box], outline=colour, width=round(width * self.scale))

    def line(self, points: Sequence[Point], width: float, colour: Any = BLACK) -> None:
        """A line with round ends and corners."""
        ends = [((x + 1) * self.scale, (y + 1) * self.scale) for x, y in points]
        self.pen.line(ends, fill=colour, width=round(width * self.scale))
        for x, y in points:
            self.disc(colour, width / 2, x, y)

    def arc(self, colour: Any, radius: float, width: float, start: float, end: float) -> None:
        """A part of a ring around the middle, clockwise from ``start`` to ``end``: degrees, 0 at the right."""
        turn = np.deg2rad(np.linspace(start, end, 20))
        outer = [(radius * np.cos(t), radius * np.sin(t)) for t in turn]
        inner = [((radius - width) * np.cos(t), (radius - width) * np.sin(t)) for t in turn[::-1]]
        self.polygon(outer + inner, colour)

    def head(self, tip: Point, towards: float, size: float, colour: Any = WHITE) -> None:
        """The head of an arrow. ``towards``: degrees, 0 at the right, 90 downwards."""
        back = [np.deg2rad(towards + 180 + turn) for turn in (-42, 42)]
        self.polygon([tip] + [(tip[0] + size * np.cos(t), tip[1] + size * np.sin(t)) for t in back], colour)

    def barbs(self, tip: Point, towards: float, size: float, width: float, colour: Any = WHITE) -> None:
        """The open head of an arrow on blue signs: two bars that meet at the tip. ``towards``: as for ``head``."""
        turn = np.deg2rad(towards)
        ahead, aside = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        outer = [np.array(tip), tip - size * (0.75 * ahead + 0.7 * aside), tip - size * (0.75 * ahead - 0.7 * aside)]
        deep = 1.4 * width * ahead  # the bars lean by 43°
        inner = [outer[0] - deep, outer[1] - deep, outer[2] - deep]
        for side in (1, 2):
            self.polygon([(x, y) for x, y in (outer[0], outer[side], inner[side], inner[0])], colour)

    def text(self, words: str, height: float, width: float, colour: Any = BLACK) -> None:
        """Words in bold letters in a box around the middle."""
        from PIL import Image, ImageDraw, ImageFont

        path = str(font_folder() / "DejaVuSans-Bold.ttf")
        font = ImageFont.truetype(path, 200, layout_engine=ImageFont.Layout.BASIC)
        drawn = Image.new("L", (200 * len(words), 300))
        ImageDraw.Draw(drawn).text((20, 20), words, font=font, fill=255)
        size = round(2 * width * self.scale), round(2 * height * self.scale)
        mask = drawn.crop(drawn.getbbox()).resize(size)
        self.image.paste(colour, (round(self.scale - size[0] / 2), round(self.scale - size[1] / 2)), mask)
