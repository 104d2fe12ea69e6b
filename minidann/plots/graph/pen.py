"""Boxes, words and arrows on matplotlib axes. Lengths are inches, letters are in points, y grows downwards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from .. import style
from .coordinates import Point

BIG, SMALL = 9.0, 8.0  # points: letters in a box, and beside boxes
BOX, LABEL = 0.24, 0.17  # the height of a box, and of the words on the edge below it
PITCH = 0.215  # from line to line in a box with several
INSIDE, MARGINS = 0.07, {"slanted": 0.16, "pointed": 0.12, "cut": 0.12, "pill": 0.1}  # left and right in it
PAD, SPACE = 0.12, 0.09  # margins left and right in a box, and between two words
MARGIN = 0.15  # around the picture
LONGEST = 150.0  # files and screens have their limits
TURN, HEAD = 0.05, 0.09  # the radius of a turn, the length of an arrow head
SCREENS = 72, 80, 100, 150  # dots an inch at which words are measured; other values differ little
GREY = "#555555"


class Word(NamedTuple):
    """``text`` as written; ``size`` in points."""

    text: str
    colour: str = style.LAMBDA
    size: float = SMALL
    bold: bool = False


class Look(NamedTuple):
    """``line``: the width of the outline in points.

    ``filling``: the share of the colour, or of ``inside``, in the box.
    """

    shape: str
    colour: str
    line: float
    filling: float
    inside: str = ""


KINDS = {  # in the order of the key
    "layer": Look("box", style.LAMBDA, 1.4, 0.0),
    "op": Look("box", style.LAMBDA, 0.8, 0.0),
    "parameter": Look("pill", style.SOURCE_ONLY, 1.2, 0.25),
    "input": Look("slanted", style.CHANCE, 1.0, 0.15),
    "loss": Look("cut", style.LAMBDA, 1.6, 0.0),
    "reversal": Look("pointed", style.LAMBDA, 2.4, 1.0, style.REVERSAL),
}
OUTSIDE = Look("box", "none", 0.0, 0.0)  # words without an outline


class Block(NamedTuple):
    """A box with several lines of words.

    ``gradients``: the number of last lines that hold gradients. ``colour``: of the outline, in the place of that of the
    kind. ``opened``: the outline is thicker.
    """

    kind: str
    lines: list[list[Word]]
    gradients: int = 0
    colour: str | None = None
    opened: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        margin = MARGINS.get(KINDS.get(self.kind, OUTSIDE).shape, INSIDE)
        return max(map(wide, self.lines)) + 2 * margin, len(self.lines) * PITCH + 0.1


class Pen:
    """Draws on axes whose unit is an inch of the natural size. Without ``ax`` it makes a figure of that size."""

    def __init__(self, ax: Any, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        width, height = width + 2 * MARGIN, height + 2 * MARGIN
        if ax is None:
            scale = min(1.0, LONGEST / max(width, height))
            ax = Figure(figsize=(scale * width, scale * height)).add_axes((0, 0, 1, 1))
        ax.set(xlim=(-MARGIN, width - MARGIN), ylim=(height - MARGIN, -MARGIN), aspect="equal")
        ax.set_axis_off()
        ax.reset_position()  # a picture drawn here before may have made the axes smaller, by its own proportions
        room = ax.get_window_extent()
        self.ax = ax
        # rounded: letters just below a size such as 12.5 pixels are a whole pixel narrower
        self.scale = round(min(room.width / width, room.height / height) / ax.figure.dpi, 6)

    def write(self, words: Sequence[Word], x: float, y: float) -> list[Any]:
        """``words`` beside one another, with their middle at (x, y)."""
        x, texts = x - wide(words) / 2, []
        for word in words:
            low = y + 0.36 * word.size / 72  # capitals are 0.73 of the size high
            texts.append(self._text(word, x, low, zorder=5))
            x += wide([word]) + SPACE
        return texts

    def caption(self, text: str, x: float, y: float, size: float = BIG) -> Any:
        """``text`` in bold, with its middle at (x, y), also after a change."""
        return self._text(Word(text, size=size, bold=True), x, y, ha="center", va="center")

    def _text(self, word: Word, x: float, y: float, **how: Any) -> Any:
        font = _font(word.size * self.scale, word.bold)
        return self.ax.text(x, y, word.text, color=word.colour, font=font, parse_math=False, usetex=False, **how)

    def box(self, kind: str, words: Sequence[Word], x: float, y: float, colour: str | None = None) -> list[Any]:
        """A box around ``words``, in ``colour`` or in the colour of its kind; no box for the kind ""."""
        if not kind:
            return self.write(words, x, y)
        look = KINDS[kind]
        corners = outline(look.shape, x, y, box_width(words), BOX)
        path = _path(corners, BOX / 2 if look.shape == "pill" else 0, closed=True)
        patch = self._add(path, fc=tint(kind), ec=colour or look.colour, lw=look.line * self.scale, zorder=4)
        return [patch, *self.write(words, x, y)]

    def block(self, block: Block, x: float, y: float) -> tuple[list[Any], list[Any]]:
        """A box with lines of words. Returns outline and words, and the words of its last lines (``gradients``)."""
        look, (width, height) = KINDS.get(block.kind, OUTSIDE), block.size
        path = _path(outline(look.shape, x, y, width, height), BOX / 2 if look.shape == "pill" else 0, closed=True)
        colour, line = block.colour or look.colour, (look.line + 1.6 * block.opened) * self.scale
        patch = self._add(path, fc=tint(block.kind) if block.kind else "none", ec=colour, lw=line, zorder=4)
        first, texts = y - (len(block.lines) - 1) * PITCH / 2, []
        for i, words in enumerate(block.lines):
            texts.append(self.write(words, x, first + i * PITCH))
        named = len(texts) - block.gradients
        return [patch, *chain(*texts[:named])], [*chain(*texts[named:])]

    def frame(self, x: float, y: float, width: float, height: float) -> Any:
        """A frame with its left upper corner at (x, y)."""
        corners = outline("box", x + width / 2, y + height / 2, width, height)
        look = {"fc": "#F7F7F7", "ec": style.CHANCE, "lw": self.scale, "zorder": 0}
        return self._add(_path(corners, 0, closed=True), **look)

    def label(self, words: Sequence[Word], x: float, y: float) -> list[Any]:
        """``words`` on a white ground that covers the edge below."""
        ground = _path(outline("box", x, y, wide(words) + 0.04, LABEL - 0.02), 0, closed=True)
        return [self._add(ground, fc="white", ec="none", zorder=3), *self.write(words, x, y)]

    def arrow(self, points: Sequence[Point], colour: str) -> list[Any]:
        """A line through ``points`` with rounded turns. Its head reaches the last point, down or to the right."""
        x, y = points[-1]
        right = points[-2][1] == y
        back, aside = ((HEAD, 0), (0, HEAD / 3)) if right else ((0, HEAD), (HEAD / 3, 0))
        line = _path([*points[:-1], (x - back[0] / 2, y - back[1] / 2)], TURN)
        corners = [(x - back[0] + sign * aside[0], y - back[1] + sign * aside[1]) for sign in (-1, 1)]
        head = _path([*corners, (x, y)], 0, closed=True)
        return [
            self._add(line, fc="none", ec=colour, lw=self.scale, zorder=1),
            self._add(head, fc=colour, ec="none", zorder=2),
        ]

    def _add(self, path: Any, **look: Any) -> Any:
        from matplotlib.patches import PathPatch

        return self.ax.add_artist(PathPatch(path, **look))  # add_patch would compute new limits each time


def wide(words: Sequence[Word]) -> float:
    """The width of ``words`` beside one another, in inches."""
    return sum(_wide(word.text, word.size, word.bold) for word in words) + SPACE * max(0, len(words) - 1)


def box_width(words: Sequence[Word]) -> float:
    """The width of a box around ``words``."""
    return wide(words) + 2 * PAD


@lru_cache(maxsize=4096)
def _wide(text: str, size: float, bold: bool) -> float:
    """The largest width of words on any screen: letters move to whole pixels, and screens differ."""
    from matplotlib.backends.backend_agg import RendererAgg

    screens = [RendererAgg(1, 1, dpi) for dpi in SCREENS]
    return max(on.get_text_width_height_descent(text, _font(size, bold), False)[0] / on.dpi for on in screens)


def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    # the font of matplotlib
    return FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")


def tint(kind: str) -> str:
    """The filling of a box of this kind, "#rrggbb": some of its colour, and white."""
    from matplotlib.colors import to_hex, to_rgb

    look = KINDS[kind]
    red, green, blue = (1 - look.filling * (1 - part) for part in to_rgb(look.inside or look.colour))
    return to_hex((red, green, blue))


def outline(shape: str, x: float, y: float, width: float, height: float) -> list[Point]:
    """The corners of a box with its middle at (x, y): a "box", or with "slanted", "cut" or "pointed" sides."""
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    slope = min(height, BOX) / 3
    if shape == "slanted":
        return [(left + slope, top), (right, top), (right - slope, bottom), (left, bottom)]
    if shape == "pointed":
        return [
            *((left, y), (left + slope, top), (right - slope, top)),
            *((right, y), (right - slope, bottom), (left + slope, bottom)),
        ]
    if shape == "cut":
        upper, lower = top + slope, bottom - slope
        return [
            *((left + slope, top), (right - slope, top), (right, upper), (right, lower)),
            *((right - slope, bottom), (left + slope, bottom), (left, lower), (left, upper)),
        ]
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _path(points: Sequence[Point], radius: float, closed: bool = False) -> Any:
    """A line through ``points`` with turns of ``radius``."""
    from matplotlib.path import Path

    corners = np.array(points)
    if closed:  # start in the middle of a side, which is no corner
        middle = (corners[:1] + corners[-1:]) / 2
        corners = np.concatenate([middle, corners, middle])
    vertices, codes = [corners[0]], [Path.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:]):
        cut = []
        for other in (before, after):
            length = float(np.linalg.norm(other - corner))
            cut.append(corner + (other - corner) * min(radius / length, 0.5) if length else corner)
        vertices += [cut[0], corner, cut[1]]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, corners[-1]], [*codes, Path.LINETO])
