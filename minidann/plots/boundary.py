"""The decision regions of a network on points of the plane."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from . import style
from .arguments import check_drawing, check_network_and_pair

GRID = 250  # points on each side of the background


class BoundaryDisplay:
    """The decision regions of one head, with points of both domains over them.

    ``values`` (GRID, GRID): a value above 0 is class 1 for the label head, and target for the domain head.
    ``x_source``, ``x_target`` (n, 2): points, with labels ``y_source``, ``y_target`` (n,). After ``plot``: ``ax_``,
    ``figure_``.
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
    ) -> None:
        self.xs, self.ys, self.values, self.head = xs, ys, values, head
        self.x_source, self.y_source, self.x_target, self.y_target = x_source, y_source, x_target, y_target

    @classmethod
    def from_network(cls, network: DANN, pair: DomainPair, head: str = "label", points: int = 300) -> BoundaryDisplay:
        """The regions of ``head``, "label" or "domain", for a pair in the plane with two classes.

        The points are test points: their true classes can be shown without the oracle. Raises ValueError for other
        pairs.
        """
        check_network_and_pair(network, pair, points)
        if pair.x_source.shape[1:] != (2,) or pair.n_classes != 2:
            raise ValueError(f"pair: got {pair!r}, expected points in the plane of two classes")
        _validate.one_of("head", head, ("label", "domain"))
        everything = np.concatenate([pair.x_source_test, pair.x_target_test])
        low, high = everything.min(axis=0) - 0.35, everything.max(axis=0) + 0.35
        xs, ys = (np.linspace(low[i], high[i], GRID, dtype=np.float32) for i in (0, 1))
        grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        if head == "label":
            logits = network.label_logits(grid)
            values = logits[:, 1] - logits[:, 0]
        else:
            values = network.domain_logits(grid)
        shown = slice(0, points)
        return cls(
            xs,
            ys,
            values.reshape(GRID, GRID),
            pair.x_source_test[shown],
            pair.y_source_test[shown],
            pair.x_target_test[shown],
            style.target_labels(pair)[shown],
            head,
        )

    def plot(self, ax: Any = None, title: str = "") -> BoundaryDisplay:
        """Draw on ``ax``, or on a new figure if None."""
        import matplotlib.pyplot as plt

        check_drawing(ax, title)
        ax = plt.subplots(layout="constrained")[1] if ax is None else ax
        colours = style.CLASSES if self.head == "label" else (style.SOURCE, style.TARGET)
        ax.contourf(self.xs, self.ys, self.values > 0, levels=[-0.5, 0.5, 1.5], colors=colours, alpha=0.16)
        if self.values.min() < 0 < self.values.max():
            ax.contour(self.xs, self.ys, self.values, levels=[0], colors="black", linewidths=1.6)
        for x, y, marker, size, domain in (
            (self.x_source, self.y_source, "o", 9, "source"),
            (self.x_target, self.y_target, "^", 13, "target"),
        ):
            for label in style.two_classes(y):
                by_class = style.CLASSES[label] if label != style.UNKNOWN else style.CHANCE
                colour = by_class if self.head == "label" else colours[domain == "target"]
                title_of = f"{domain}, {style.class_name(label)}"
                name = title_of if self.head == "label" else domain if label in (0, style.UNKNOWN) else None
                shown = x[y == label]
                face = colour if domain == "source" else "none"
                ax.scatter(*shown.T, s=size, marker=marker, facecolors=face, edgecolors=colour, lw=0.7, label=name)
        ax.set(title=title, xticks=[], yticks=[])
        ax.set_aspect("equal")
        self.ax_, self.figure_ = ax, ax.figure
        return self
