"""The panels of a frame: the regions of a head, the features, the losses. Artists are made once and then moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...adapt.dann import DANN
from ...data.pairs import DomainPair
from .. import style
from ..curves import History, recorded_values
from .principal_plane import ARROWS, Plane, shown_points

WINDOW = 10  # rows of history in one point of a curve; in a long run a thousandth of its steps
TITLE, TEXT = 16, 13  # sizes of letters that can be read from the back of a class
REGION = 0.2  # the opacity of a region
LINE = 1.3  # half the width of a boundary, in pixels
PULL, PUSH = "black", style.DANN


class BoundaryPanel:
    """The regions of one head in the plane of the data. The points stay, regions and boundary move below them.

    Regions and boundary are one small image of the distance to the boundary, enlarged smoothly and then coloured: much
    faster than contours.
    """

    def __init__(self, ax: Any, pair: DomainPair, head: str, points: int, letters: float, view: Any = None) -> None:
        everything = np.concatenate([pair.x_source_test, pair.x_target_test])
        low, high = (everything.min(axis=0) - 0.3, everything.max(axis=0) + 0.3) if view is None else np.array(view)
        self.steps = (high - low) / (points - 1)
        xs, ys = (np.linspace(low[i], high[i], points, dtype=np.float32) for i in (0, 1))
        self.grid, self.points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2), points
        self.ax, self.head, colours = ax, head, style.CLASSES if head == "label" else (style.SOURCE, style.TARGET)
        self._dots: list[Any] = []
        for domain, (x, y, marker) in enumerate(shown_points(pair)):
            for label in style.two_classes(y):
                by_class = style.CHANCE if label == style.UNKNOWN else colours[label]
                colour = by_class if head == "label" else colours[domain]
                face = "none" if domain else colour
                self._dots += ax.plot(*x[y == label].T, marker, ms=6 * letters, mfc=face, mec=colour, mew=1.3)
        edges = low[0], high[0], low[1], high[1]
        look: dict[str, Any] = {"interpolation": "bilinear", "interpolation_stage": "data", "aspect": "auto"}
        self._image = ax.imshow(
            np.zeros((points, points)), origin="lower", extent=edges, cmap=_regions(colours), zorder=0, **look
        )
        self._image.set_clim(-3 * LINE, 3 * LINE)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
        ax.set_aspect("equal")
        ax.set_title(f"what the {head} head says", fontsize=TITLE * letters)
        key(ax, _LABEL if head == "label" else _DOMAIN, letters)

    @property
    def moving(self) -> list[Any]:
        return [self._image, *self._dots]  # the dots are fixed, but lie above moving artists

    def show(self, network: DANN) -> None:
        """Draw the regions of the head of ``network``."""
        if self.head == "label":
            logits = network.label_logits(self.grid)
            self.draw(logits[:, 1] - logits[:, 0])
        else:
            self.draw(network.domain_logits(self.grid))

    def draw(self, values: np.ndarray) -> None:
        """Draw ``values`` (points · points,) on ``grid``: above 0 for class 1, or for the target."""
        plane = np.asarray(values, np.float64).reshape(self.points, self.points)
        self.ax.apply_aspect()  # its size may have changed since the last drawing
        with np.errstate(over="ignore"):  # a head with huge values is no reason to warn
            up, across = np.gradient(plane, self.steps[1], self.steps[0])
            slope = np.hypot(up, across)
        wide = self.ax.bbox.width / (self.ax.get_xlim()[1] - self.ax.get_xlim()[0])  # pixels in a unit of the data
        # near the line with value 0, value/slope is the distance to the line
        distance = wide * plane / np.maximum(slope, 1e-12 + 1e-9 * slope.max())
        self._image.set_data(np.clip(distance, -1e3, 1e3))


def _regions(colours: Sequence[str]) -> Any:
    """Colours for distances from −3 to 3 LINE: one region, a black line, the other region."""
    from matplotlib.colors import ListedColormap, to_rgb

    distances = np.linspace(-3, 3, 256)
    inside = np.clip(1.5 - np.abs(distances), 0, 1)[:, None]  # 1 on the line, with soft edges
    ink = np.where(distances[:, None] < 0, to_rgb(colours[0]), to_rgb(colours[1]))
    return ListedColormap(np.hstack([ink * (1 - inside), REGION + (1 - REGION) * inside]))


class FeaturesPanel:
    """The features in a plane, with the pull and the push at some of them. All of it moves."""

    def __init__(self, ax: Any, pair: DomainPair, letters: float) -> None:
        self.ax = ax
        self._dots: list[tuple[Any, np.ndarray]] = []  # with the rows of their features
        start = 0
        at: list[int] = []
        for colour, (x, y, _) in zip((style.SOURCE, style.TARGET), shown_points(pair)):
            few = pair.n_classes == 2
            for label in style.two_classes(y) if few else np.unique(y).tolist():
                look = {"marker": "o+x"[label], "ms": 6.3 * letters, "mew": 1.6} if few else _written(label, letters)
                (dots,) = ax.plot([], [], ls="", color=colour, alpha=0.8, **look)
                self._dots.append((dots, start + np.flatnonzero(y == label)))
            at += range(start, start + min(ARROWS, len(x)))
            start += len(x)
        self._at, none = np.array(at), np.zeros(len(at))
        self._arrows = [
            ax.quiver(*[none] * 4, color=colour, angles="uv", scale_units="x", scale=1, width=0.006, zorder=3)
            for colour in (PULL, PUSH)
        ]
        ax.set(xticks=[], yticks=[])
        ax.set_aspect("equal")
        ax.set_title("features: the pull, and the push they get", fontsize=TITLE * letters)
        two = pair.n_classes == 2
        key(ax, {name: look for name, look in _FEATURES.items() if two or not name.startswith("class")}, letters)

    def name_push(self, text: str) -> None:
        self.ax.get_legend().get_texts()[-1].set_text(text)

    @property
    def moving(self) -> list[Any]:
        return [dots for dots, _ in self._dots] + self._arrows

    def draw(self, features: np.ndarray, gradients: Sequence[np.ndarray], plane: Plane) -> None:
        """Draw features (points, width) in the order of ``shown_points``.

        ``gradients``: pull and push, (arrows, width) each.
        """
        seen = (features - plane.mean) @ plane.directions
        for dots, rows in self._dots:
            dots.set_data(*seen[rows].T)
        for quiver, gradient in zip(self._arrows, gradients):
            quiver.set_offsets(seen[self._at])
            quiver.set_UVC(*(plane.arrow * gradient @ plane.directions).T)
        self.ax.set(xlim=(plane.low[0], plane.high[0]), ylim=(plane.low[1], plane.high[1]))


class CurvesPanel:
    """The losses and λ up to the present step."""

    def __init__(self, ax: Any, steps: int, letters: float) -> None:
        self.ax = ax
        self._lines = {
            column: ax.plot([], [], label=name, **look)[0] for column, (name, look) in zip(_COLUMNS, _CURVES.items())
        }
        self._chance = ax.axhline(math.log(2), **_CURVES["ln 2: a guess"])
        self._now = ax.axvline(0, color="0.75", lw=5, zorder=0)
        # snapshots are closer together at the beginning: on this scale they pass evenly
        ax.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
        ax.set_ylim(0, 1)
        self.reach(steps)
        ax.tick_params(labelsize=TEXT * letters)
        ax.set_title("losses (nats) and λ, over √steps", fontsize=TITLE * letters)
        key(ax, _CURVES, letters)

    def reach(self, steps: int) -> None:
        """Make room for this number of steps."""
        self.steps, self._window = steps, max(WINDOW, steps // 1000)
        self.ax.set(xlim=(0, steps), xticks=sorted({round(steps * share**2) for share in (0, 0.25, 0.5, 0.75, 1)}))
        self.ax.minorticks_off()

    @property
    def moving(self) -> list[Any]:
        return [self._now, *self._lines.values(), self._chance]

    def draw(self, history: History, step: int) -> None:
        if step > self.steps:
            self.reach(2 * self.steps)
        top = self.ax.get_ylim()[1]
        for column, line in self._lines.items():
            steps, values = trailing_mean(history, column, 1 if column == "adapt_weight" else self._window)
            line.set_data(steps, values)
            highest = values.max(initial=0)
            top = top if 1.05 * highest <= top else 1.5 * highest
        self.ax.set_ylim(0, top)  # it seldom grows and never shrinks: a changing scale cannot be read
        self._now.set_xdata([step, step])


def trailing_mean(history: History, column: str, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values of a column. Each value is the mean of itself and of the window − 1 values before it.

    A point that is drawn once then stays when the history grows.
    """
    steps, values = recorded_values(history, column)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(steps) + 1)
    starts = np.maximum(ends - window, 0)
    return steps, (sums[ends] - sums[starts]) / (ends - starts)


def _written(label: int, letters: float) -> dict[str, Any]:
    """The look of a dot of one of many classes: its number, because ten colours cannot be told apart."""
    number = "?" if label == style.UNKNOWN else str(label)
    return {"marker": f"${number}$", "ms": 9 * len(number) * letters, "mew": 0.3}


def _dot(marker: str, colour: str, filled: bool = True) -> dict[str, Any]:
    face = colour if filled else "none"
    return {"ls": "", "marker": marker, "ms": 9, "color": colour, "mfc": face, "mew": 2 if marker == "+" else 1}


# the keys: the meaning of each look
_CLASSES = {f"class {label}": _dot("s", style.CLASSES[label]) for label in (0, 1)}
_LABEL = {"source": _dot("o", "black"), "target": _dot("^", "black", filled=False)} | _CLASSES
_DOMAIN = {"source": _dot("o", style.SOURCE), "target": _dot("^", style.TARGET, filled=False)}
_FEATURES = {"source": _dot("s", style.SOURCE), "target": _dot("s", style.TARGET)}
_FEATURES |= {"class 0": _dot("o", "0.3"), "class 1": _dot("+", "0.3")}
_FEATURES |= {"pull": {"color": PULL, "lw": 3}, "push: × −λ": {"color": PUSH, "lw": 3}}
_COLUMNS = ("domain_loss", "label_loss", "adapt_weight")
_CURVES: dict[str, dict[str, Any]] = {
    "domain loss": {"color": style.DANN, "lw": 2.6},
    "label loss": {"color": style.DANN, "lw": 2.6, "ls": ":"},
    "λ": {"color": style.LAMBDA, "lw": 2, "ls": "-."},
    "ln 2: a guess": {"color": style.CHANCE, "lw": 1.6, "ls": "--"},
}


def key(ax: Any, looks: Mapping[str, Mapping[str, Any]], letters: float) -> None:
    """The meaning of the looks, in one line below ``ax``, or in two if it is long.

    Small letters mean that ``ax`` is narrow.
    """
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], label=name, **look) for name, look in looks.items()]
    tight: dict[str, Any] = {"columnspacing": 0.9, "handletextpad": 0.4, "handlelength": 1.4}
    long = sum(map(len, looks)) > 30
    columns = (len(handles) + 1) // 2 if letters < 1 and long else len(handles)
    style.legend_below(ax, handles=handles, ncol=columns, fontsize=TEXT * letters, **tight)
