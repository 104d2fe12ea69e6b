"""The features of both domains in the plane, by t-SNE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from . import style
from .arguments import check_named, several_axes
from .points_by_class import write_names


class EmbeddingDisplay:
    """Features of test examples of both domains in the plane, by t-SNE, for one or more networks.

    ``embeddings``: arrays (n + m, 2) by the name of the network, n source examples and then m target examples.
    ``y_source`` (n,), ``y_target`` (m,). ``classes``: the name of each class, by default its number. After ``plot``:
    ``axes_`` (networks, 2), ``figure_``.
    """

    def __init__(
        self, embeddings: Mapping[str, np.ndarray], y_source: np.ndarray, y_target: np.ndarray, classes: Any = None
    ) -> None:
        self.embeddings, self.y_source, self.y_target = embeddings, y_source, y_target
        self.classes = classes

    @classmethod
    def from_networks(
        cls, networks: Mapping[str, DANN], pair: DomainPair, points: int = 300, seed: int = 0
    ) -> EmbeddingDisplay:
        """The t-SNE of each network's features of the first ``points`` test examples of each domain."""
        check_named("networks", networks, DANN)
        _validate.instance("pair", pair, DomainPair)
        _validate.whole_number("points", points, least=2)
        _validate.whole_number("seed", seed, least=0)
        embeddings = {}
        for name, network in networks.items():
            source = network.transform(pair.x_source_test[:points], "source")
            target = network.transform(pair.x_target_test[:points])
            embeddings[name] = embed(np.concatenate([source, target]), seed)
        return cls(embeddings, pair.y_source_test[:points], style.target_labels(pair)[:points], pair.classes_)

    def plot(self, axes: Any = None) -> EmbeddingDisplay:
        """Draw each network on a row of ``axes`` (networks, 2), or of a new figure: by domain, and by class."""
        from matplotlib.figure import Figure

        if axes is None:
            rows = len(self.embeddings)
            axes = Figure(figsize=(9, 4.5 * rows), layout="constrained").subplots(rows, 2, squeeze=False)
        self.axes_ = several_axes("axes", axes, 2 * len(self.embeddings)).reshape(-1, 2)
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
        """The points of each class in its colour, with the label of the class on them: colour alone need not tell."""
        for label in np.union1d(self.y_source, self.y_target):
            known = label != style.UNKNOWN
            colour = style.MANY_CLASSES[label % len(style.MANY_CLASSES)] if known else style.CHANCE
            _scatter(ax, source[self.y_source == label], target[self.y_target == label], colour, colour)
        only_target = ~np.isin(self.y_target, self.y_source)  # a class that the source has is named there
        points = np.concatenate([source, target[only_target]])
        write_names(ax, points, np.concatenate([self.y_source, self.y_target[only_target]]), self.classes)


def _scatter(ax: Any, source: np.ndarray, target: np.ndarray, colour: str, target_colour: str) -> list[Any]:
    """Source points (n, 2) filled, target points (m, 2) hollow. Returns both artists, for a legend."""
    return [
        ax.scatter(*source.T, s=16, marker="o", color=colour, lw=0, alpha=0.85, label="source"),
        ax.scatter(*target.T, s=18, marker="^", facecolors="none", edgecolors=target_colour, lw=0.9, label="target"),
    ]


def embed(features: np.ndarray, seed: int) -> np.ndarray:
    """The t-SNE of features (n, width): (n, 2). The result is the same every time."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    if features.shape[1] == 1:  # one unit has no second direction: add a constant one
        features = np.hstack([features, np.zeros_like(features)])
    # equal features, of a network that learnt nothing, have no principal components to start from
    init = "pca" if features.var(axis=0).any() else "random"
    perplexity = min(
        30.0, (len(features) - 1) / 3
    )  # about the number of neighbours that count; below the number of points
    with threadpool_limits(1):  # for so few points threads mostly wait: on shared cores they take 20 times as long
        return TSNE(init=init, perplexity=perplexity, random_state=seed).fit_transform(features)
