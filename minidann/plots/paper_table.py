"""The paper's table as a picture: a panel for each pair, methods as lines, our accuracies and the published ones."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _validate
from ..compare.methods import METHODS, PAPER_METHODS
from ..compare.paper_summary import SVM, checked_missing, checked_paper_rows, ordered, own_accuracy, svm_accuracy
from ..compare.paper_table import MissingPairs
from ..compare.published import PUBLISHED, VERSIONS
from ..compare.table import Row
from . import style
from .arguments import several_axes

CLASSIFIERS = (SVM, "own head")
RECIPE_MARKERS = ("o", "s", "v", "p", "h", "*")
VERSION_MARKERS = ("D", "^")
NAMES = {
    "source-only": "source only",
    "sa": "SA",
    "sa-oracle": "SA, d by\ntarget labels",
    "dann": "DANN",
    "cdan": "CDAN",
    "target-only": "train on target",
}
COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}  # of panels, by their number; more have four
LANE = 0.17  # inches between the marks of one method
LETTERS = 30  # of a line of a title


class PaperTableDisplay:
    """A panel for each pair and a line for each method: the target accuracy, ours and the published.

    A large mark is our mean over seeds for one recipe, its bar one standard deviation, a dot one seed. Black, empty
    marks are the published figures; both papers have a linear SVM as classifier. A pair without rows shows these alone.

    ``rows``, ``missing``: as for ``compare.format_paper_table``. ``classifier``: one of CLASSIFIERS. SA has no own
    head: with "own head" its lines are left out. After ``plot``: ``axes_`` (pairs,), ``figure_``.
    """

    def __init__(self, rows: Sequence[Row], missing: MissingPairs = (), classifier: str = SVM) -> None:
        self.rows, self.missing, self.classifier = rows, missing, classifier

    @classmethod
    def from_rows(cls, rows: Sequence[Row], missing: MissingPairs = (), classifier: str = SVM) -> PaperTableDisplay:
        """The picture of ``rows``. Raises TypeError or ValueError for wrong arguments, or if there is no pair."""
        _validate.one_of("classifier", classifier, CLASSIFIERS)
        found = checked_paper_rows(rows)
        if not found and not checked_missing(missing):
            raise ValueError("rows: got none, expected at least one pair with rows, or a missing one")
        return cls(found, tuple(checked_missing(missing, found)), classifier)

    def plot(self, axes: Any = None, title: str = "") -> PaperTableDisplay:
        """Draw on ``axes``, one for each pair, or on a new figure if None."""
        made = self.from_rows(self.rows, self.missing, self.classifier)
        _validate.text("title", title)
        titles = {row["pair"]: str(row.get("title") or row["pair"]) for row in made.rows}
        titles |= {item[0]: item[1] for item in made.missing}
        pairs, methods = ordered(titles), _methods(made.rows, self.classifier)
        recipes = list(dict.fromkeys(row["recipe"] for row in made.rows))
        new = _new_axes(len(pairs), len(methods) * (len(recipes) + 1)) if axes is None else None
        self.axes_ = tuple(several_axes("axes", axes, len(pairs)) if new is None else new)
        self.figure_ = self.axes_[0].figure
        lowest = []
        for ax, pair in zip(self.axes_, pairs):
            own = [row for row in made.rows if row["pair"] == pair]
            lowest.append(_draw_panel(ax, pair, own, methods, recipes, self.classifier))
            words = textwrap.fill(titles[pair], LETTERS)
            ax.set_title(words if own else f"{words}\n(not run: data are missing)", fontsize=10)
        for ax in self.axes_:
            ax.set_xlim(max(0.0, min(lowest) - 0.04), 1.02)
        several = len({row["seed"] for row in made.rows}) > 1
        handles = _handles(recipes, any(pair in PUBLISHED for pair in pairs), several)
        if new is None:
            for ax in self.axes_:
                ax.set_xlabel("target accuracy")
            style.legend_below(self.axes_[-1], handles=handles)
        else:
            place = {"loc": "outside lower center", "ncol": 3 if len(pairs) == 1 else 6}
            self.figure_.legend(handles=handles, frameon=False, fontsize=9, **place)
            title = f"{title}\ntarget accuracy, {self.classifier}".strip()
        if title:
            self.figure_.suptitle(title, fontsize=11)
        return self


def _methods(rows: Sequence[Row], classifier: str) -> list[str]:
    used = {row["method"] for row in rows} | set(PAPER_METHODS)
    return [m for m in METHODS if m in used and (classifier == SVM or not m.startswith("sa"))]


def _new_axes(count: int, lanes: int) -> np.ndarray:
    """A new figure with ``count`` axes. Only the left ones show the names of methods."""
    from matplotlib.figure import Figure

    columns = COLUMNS.get(count, 4)
    rows = -(-count // columns)
    width = 3.2 * columns + 1.4 if columns > 1 else 6.4  # one panel leaves room for the legend
    figure = Figure((width, rows * (LANE * lanes + 0.8) + 1.2), layout="constrained")
    axes: np.ndarray = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for ax in axes[count:]:
        ax.remove()
    for ax in axes[max(count - columns, 0) : count]:  # the lowest panel of each column
        ax.tick_params(labelbottom=True)
    return axes[:count]


def _draw_panel(
    ax: Any, pair: str, rows: Sequence[Row], methods: Sequence[str], recipes: Sequence[str], classifier: str
) -> float:
    """All marks of one pair. Returns the lowest accuracy of them, or 1."""
    score = svm_accuracy if classifier == SVM else own_accuracy
    used = [recipe for recipe in recipes if any(row["recipe"] == recipe for row in rows)]
    lanes = len(used) + (pair in PUBLISHED)  # the last one is of the published figures
    drawn = [1.0]
    for i, method in enumerate(methods):
        if i % 2:
            ax.axhspan(i - 0.5, i + 0.5, color="black", alpha=0.05, lw=0)
        for j, recipe in enumerate(used):
            own = [score(row) for row in rows if row["method"] == method and row["recipe"] == recipe]
            known = [value for value in own if value is not None]
            if known:
                _draw_ours(ax, known, _height(i, j, lanes), _recipe_look(recipes.index(recipe)))
            drawn += known
        for marker, figures in zip(VERSION_MARKERS, PUBLISHED.get(pair, {}).values()):
            if method in figures:
                ax.plot([figures[method]], [_height(i, lanes - 1, lanes)], **_published_look(marker))
                drawn.append(figures[method])
    ax.set_yticks(range(len(methods)), [NAMES[method] for method in methods])
    ax.set_ylim(len(methods) - 0.5, -0.5)  # the first method is above
    ax.tick_params(axis="y", length=0)
    ax.locator_params(axis="x", nbins=7)
    ax.grid(axis="x", lw=0.5, alpha=0.4)
    return min(drawn)


def _height(i: int, lane: int, lanes: int) -> float:
    """The height of the marks in one of the lanes of method ``i``."""
    return i + 0.84 * ((lane + 0.5) / lanes - 0.5)


def _draw_ours(ax: Any, values: Sequence[float], height: float, look: dict[str, Any]) -> None:
    """The mean of ``values`` with its bar, and a dot for each a little below: on the bar they would be lost."""
    if len(values) > 1:
        ax.plot(values, [height + 0.09] * len(values), "o", color=look["color"], ms=2.2, zorder=2)
        ax.errorbar([np.mean(values)], [height], xerr=np.std(values, ddof=1), color=look["color"], lw=1.3, zorder=2)
    ax.plot([np.mean(values)], [height], zorder=3, **look)


def _recipe_look(recipe: int) -> dict[str, Any]:
    colour, marker = style.OTHERS[recipe % len(style.OTHERS)], RECIPE_MARKERS[recipe % len(RECIPE_MARKERS)]
    return {"color": colour, "marker": marker, "ms": 6.5, "ls": "none", "mec": "white", "mew": 0.5}


def _published_look(marker: str) -> dict[str, Any]:
    return {"color": style.LAMBDA, "marker": marker, "ms": 5.5, "ls": "none", "mfc": "none", "mew": 1.1}


def _handles(recipes: Sequence[str], published: bool, several: bool) -> list[Any]:
    """The lines of the legend. ``several``: seeds are drawn as dots."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], label=f"ours, recipe {name}", **_recipe_look(j)) for j, name in enumerate(recipes)]
    if published:
        looks = zip(VERSION_MARKERS, VERSIONS.values())
        handles += [Line2D([], [], label=words, **_published_look(marker)) for marker, (words, _) in looks]
    if several:
        handles.append(Line2D([], [], color=style.CHANCE, lw=1.3, label="± standard deviation"))
        handles.append(Line2D([], [], color=style.CHANCE, marker="o", ms=2.2, ls="none", label="one seed"))
    return handles
