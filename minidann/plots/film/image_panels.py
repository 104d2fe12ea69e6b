"""The panels of a frame for images: some test images, each with the answer of one head below it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...adapt.dann import DANN
from ...adapt.predictor import class_probabilities
from ...data.pairs import DomainPair
from ...engine.backend import to_numpy
from .. import style
from .legend import TEXT, TITLE, key

COLUMNS, HALVES = (2, 5), (1, 2)  # the least and the most: columns of images, and rows in each half of a panel
ANSWER = 4.1  # the width of an answer, in heights of a letter
GAP, BELOW = 3 / 8, 4 / 8  # beside an image and below it, in sides of an image: an answer is as high as its letters
MARKS = {True: ("✓", style.RIGHT), False: ("✗", style.WRONG), None: ("", style.CHANCE)}  # None: nobody knows


class ImagesPanel:
    """Images in ``columns``. The images stay; an answer below each one moves, with a mark and a colour.

    ``seldom``: the answers with their frames. They are letters, which are slow, and nobody reads them in each frame.
    """

    def __init__(
        self, ax: Any, images: np.ndarray, columns: int, frames: list[str], title: str, letters: float
    ) -> None:
        from matplotlib.collections import PatchCollection
        from matplotlib.patches import Rectangle

        self.ax, rows = ax, -(-len(images) // columns)
        side = images.shape[1]
        across, down = round((1 + GAP) * side), round((1 + BELOW) * side)
        sheet = np.ones((rows * down, columns * across, images.shape[-1]), np.float32)
        frame, places = max(1, side // 8), []
        white = 255 if images.dtype == np.uint8 else 1
        for i, image in enumerate(images):
            top, left = i // columns * down + frame, i % columns * across + (across - side) // 2
            sheet[top : top + side, left : left + side] = image / white
            places.append((left - 0.5, top - 0.5))
        look: dict[str, Any] = {"cmap": "gray", "vmin": 0, "vmax": 1, "interpolation": "nearest", "zorder": 0}
        ax.imshow(sheet[..., 0] if sheet.shape[-1] == 1 else sheet, **look)
        boxes = [Rectangle(place, side, side) for place in places]
        self._frames = ax.add_collection(PatchCollection(boxes, facecolor="none", edgecolor=frames, lw=2.5 * letters))
        self._answers = [
            ax.text(left + side / 2, top + side + 0.06 * down, "", ha="center", va="top", fontsize=TEXT * letters)
            for left, top in places
        ]
        high, wide = sheet.shape[:2]
        edge = side / 8  # the letters of the last row and column stay off the frame of the axes
        ax.set(xlim=(-0.5 - edge, wide - 0.5 + edge), ylim=(high - 0.5 + edge, -0.5), xticks=[], yticks=[])
        ax.set_title(title, fontsize=TITLE * letters)

    @property
    def moving(self) -> list[Any]:
        return []

    @property
    def seldom(self) -> list[Any]:
        return [self._frames, *self._answers]

    def answer(self, said: list[str], right: list[bool | None], framed: bool) -> None:
        """Write an answer below each image. ``framed``: its colour is that of the frame, too."""
        for text, words, mark in zip(self._answers, said, right):
            sign, colour = MARKS[mark]
            text.set(text=sign + words, color=colour)
        if framed:
            self._frames.set_edgecolor([MARKS[mark][1] for mark in right])


class LabelImagesPanel(ImagesPanel):
    """Target images, the class that the label head gives each of them, and its probability."""

    def __init__(self, ax: Any, pair: DomainPair, letters: float) -> None:
        labels = style.target_labels(pair)
        half, columns = room(ax, letters)
        at = some_of_each(labels, 2 * half * columns)
        self._images, self._labels = pair.x_target_test[at], labels[at]
        frames, title = [style.CHANCE] * len(at), "what the label head says: target"
        super().__init__(ax, self._images, columns, frames, title, letters)
        key(ax, {name: _mark(right) for name, right in (("right", True), ("wrong", False))}, letters)

    def show(self, network: DANN) -> None:
        """Move the answers to those of ``network``."""
        logits = to_numpy(network.label_logits(self._images))
        sure, answers = class_probabilities(logits).max(axis=1), logits.argmax(axis=1)
        said = [f"{answer} {int(100 * share)}%" for answer, share in zip(answers, sure)]  # 99.9 % is not 100 %
        right = [None if y == style.UNKNOWN else bool(y == answer) for y, answer in zip(self._labels, answers)]
        self.answer(said, right, framed=True)


class DomainImagesPanel(ImagesPanel):
    """Images of the source above, of the target below, and the probability of the target that the domain head gives."""

    def __init__(self, ax: Any, pair: DomainPair, letters: float) -> None:
        half, columns = room(ax, letters)
        shown = (pair.x_source_test, pair.y_source_test), (pair.x_target_test, style.target_labels(pair))
        self._images = [x[some_of_each(y, half * columns)] for x, y in shown]
        frames = [style.SOURCE] * len(self._images[0]) + [style.TARGET] * len(self._images[1])
        title = "the domain head's p(target)"
        super().__init__(ax, np.concatenate(self._images), columns, frames, title, letters)
        looks = {name: _frame(colour) for name, colour in (("source", style.SOURCE), ("target", style.TARGET))}
        key(ax, looks | {"right": _mark(True), "wrong": _mark(False)}, letters)

    def show(self, network: DANN) -> None:
        """Move the answers to those of ``network``."""
        source, target = (
            to_numpy(network.domain_logits(x, domain)) for x, domain in zip(self._images, ("source", "target"))
        )
        with np.errstate(over="ignore"):
            share = 1 / (1 + np.exp(-np.concatenate([source, target]).astype(np.float64)))
        right = [*(source <= 0).tolist(), *(target > 0).tolist()]
        self.answer([f" {p:.2f}" for p in share], right, framed=False)


def room(ax: Any, letters: float) -> tuple[int, int]:
    """The rows in each half, and the columns, for which ``ax`` has room: no answer touches its neighbour."""
    place = ax.get_window_extent()
    wide = ANSWER * TEXT * letters * ax.figure.dpi / 72
    high = wide * (1 + BELOW) / (1 + GAP)
    return int(np.clip(place.height / high / 2, *HALVES)), int(np.clip(place.width / wide, *COLUMNS))


def some_of_each(labels: np.ndarray, count: int) -> np.ndarray:
    """The positions of ``count`` examples: the first of each class, then the second of each class, and so on."""
    order = np.zeros(len(labels), int)  # how many of its class stand before an example
    for label in np.unique(labels):
        where = np.flatnonzero(labels == label)
        order[where] = np.arange(len(where))
    return np.lexsort((labels, order))[:count]


def _mark(right: bool) -> dict[str, Any]:
    sign, colour = MARKS[right]
    return {"ls": "", "marker": f"${sign}$", "ms": 9, "color": colour}


def _frame(colour: str) -> dict[str, Any]:
    return {"ls": "", "marker": "s", "ms": 9, "color": colour, "mfc": "none", "mew": 2}
