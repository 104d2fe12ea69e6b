"""The pictures of the bench: frameworks beside one another, and the cost of a step as the work grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _validate
from ..bench.table import Row, checked, figures
from . import style
from .arguments import several_axes

FLOOR = "bare matrix products"
COLOURS = dict(zip(("minidann", "torch", "jax", "mygrad", "autograd"), style.OTHERS))
VARIED = {"batch": "examples of each domain", "side": "side of an image (pixels)", "maps": "factor on the maps"}
HIGH = 4.0  # times minidann's time; higher bars are cut here
LETTERS = 7  # points, above the bars


class BenchDisplay:
    """Bars: a group for each workload, a bar for each framework.

    Left: the time as a multiple of minidann's time, with the milliseconds above a bar. An arrow marks a bar that is cut
    at HIGH times. A line in each group is the time of its bare matrix products. Right: the peak memory of a fresh
    process. The pale part of a bar is the memory of the imports alone. ``rows``: those of ``minidann bench``. After
    ``plot``: ``axes_`` (2,), ``figure_``.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    @classmethod
    def from_rows(cls, rows: Sequence[Row]) -> BenchDisplay:
        """The rows of ``minidann bench``. Raises TypeError or ValueError for other things, or for no rows."""
        return cls(checked(rows))

    def plot(self, axes: Any = None, title: str = "") -> BenchDisplay:
        """Draw on two ``axes`` side by side, or on a new figure if None."""
        from matplotlib.figure import Figure

        rows = checked(self.rows)
        if axes is None:
            axes = Figure((13, 4.8), layout="constrained").subplots(1, 2)
        _validate.text("title", title)
        self.axes_ = left, right = tuple(several_axes("axes", axes, 2))
        self.figure_ = left.figure
        workloads = list(dict.fromkeys(row["workload"] for row in rows))
        names = list(dict.fromkeys(row["framework"] for row in rows))
        width = 0.84 / len(names)
        for i, workload in enumerate(workloads):
            _draw_group(left, right, i, [row for row in rows if row["workload"] == workload], width)
        for ax in (left, right):
            ax.set_xticks(range(len(workloads)), workloads)
            ax.margins(y=0.2)
        left.set(title="time as a multiple of minidann's (above: ms; ↑ cut)", ylabel="time / time of minidann")
        right.set(title="peak memory of each process (pale: imports)", ylabel="MB")
        handles = [_patch(COLOURS.get(name, style.CHANCE), name) for name in names]
        style.legend_below(left, handles=[*handles, _line(FLOOR)], ncol=3)
        if title:
            self.figure_.suptitle(title)
        return self


def _draw_group(left: Any, right: Any, middle: float, group: list[Row], width: float) -> None:
    """The bars of one workload on both axes, and the line of its floor on the left ones."""
    places = middle + width * (np.arange(len(group)) - (len(group) - 1) / 2)
    own = next((row for row in group if row["framework"] == "minidann"), group[0])
    floor = 1 / own["by_floor"]
    for at, row in zip(places, group):
        colour = COLOURS.get(row["framework"], style.CHANCE)
        look = {"rotation": 90, "ha": "center", "va": "bottom", "size": LETTERS}
        times, mb = 1 / row["minidann_by_this"], row["peak_mb"]
        left.bar(at, min(times, HIGH), width, color=colour)
        words = f" {figures(row['step_ms'])}" + " ↑" * (times > HIGH)
        left.text(at, min(max(times, floor), HIGH), words, **look)  # above the line too
        right.bar(at, mb, width, color=colour)
        right.bar(at, row["import_mb"], width, color="white", alpha=0.5)
        right.text(at, mb, f" {mb:.0f}", **look)
    left.plot([places[0] - width / 2, places[-1] + width / 2], [floor, floor], color="black", lw=1.6)


class GrowthDisplay:
    """Time and peak memory of a step against the batch, the side of an image, and the number of maps.

    A line for each framework, and one for the bare matrix products. ``rows``: those of ``minidann bench --growth``.
    After ``plot``: ``axes_`` (6,), first the times, ``figure_``.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    @classmethod
    def from_rows(cls, rows: Sequence[Row]) -> GrowthDisplay:
        """The rows of ``minidann bench --growth``. Raises TypeError or ValueError for other things, or for no rows."""
        return cls(_grown(rows))

    def plot(self, axes: Any = None, title: str = "") -> GrowthDisplay:
        """Draw on ``axes``, two rows of three, or on a new figure if None."""
        from matplotlib.figure import Figure

        rows = _grown(self.rows)
        if axes is None:
            axes = Figure((12, 6.4), layout="constrained").subplots(2, len(VARIED), sharex="col")
        _validate.text("title", title)
        flat = several_axes("axes", axes, 2 * len(VARIED))
        self.axes_, self.figure_ = tuple(flat), flat[0].figure
        names = list(dict.fromkeys(row["framework"] for row in rows))
        for varied, above, below in zip(VARIED, flat[: len(VARIED)], flat[len(VARIED) :]):
            own = [row for row in rows if row["varied"] == varied]
            for name in names:
                line = [row for row in own if row["framework"] == name]
                x, look = [row["value"] for row in line], {"color": COLOURS.get(name, style.CHANCE), "marker": "o"}
                above.plot(x, [row["step_ms"] for row in line], label=name, **look)
                below.plot(x, [row["peak_mb"] for row in line], **look)
            line = [row for row in own if row["framework"] == names[0]]
            above.plot([row["value"] for row in line], [row["floor_ms"] for row in line], color="black", label=FLOOR)
            below.set_xlabel(VARIED[varied])
            for ax in (above, below):
                ax.margins(y=0.08)
                ax.set_ylim(0, None)
        flat[0].set_ylabel("ms a step")
        flat[len(VARIED)].set_ylabel("peak memory (MB)")
        flat[0].legend(frameon=False)
        if title:
            self.figure_.suptitle(title)
        return self


def _grown(rows: Any) -> list[Row]:
    """``rows`` if all are of --growth. Raises TypeError or ValueError otherwise."""
    found = checked(rows)
    for row in found:
        if row.get("varied") not in VARIED or "value" not in row:
            raise ValueError("rows: got one without varied and value, expected rows of minidann bench --growth")
    return found


def _patch(colour: str, label: str) -> Any:
    from matplotlib.patches import Patch

    return Patch(color=colour, label=label)


def _line(label: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], color="black", label=label)
