"""Where t-SNE puts the features of both domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from . import style


class EmbeddingDisplay:
    """Features of test examples of both domains, brought into the plane by t-SNE, for one network or more.

    ``embeddings``: by the network's name, (n + m, 2): n source examples, then m target ones; ``y_source`` (n,),
    ``y_target`` (m,). After ``plot``: ``axes_`` (networks, 2), ``figure_``.
    """

    def __init__(self, embeddings: Mapping[str, np.ndarray], y_source: np.ndarray, y_target: np.ndarray) -> None:
        self.embeddings, self.y_source, self.y_target = embeddings, y_source, y_target

    @classmethod
    def from_networks(
        cls, networks: Mapping[str, DANN], pair: DomainPair, points: int = 300, seed: int = 0
    ) -> EmbeddingDisplay:
        """A t-SNE of each network's features of the first ``points`` test examples of each domain."""
        _validate.whole_number("points", points, least=2)
        _validate.whole_number("seed", seed, least=0)
        embeddings = {}
        for name, network in networks.items():
            source = network.transform(pair.x_source_test[:points], "source")
            target = network.transform(pair.x_target_test[:points])
            embeddings[name] = embed(np.concatenate([source, target]), seed)
        return cls(embeddings, pair.y_source_test[:points], pair.y_target_test[:points])

    def plot(self, axes: Any = None) -> EmbeddingDisplay:
        """Draw each network on a row of ``axes`` (networks, 2), or of a new figure if None: by domain, by class."""
        from matplotlib.figure import Figure

        if axes is None:
            rows = len(self.embeddings)
            axes = Figure(figsize=(9, 4.5 * rows), layout="constrained").subplots(rows, 2, squeeze=False)
        self.axes_ = np.asarray(axes, dtype=object).reshape(-1, 2)
        for (by_domain, by_class), (name, embedded) in zip(self.axes_, self.embeddings.items()):
            source, target = np.split(embedded, [len(self.y_source)])
            _scatter(by_domain, source, target, style.SOURCE, style.TARGET)
            self._plot_classes(by_class, source, target)
            for ax, by in ((by_domain, "by domain"), (by_class, "by class")):
                ax.set(title=f"{name}, {by}", xticks=[], yticks=[])
                ax.set_xlabel("t-SNE: distances between clusters mean little")
        nothing = np.empty((0, 2))
        for ax, colours in zip(self.axes_[-1], ((style.SOURCE, style.TARGET), ("0.3", "0.3"))):
            style.legend_below(ax, handles=_scatter(ax, nothing, nothing, *colours), markerscale=1.6)
        self.figure_ = self.axes_[0, 0].figure
        return self

    def _plot_classes(self, ax: Any, source: np.ndarray, target: np.ndarray) -> None:
        """Points of each class in its colour, and its label on them, so that colours need not be told apart."""
        from matplotlib.patheffects import withStroke

        labels = np.union1d(self.y_source, self.y_target)
        for label in labels:
            colour = style.MANY_CLASSES[label % len(style.MANY_CLASSES)]
            _scatter(ax, source[self.y_source == label], target[self.y_target == label], colour, colour)
        for label in labels:  # after all points, lest some be drawn over a label
            mine = source[self.y_source == label]
            ax.annotate(
                str(label),
                middle_of(mine if len(mine) else target[self.y_target == label]),
                fontsize=13 if len(labels) <= 10 else 9,
                fontweight="bold",
                ha="center",
                va="center",
                path_effects=[withStroke(linewidth=3, foreground="white")],
            )


def _scatter(ax: Any, source: np.ndarray, target: np.ndarray, colour: str, target_colour: str) -> list[Any]:
    """Source points (n, 2) filled, target ones (m, 2) hollow. Returns both, for a legend."""
    return [
        ax.scatter(*source.T, s=16, marker="o", color=colour, lw=0, alpha=0.85, label="source"),
        ax.scatter(*target.T, s=18, marker="^", facecolors="none", edgecolors=target_colour, lw=0.9, label="target"),
    ]


def embed(features: np.ndarray, seed: int) -> np.ndarray:
    """t-SNE of features (n, width): (n, 2). The same every time."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    if features.shape[1] == 1:  # a single unit has no second direction: put a flat one beside it
        features = np.hstack([features, np.zeros_like(features)])
    # features that are all alike, of a network that learnt nothing, have no principal components to begin from
    init = "pca" if features.var(axis=0).any() else "random"
    perplexity = min(30.0, (len(features) - 1) / 3)  # about how many neighbours count; it must be fewer than all
    with threadpool_limits(1):  # for so few points, threads mostly wait: where cores are shared, 20 times as long
        return TSNE(init=init, perplexity=perplexity, random_state=seed).fit_transform(features)


def middle_of(points: np.ndarray) -> np.ndarray:
    """The one of points (n, 2) that is nearest to their median, which itself may lie in another cluster."""
    return points[((points - np.median(points, axis=0)) ** 2).sum(axis=1).argmin()]
