"""DANN beside source only over the rotation of the target: the accuracy, and what can be seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _validate
from ..compare.over_rotations import Row, summarise_rotations
from . import style
from .arguments import several_axes

COLOURS = {"source-only": style.SOURCE_ONLY, "dann": style.DANN}
MARKERS = {"source-only": "o", "dann": "s"}


class RotationsDisplay:
    """Left: the target accuracy over the rotation. Right: half the proxy A-distance, and the joint error.

    A line is a mean over seeds, its band one standard deviation. DANN makes the distance small at every rotation. It
    does not see the joint error, which needs target labels. ``rows``: those of ``compare.over_rotations``. After
    ``plot``: ``axes_`` (2,), ``figure_``.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    @classmethod
    def from_rows(cls, rows: Sequence[Row]) -> RotationsDisplay:
        """The rows of ``compare.over_rotations``, at least one pair of these. Raises TypeError or ValueError."""
        if not summarise_rotations(rows):
            raise ValueError("rows: got none, expected rows of compare.over_rotations")
        return cls(list(rows))

    def plot(self, axes: Any = None, title: str = "") -> RotationsDisplay:
        """Draw on two ``axes`` side by side, or on a new figure if None."""
        from matplotlib.figure import Figure

        if axes is None:
            axes = Figure((12, 4.8), layout="constrained").subplots(1, 2)
        _validate.text("title", title)
        self.axes_ = left, right = tuple(several_axes("axes", axes, 2))
        self.figure_ = left.figure
        summary = summarise_rotations(self.rows)
        for method, name in style.SHOWN.items():
            own = [entry for entry in summary if entry["method"] == method]
            if own:
                look = {"color": COLOURS[method], "marker": MARKERS[method]}
                _band(left, own, "target_accuracy", 1.0, name, look)
                _band(right, own, "divergence", 0.5, f"½ distance, {name}", look | {"ls": "--", "mfc": "white"})
                _band(right, own, "joint_error", 1.0, f"joint error, {name}", look)
        left.axhline(0.5, color=style.CHANCE, lw=1, ls=":", label="guessing")
        left.set(title="target accuracy", ylabel="share right", ylim=(-0.02, 1.02))
        right.set(
            title="distance of the domains, and joint error of one head for both",
            ylabel="½ distance, error",
            ylim=(-0.02, None),
        )
        for ax in (left, right):
            ax.set_xlabel("rotation of the target (degrees)")
            style.legend_below(ax)
        if title:
            self.figure_.suptitle(title)
        return self


def _band(ax: Any, entries: list[dict[str, Any]], name: str, factor: float, label: str, look: dict[str, Any]) -> None:
    """Mean over seeds as a line, one standard deviation as a band. Rotations without the number are left out."""
    known = [entry for entry in entries if entry[name] is not None]
    x, mean = (np.array([entry[key] for entry in known]) for key in ("rotation", name))
    ax.plot(x, factor * mean, ms=4, lw=1.6, label=label, **look)
    sd = np.array([entry[f"{name} sd"] or 0.0 for entry in known])
    ax.fill_between(x, factor * (mean - sd), factor * (mean + sd), color=look["color"], alpha=0.2, lw=0)
