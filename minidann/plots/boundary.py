"""The decision regions of a network or an estimator on points of the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from . import style
from .arguments import check_drawing, check_network_and_pair
from .estimator_rows import EstimatorRows, estimator_rows, last_step, result_of
from .points_by_class import class_colours, class_words, labels_of, write_names

GRID = 250  # points on each side of the background
ALIKE = 3  # ranges of two columns whose ratio is below this are drawn with one unit
HEADS = ("label", "domain")
DOMAINS = (("source", "o", 9), ("target", "^", 13))  # with their markers


class BoundaryDisplay:
    """The decision regions of one head, with points of both domains over them.

    ``values`` (GRID, GRID): a value above 0 is class 1 for the label head, and target for the domain head. For more
    than two classes, ``values`` (GRID, GRID, classes): the class of the largest value. ``x_source``, ``x_target``
    (n, 2): points, with labels ``y_source``, ``y_target`` (n,), positions or -1 for an unknown label. ``classes``: the
    name of each position, by default its number. ``columns``: the names of the two columns, for axes with numbers, or
    None. After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(
        self,
        xs: np.ndarray,
        ys: np.ndarray,
        values: np.ndarray,
        x_source: np.ndarray,
        y_source: np.ndarray,
        x_target: np.ndarray,
        y_target: np.ndarray,
        head: str = "label",
        classes: Any = None,
        columns: Sequence[str] | None = None,
    ) -> None:
        self.xs, self.ys, self.values, self.head, self.classes = xs, ys, values, head, classes
        self.columns = columns
        self.x_source, self.y_source, self.x_target, self.y_target = x_source, y_source, x_target, y_target

    @classmethod
    def from_network(cls, network: DANN, pair: DomainPair, head: str = "label", points: int = 300) -> BoundaryDisplay:
        """The regions of ``head``, "label" or "domain", for a pair in the plane.

        The points are test points: their true classes can be shown without the oracle. Raises ValueError for other
        pairs.
        """
        check_network_and_pair(network, pair, points)
        if pair.x_source.shape[1:] != (2,):
            raise ValueError(f"pair: got {pair!r}, expected points in the plane")
        _validate.one_of("head", head, HEADS)
        xs, ys, values = _on_a_grid(
            np.concatenate([pair.x_source_test, pair.x_target_test]),
            network.label_logits if head == "label" else network.domain_logits,
        )
        source, target = (pair.x_source_test, pair.y_source_test), (pair.x_target_test, style.target_labels(pair))
        shown = slice(0, points)
        (x_source, y_source), (x_target, y_target) = ((x[shown], y[shown]) for x, y in (source, target))
        return cls(xs, ys, values, x_source, y_source, x_target, y_target, head, pair.classes_)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        sample_domain: Any = None,
        *,
        X_target: Any = None,
        y_target: Any = None,
        head: str = "label",
        points: int = 300,
    ) -> BoundaryDisplay:
        """The regions of a fitted classifier for target inputs, over the rows of X (n, 2), in the units of X.

        ``sample_domain`` (n,): at least 0 for source rows, below 0 for target rows; None: all rows are target. Or the
        target comes as ``X_target`` (m, 2), and X is the source. ``y`` (n,), ``y_target`` (m,): labels, or None; those
        of target rows may be missing, -1 or "". Any classifier will do, also a pipeline or a search; ``head="domain"``
        needs ``predict_domain``. At most ``points`` random rows of each domain are drawn. Raises ValueError for X of
        another width.
        """
        _validate.one_of("head", head, HEADS)
        _validate.whole_number("points", points, least=1)
        methods = ("predict_domain",) if head == "domain" else ("predict_proba", "decision_function", "predict")
        rows = estimator_rows(estimator, X, y, sample_domain, X_target, y_target, *methods)
        plane = _plane(rows)
        if plane.shape[1] != 2:
            raise ValueError(f"X: got {plane.shape[1]} columns, expected points of the plane (n, 2)")
        span = np.ptp(plane, axis=0)
        margin = 0.1 * np.where(span > 0, span, 1)  # the columns of a table can have any unit
        xs, ys, values = _on_a_grid(plane, partial(_scores, rows.estimator, methods, X), margin)
        shown = rows.some(points)
        x, y_of, source = _plane(shown), shown.labels, shown.is_source
        columns = [str(name) for name in X.columns] if hasattr(X, "iloc") else None
        return cls(xs, ys, values, x[source], y_of[source], x[~source], y_of[~source], head, rows.names, columns)

    def plot(self, ax: Any = None, title: str = "") -> BoundaryDisplay:
        """Draw on ``ax``, or on a new figure with a legend if None."""
        import matplotlib.pyplot as plt

        check_drawing(ax, title)
        given, ax = ax, plt.subplots(layout="constrained")[1] if ax is None else ax
        self._plot_regions(ax)
        by_domain = {"source": (self.x_source, self.y_source), "target": (self.x_target, self.y_target)}
        for domain, marker, size in DOMAINS:
            look = {"s": size, "marker": marker, "lw": 0.7}
            if self.head == "domain":
                colour = style.SOURCE if domain == "source" else style.TARGET
                _scatter(ax, by_domain[domain][0], domain, colour, domain, look)
            else:
                self._plot_classes(ax, domain, *by_domain[domain], look)
        if self.head == "label" and not self._is_few():
            x, y = (np.concatenate(parts) for parts in zip(by_domain["source"], by_domain["target"]))
            write_names(ax, x, y, self.classes)
        ax.set(title=title)
        if self.columns is None:
            ax.set(xticks=[], yticks=[])
        else:
            ax.set(xlabel=self.columns[0], ylabel=self.columns[1])
        width, height = np.ptp(self.xs), np.ptp(self.ys)
        if max(width, height) < ALIKE * min(width, height):  # else the picture would be a line
            ax.set_aspect("equal")
        if given is None:
            style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _n_classes(self) -> int:
        """The number of classes of the head, and of classes that only points have."""
        of_points = [int(y.max(initial=0)) + 1 for y in (self.y_source, self.y_target)]
        return max(2 if self.values.ndim == 2 else self.values.shape[-1], *of_points)

    def _is_few(self) -> bool:
        """Whether a legend tells the classes apart."""
        return self._n_classes() == 2

    def _plot_regions(self, ax: Any) -> None:
        """A colour for each region, and a line between two."""
        colours = class_colours(self._n_classes()) if self.head == "label" else (style.SOURCE, style.TARGET)
        if self.values.ndim == 2:
            regions, distances = self.values > 0, [self.values]
        else:
            regions = self.values.argmax(axis=-1)
            best_two = np.sort(self.values, axis=-1)[..., -2:]
            own = regions[..., None] == np.arange(self.values.shape[-1])
            # of each class, to the best other class: 0 on the edge of its region
            distances = list(np.moveaxis(self.values - np.where(own, best_two[..., :1], best_two[..., 1:]), -1, 0))
        count = 2 if self.values.ndim == 2 else self.values.shape[-1]
        edges = np.arange(count + 1) - 0.5
        ax.contourf(self.xs, self.ys, regions, levels=edges, colors=colours[:count], alpha=0.16)
        for distance in distances:
            if distance.min() < 0 < distance.max():
                ax.contour(self.xs, self.ys, distance, levels=[0], colors="black", linewidths=1.6)

    def _plot_classes(self, ax: Any, domain: str, x: np.ndarray, y: np.ndarray, look: dict[str, Any]) -> None:
        """The points of one domain, each class in its colour. The legend has the classes if there are two."""
        few, colours = self._is_few(), class_colours(self._n_classes())
        for label, rows in labels_of(y, few):
            colour = style.CHANCE if label == style.UNKNOWN else colours[label]
            words = f"{domain}, {class_words(label, self.classes)}" if few or label == style.UNKNOWN else None
            _scatter(ax, x[rows], domain, colour, words, look)
        if not few and (y != style.UNKNOWN).any():  # an empty artist, for the legend
            _scatter(ax, x[:0], domain, "0.3", domain, look)


def _scatter(ax: Any, x: np.ndarray, domain: str, colour: str, words: str | None, look: dict[str, Any]) -> None:
    """Source points filled, target points hollow."""
    face = colour if domain == "source" else "none"
    ax.scatter(*x.T, facecolors=face, edgecolors=colour, label=words, **look)


def _plane(rows: EstimatorRows) -> np.ndarray:
    """All rows as points, float64."""
    return np.concatenate([_validate.array("X", part, 2, "points of the plane (n, 2)") for part, _ in rows.parts])


def _scores(estimator: Any, methods: tuple[str, ...], like: Any, grid: np.ndarray) -> np.ndarray:
    """The scores of target inputs (n, 2) by the first of ``methods`` that the estimator has: (n,) or (n, classes)."""
    method = next(method for method in methods if hasattr(last_step(estimator), method))
    if hasattr(like, "iloc"):  # a DataFrame: the estimator knows its columns by name
        grid = type(like)(grid, columns=like.columns)
    found = np.asarray(result_of(estimator, method, grid, np.full(len(grid), -1)))
    if method == "decision_function":
        return found
    if method == "predict":
        return (found[:, None] == estimator.classes_).astype(float)
    tiny = np.finfo(np.float64).tiny  # logarithms, of which the line between two regions is smooth
    if method == "predict_domain":
        return np.log(np.maximum(found, tiny)) - np.log(np.maximum(1 - found, tiny))
    return np.log(np.maximum(found, tiny))


def _on_a_grid(
    points: np.ndarray, scores: Callable[[np.ndarray], np.ndarray], margin: float | np.ndarray = 0.35
) -> tuple[np.ndarray, ...]:
    """``scores`` on a grid around ``points`` (n, 2): the two axes, and the values of a BoundaryDisplay.

    Scores (n,) stay. Scores (n, 2) of two classes become one difference. ``margin``: around the points, one for both
    axes or (2,).
    """
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    xs, ys = (np.linspace(low[i], high[i], GRID, dtype=np.float32) for i in (0, 1))
    values = scores(np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2))
    if values.ndim == 2 and values.shape[1] == 2:
        values = values[:, 1] - values[:, 0]
    return xs, ys, values.reshape(GRID, GRID, *values.shape[1:])
