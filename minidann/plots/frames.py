"""A training at one moment in four panels, drawn fast: artists are made once, and then only moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from ..engine.backprop import backprop
from . import style
from .curves import History

GRID = 80  # points along each side of the plane at which a head is asked
POINTS, ARROWS = 150, 24  # that are drawn of each domain
LONG = 0.16  # the longest arrows but one in twenty, in diagonals of what features are seen in
WINDOW = 10  # rows of history in one point of a curve; or, in a long run, as many as a thousandth of its steps
TITLE, TEXT = 16, 13  # sizes of letters, to be read from the back of a class
REGION = 0.2  # how strong the colour of a region is
PULL, PUSH = "black", style.DANN
DIGIT = "\u2007"  # a space as wide as a digit: the line does not move when a number grows


@dataclass(frozen=True)
class Plane:
    """The plane that features are seen in. It is fixed, so that nothing jumps but what has moved.

    ``mean`` (width,), ``directions`` (width, 2); ``low``, ``high`` (2,): the corners of what is seen of it;
    ``arrow``: how long in it a gradient of length 1 is drawn.
    """

    mean: np.ndarray
    directions: np.ndarray
    low: np.ndarray
    high: np.ndarray
    arrow: float

    @classmethod
    def of(cls, networks: Sequence[DANN], pair: DomainPair) -> Plane:
        """The first two principal components of the features of all ``networks`` taken together.

        Of several moments of a run: what separates the domains early on is gone from the features at its end.
        """
        features = np.concatenate([_features(network, pair) for network in networks])
        mean = features.mean(axis=0)
        directions = np.zeros((features.shape[1], 2), features.dtype)
        components = np.linalg.svd(features - mean, full_matrices=False)[2][:2]
        directions[:, : len(components)] = components.T  # a single unit has no second direction
        seen = (features - mean) @ directions
        low, high = seen.min(axis=0), seen.max(axis=0)
        diagonal = float(np.hypot(*(high - low))) or 1.0
        pulls = np.concatenate([pull_and_push(network, pair, 1.0)[0] for network in networks]) @ directions
        longest = float(np.quantile(np.hypot(*pulls.T), 0.95)) or 1.0
        return cls(mean, directions, low - 0.06 * diagonal, high + 0.06 * diagonal, LONG * diagonal / longest)


def pull_and_push(network: DANN, pair: DomainPair, adapt_weight: float) -> tuple[np.ndarray, np.ndarray]:
    """Where descent of L_d would send the features of the first ARROWS test points of each domain: by its gradient
    above the reversal node (the domain head's pull), and by that below it (the push that the features get).

    Two arrays (points, width), source first. Each point has the gradient of its own share of L_d. The labels of the
    target are not asked for.
    """
    some = slice(0, ARROWS)
    batch = pair.x_source_test[some], pair.y_source_test[some], pair.x_target_test[some]
    losses = network.losses(*batch, adapt_weight=adapt_weight)
    assert losses.domain is not None  # nor are the reversed features: the default of losses is with the domain head
    assert losses.reversed_features is not None
    g = backprop(losses.domain, of=[losses.features, losses.reversed_features])
    points = len(losses.features.data)  # L_d is a mean over them
    return -points * g[losses.reversed_features], -points * g[losses.features]


class MomentPanels:
    """Label boundary, domain boundary, features with the two gradients of L_d, and the losses so far.

    ``axes``: four of one figure, in this order. ``steps``: of the whole run. ``plane``: what the features are seen in;
    another may be set between two moments. Once made, it draws any moment of any training on ``pair``.
    """

    def __init__(self, axes: Sequence[Any], pair: DomainPair, plane: Plane, steps: int) -> None:
        if pair.x_source.shape[1:] != (2,) or pair.classes != 2:
            raise ValueError(f"pair: got {pair!r}, expected points in the plane of two classes")
        if len(axes) != 4:
            raise ValueError(f"axes: got {len(axes)}, expected 4")
        self.pair, self.plane, self.steps = pair, plane, steps
        self.figure = axes[0].figure
        self._title = self.figure.suptitle(" ", x=0.012, ha="left", fontsize=TITLE + 2, weight="bold")
        self._label, self._domain = _Boundary(axes[0], pair, "label"), _Boundary(axes[1], pair, "domain")
        self._features, self._curves = _Features(axes[2], pair), _Curves(axes[3], steps)
        self._still: Any = None  # a picture of what stands still, and what it was taken of

    def draw(self, network: DANN, step: int, adapt_weight: float, history: History) -> None:
        """Move everything to ``network``, as it is after ``step`` steps. ``adapt_weight``: λ of then; ``history``: the
        rows until then. To be seen, it takes ``figure.savefig``, ``figure.canvas.draw`` or ``paint``.
        """
        logits = network.label_logits(self._label.grid)
        self._label.draw(logits[:, 1] - logits[:, 0])
        self._domain.draw(network.domain_logits(self._domain.grid))
        self._features.draw(_features(network, self.pair), pull_and_push(network, self.pair, adapt_weight), self.plane)
        self._curves.draw(history, step)
        right = 100 * network.accuracy(self.pair.x_target_test, self.pair.y_target_test)
        numbers = f"{step:{len(str(self.steps))}}", f"{right:5.1f}"
        done, score = (number.replace(" ", DIGIT) for number in numbers)
        self._title.set_text(f"step {done} of {self.steps}      λ = {adapt_weight:.2f}      target: {score} % right")

    def paint(self) -> None:
        """Bring the moment onto the figure's canvas, an Agg one, several times as fast as ``canvas.draw`` does: over a
        picture of all that stands still, which is taken anew when the size or a scale has changed.
        """
        canvas, moving = self.figure.canvas, [self._title]
        for panel in (self._label, self._domain, self._features, self._curves):
            # the frame stands still, but over what moves
            moving += sorted([*panel.moving, *panel.ax.spines.values()], key=lambda artist: artist.get_zorder())
        now = canvas, self.figure.bbox.bounds, [(*ax.get_xlim(), *ax.get_ylim()) for ax in self.figure.axes]
        if self._still is None or self._still[1] != now:
            for artist in moving:
                artist.set_visible(False)
            canvas.draw()
            for artist in moving:
                artist.set_visible(True)
            self._still = canvas.copy_from_bbox(self.figure.bbox), now
        canvas.restore_region(self._still[0])
        for artist in moving:
            artist.draw(canvas.get_renderer())
        canvas.blit(self.figure.bbox)


class _Boundary:
    """What one head tells apart in the plane of the data. The points stay, regions and boundary move."""

    def __init__(self, ax: Any, pair: DomainPair, head: str) -> None:
        everything = np.concatenate([pair.x_source_test, pair.x_target_test])
        low, high = everything.min(axis=0) - 0.3, everything.max(axis=0) + 0.3
        self.xs, self.ys = (np.linspace(low[i], high[i], GRID, dtype=np.float32) for i in (0, 1))
        self.grid = np.stack(np.meshgrid(self.xs, self.ys), axis=-1).reshape(-1, 2)
        self.ax, self.colours = ax, style.CLASSES if head == "label" else (style.SOURCE, style.TARGET)
        self._dots: list[Any] = []
        self._drawn: list[Any] = []
        for domain, (x, y, marker) in enumerate(_points(pair)):
            edge = np.array(self.colours)[y if head == "label" else np.full(len(y), domain)]
            face = "none" if domain else edge
            self._dots.append(ax.scatter(*x.T, s=36, marker=marker, facecolors=face, edgecolors=edge, lw=1.3))
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
        ax.set_aspect("equal")
        ax.set_title(f"what the {head} head says", fontsize=TITLE)
        _key(ax, _LABEL if head == "label" else _DOMAIN)

    @property
    def moving(self) -> list[Any]:
        return self._drawn + self._dots  # the dots stand still, but on what moves

    def draw(self, values: np.ndarray) -> None:
        """values (GRID · GRID,): above 0 for class 1, or for the target."""
        while self._drawn:
            self._drawn.pop().remove()
        ends = np.abs(values).max() + 1
        plane = self.xs, self.ys, values.reshape(GRID, GRID)
        self._drawn.append(
            self.ax.contourf(*plane, levels=[-ends, 0, ends], colors=self.colours, alpha=REGION, zorder=0)
        )
        if values.min() < 0 < values.max():
            self._drawn.append(self.ax.contour(*plane, levels=[0], colors="black", linewidths=2.2))


class _Features:
    """The features in a fixed plane, and at some of them the pull and the push. All of it moves."""

    def __init__(self, ax: Any, pair: DomainPair) -> None:
        self.ax = ax
        self._dots: list[tuple[Any, np.ndarray]] = []  # with the rows of the features that they stand for
        start = 0
        at: list[int] = []
        for colour, (x, y, _) in zip((style.SOURCE, style.TARGET), _points(pair)):
            for label, marker in ((0, "o"), (1, "+")):
                dots = ax.scatter([], [], s=40, marker=marker, color=colour, lw=1.6, alpha=0.8)
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
        ax.set_title("features: pull and reversed push", fontsize=TITLE)
        _key(ax, _FEATURES)

    @property
    def moving(self) -> list[Any]:
        return [dots for dots, _ in self._dots] + self._arrows

    def draw(self, features: np.ndarray, gradients: Sequence[np.ndarray], plane: Plane) -> None:
        """features (points, width) in the order of ``_points``; gradients: pull and push, (arrows, width)."""
        seen = (features - plane.mean) @ plane.directions
        for dots, rows in self._dots:
            dots.set_offsets(seen[rows])
        for quiver, gradient in zip(self._arrows, gradients):
            quiver.set_offsets(seen[self._at])
            quiver.set_UVC(*(plane.arrow * gradient @ plane.directions).T)
        self.ax.set(xlim=(plane.low[0], plane.high[0]), ylim=(plane.low[1], plane.high[1]))


class _Curves:
    """The losses and λ so far, and where the run stands."""

    def __init__(self, ax: Any, steps: int) -> None:
        self.ax, self._window = ax, max(WINDOW, steps // 1000)
        self._lines = {
            column: ax.plot([], [], label=name, **look)[0] for column, (name, look) in zip(_COLUMNS, _CURVES.items())
        }
        self._chance = ax.axhline(math.log(2), **_CURVES["ln 2: a guess"])
        self._now = ax.axvline(0, color="0.75", lw=5, zorder=0)
        # the moments of a recording are closer together early on: with this scale the run passes evenly
        ax.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
        ax.set(
            xlim=(0, steps), ylim=(0, 1), xticks=sorted({round(steps * share**2) for share in (0, 0.25, 0.5, 0.75, 1)})
        )
        ax.minorticks_off()
        ax.tick_params(labelsize=TEXT)
        ax.set_title("losses (nats) and λ, over the steps", fontsize=TITLE)
        _key(ax, _CURVES)

    @property
    def moving(self) -> list[Any]:
        return [self._now, *self._lines.values(), self._chance]

    def draw(self, history: History, step: int) -> None:
        top = self.ax.get_ylim()[1]
        for column, line in self._lines.items():
            steps, values = trailing_mean(history, column, 1 if column == "adapt_weight" else self._window)
            line.set_data(steps, values)
            top = max(top, 1.1 * values.max(initial=0))
        self.ax.set_ylim(0, top)  # which never shrinks: a scale that breathes is no scale
        self._now.set_xdata([step, step])


def trailing_mean(history: History, column: str, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values of a column, each value the mean of itself and the window − 1 before it (or all, if fewer): so
    what was drawn once stays as it is when the history grows.
    """
    rows = [row for row in history if column in row]
    steps, values = np.array([row["step"] for row in rows]), np.array([row[column] for row in rows])
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(rows) + 1)
    starts = np.maximum(ends - window, 0)
    return steps, (sums[ends] - sums[starts]) / (ends - starts)


def _points(pair: DomainPair) -> list[tuple[np.ndarray, np.ndarray, str]]:
    """The test points that are shown of source and target, with labels and marker."""
    shown = slice(0, POINTS)
    return [
        (pair.x_source_test[shown], pair.y_source_test[shown], "o"),
        (pair.x_target_test[shown], pair.y_target_test[shown], "^"),
    ]


def _features(network: DANN, pair: DomainPair) -> np.ndarray:
    """The features of the points that are shown, source first."""
    (source, _, _), (target, _, _) = _points(pair)
    return np.concatenate([network.transform(source, "source"), network.transform(target)])


def _dot(marker: str, colour: str, filled: bool = True) -> dict[str, Any]:
    face = colour if filled else "none"
    return {"ls": "", "marker": marker, "ms": 9, "color": colour, "mfc": face, "mew": 2 if marker == "+" else 1}


# the keys: what each look means
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


def _key(ax: Any, looks: Mapping[str, Mapping[str, Any]]) -> None:
    """What the looks mean, in one line under ``ax``."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], label=name, **look) for name, look in looks.items()]
    tight: dict[str, Any] = {"columnspacing": 0.9, "handletextpad": 0.4, "handlelength": 1.4}
    style.legend_below(ax, handles=handles, ncol=len(handles), fontsize=TEXT, **tight)
