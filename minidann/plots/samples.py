"""Sample images of both domains."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from .. import _validate
from ..data.pairs import DomainPair
from . import style
from .arguments import several_axes

TITLES = ("source test images", "target test images")


class SamplesDisplay:
    """A contact sheet: source at the left, target at the right, one row for each class.

    ``source``, ``target``: the images of a domain in one array (height, width, 1 or 3), bytes or numbers in 0…1, with
    white gaps. ``classes`` (rows,): the class of each row. ``side``: the height of an image. ``titles``: the titles of
    the two halves. After ``plot``: ``axes_`` (2,), ``figure_``.
    """

    def __init__(
        self, source: np.ndarray, target: np.ndarray, classes: np.ndarray, side: int, titles: tuple[str, str]
    ) -> None:
        self.source, self.target, self.classes, self.side, self.titles = source, target, classes, side, titles

    @classmethod
    def from_pair(cls, pair: DomainPair, rows: int = 10, columns: int = 8) -> SamplesDisplay:
        """The first ``columns`` test images of each class. Of more than ``rows`` classes, some are shown, from first to
        last.

        They are test images: the classes of the other target images are unknown.
        """
        _validate.instance("pair", pair, DomainPair)
        _validate.whole_number("rows", rows, least=1)
        _validate.whole_number("columns", columns, least=1)
        shape = pair.x_source.shape[1:]
        if len(shape) != 3 or shape[-1] not in (1, 3):
            raise ValueError(f"pair: got examples of shape {shape}, expected images (h, w, 1) or (h, w, 3)")
        classes = np.union1d(pair.y_source_test, style.target_labels(pair))
        if len(classes) > rows:
            classes = classes[np.linspace(0, len(classes) - 1, rows).round().astype(int)]
        source = mosaic(pair.x_source_test, pair.y_source_test, classes, columns)
        target = mosaic(pair.x_target_test, style.target_labels(pair), classes, columns)
        return cls(source, target, classes, shape[0], _titles(pair.name))

    def plot(self, place: Any = None, wrap: int = 40) -> SamplesDisplay:
        """Draw on a figure, on a part of one, or on two axes; by default on a new figure.

        ``wrap``: the number of letters in one line of a title. A longer title has more lines.
        """
        from matplotlib.figure import Figure, FigureBase

        size, wrap = 10, _validate.whole_number("wrap", wrap, least=1)
        if place is None:
            height, width = self.source.shape[:2]
            tall = min(8.0, 7.2 * height / width)  # inches: with labels and titles the sheet is at most 16 × 9
            wide = tall * width / height
            size = 14 if wide > 3 else 10  # a sheet of its own is made for a projector
            wrap = min(wrap, int(120 * wide / size))  # a letter is 0.6 of its size wide; 72 points are an inch
            place = Figure(figsize=(2 * wide + 1.4, tall + 0.9), layout="compressed")
        axes = several_axes("place", place.subplots(1, 2) if isinstance(place, FigureBase) else place, 2)
        titles = [textwrap.wrap(first, wrap) + textwrap.wrap(name, wrap) for first, name in zip(TITLES, self.titles)]
        lines = max(map(len, titles))
        for ax, image, title in zip(axes, (self.source, self.target), titles):
            # over the full range: otherwise a dark domain would be shown bright
            white = 255 if image.dtype == np.uint8 else 1
            # cmap, vmin and vmax matter for grey images only
            shown = image[..., 0] if image.shape[-1] == 1 else image
            ax.imshow(shown, cmap="gray", vmin=0, vmax=white, interpolation="nearest")
            ax.set_title("\n".join(title + [""] * (lines - len(title))), fontsize=size)
            middles = np.arange(len(self.classes)) * (self.side + gap(self.side)) + (self.side - 1) / 2
            names = ["?" if label == style.UNKNOWN else str(label) for label in self.classes]
            ax.set_yticks(middles, names, fontsize=size)
            ax.set_xticks([])
            ax.tick_params(length=0)
            ax.spines[:].set_visible(False)
        axes[0].set_ylabel("class", fontsize=size)
        self.axes_, self.figure_ = axes, axes[0].figure
        return self


def mosaic(images: np.ndarray, labels: np.ndarray, classes: np.ndarray, columns: int) -> np.ndarray:
    """Images (n, h, w, c) in one array: a row for each of ``classes`` with its first ``columns`` images; white gaps.

    One array is drawn at once. A panel for each of 160 images would take seconds.
    """
    _, height, width, channels = images.shape
    down, right = height + gap(height), width + gap(height)
    white = 255 if images.dtype == np.uint8 else 1
    sheet = np.full((len(classes) * down, columns * right, channels), white, images.dtype)
    for row, label in enumerate(classes):
        for column, i in enumerate(np.flatnonzero(labels == label)[:columns]):
            sheet[row * down : row * down + height, column * right : column * right + width] = images[i]
    return sheet[: -gap(height), : -gap(height)]


def gap(side: int) -> int:
    """The number of pixels between images of ``side`` pixels."""
    return max(1, round(side / 14))


def _titles(name: str) -> tuple[str, str]:
    """The two domains of a pair named "source → target". Words after a comma, such as a recipe, are left out."""
    source, arrow, target = name.partition(", ")[0].partition("→")
    return (source.strip(), target.strip()) if arrow else ("", "")
