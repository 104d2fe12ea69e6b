"""Sample images of one data set."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from .arguments import several_axes
from .samples import gap, mosaic

MOST_ROWS = 22  # classes in one column of the sheet


class ContactSheetDisplay:
    """A contact sheet of one data set: one row for each class, in one column of rows or two.

    ``sheets``: one array (height, width, 1 or 3) for each column, bytes or numbers in 0…1, with white gaps.
    ``classes``: for each column the class of each row. ``side``: the height of an image. ``title``: above the sheet.
    After ``plot``: ``axes_`` (columns,), ``figure_``.
    """

    def __init__(self, sheets: list[np.ndarray], classes: list[np.ndarray], side: int, title: str) -> None:
        self.sheets, self.classes, self.side, self.title = sheets, classes, side, title

    @classmethod
    def from_arrays(cls, x: np.ndarray, y: np.ndarray, title: str = "", columns: int = 12) -> ContactSheetDisplay:
        """The first ``columns`` images of each class, of images x (n, h, w, 1 or 3) and labels y (n,).

        Raises ValueError for another shape of x, and for another number of labels.
        """
        _validate.whole_number("columns", columns, least=1)
        _validate.text("title", title)
        _validate.array("x", x, 4, "images (n, h, w, 1) or (n, h, w, 3)")
        _validate.array("y", y, 1, "labels (n,)")
        x, y = np.asarray(x), np.asarray(y)  # bytes stay bytes
        if x.shape[-1] not in (1, 3) or not len(x):
            raise ValueError(f"x: got shape {x.shape}, expected images (n, h, w, 1) or (n, h, w, 3)")
        if y.shape != x.shape[:1]:
            raise ValueError(f"y: got shape {y.shape}, expected ({len(x)},), a label an image")
        classes = np.unique(y)
        groups = np.array_split(classes, 1 + (len(classes) - 1) // MOST_ROWS)
        return cls([mosaic(x, y, group, columns) for group in groups], groups, x.shape[1], title)

    def plot(self, place: Any = None) -> ContactSheetDisplay:
        """Draw on a figure or on as many axes as the sheet has columns; by default on a new figure."""
        from matplotlib.figure import Figure, FigureBase

        if place is None:
            height = max(sheet.shape[0] for sheet in self.sheets)
            width = sum(sheet.shape[1] for sheet in self.sheets)
            tall = min(8.0, 14 * height / width)  # inches: the sheet is at most some 16 × 9
            place = Figure(figsize=(tall * width / height + 0.9 * len(self.sheets), tall + 0.6), layout="compressed")
        if isinstance(place, FigureBase):
            place = place.subplots(1, len(self.sheets), squeeze=False)[0]
        axes = several_axes("place", place, len(self.sheets))
        for ax, sheet, classes in zip(axes, self.sheets, self.classes):
            white = 255 if sheet.dtype == np.uint8 else 1
            shown = sheet[..., 0] if sheet.shape[-1] == 1 else sheet
            ax.imshow(shown, cmap="gray", vmin=0, vmax=white, interpolation="nearest")
            ax.set_yticks(np.arange(len(classes)) * (self.side + gap(self.side)) + (self.side - 1) / 2, classes)
            ax.set_xticks([])
            ax.tick_params(length=0)
            ax.spines[:].set_visible(False)
        axes[0].set_ylabel("class")
        axes[0].set_title(self.title, loc="left")
        self.axes_, self.figure_ = axes, axes[0].figure
        return self
