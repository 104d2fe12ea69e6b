"""The features of a network in the plane, and its single hidden units."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from ..engine.backend import to_numpy
from ..nn.layers import Dense, Normalise, Sequential
from . import style
from .arguments import check_drawing, check_network_and_pair
from .estimator_rows import estimator_rows
from .points_by_class import class_words, labels_of, write_names


class FeaturesDisplay:
    """The features of both domains in the plane of their two largest principal components.

    ``source`` (n, 2), ``target`` (m, 2): features, with labels ``y_source``, ``y_target``, positions or -1 for an
    unknown label. ``explained``: the share of the variance in this plane. ``classes``: the name of each position, by
    default its number. The colour is the domain. The marker is the class, of two classes; the names of more classes are
    written on the points of each domain. After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(
        self,
        source: np.ndarray,
        y_source: np.ndarray,
        target: np.ndarray,
        y_target: np.ndarray,
        explained: float,
        classes: Any = None,
    ) -> None:
        self.source, self.y_source, self.target, self.y_target = source, y_source, target, y_target
        self.explained, self.classes = explained, classes

    @classmethod
    def from_network(cls, network: DANN, pair: DomainPair, points: int = 300) -> FeaturesDisplay:
        """The features of test points, in the principal components of both domains together."""
        check_network_and_pair(network, pair, points)
        source = network.transform(pair.x_source_test[:points], "source")
        target = network.transform(pair.x_target_test[:points])
        labels = pair.y_source_test[:points], style.target_labels(pair)[:points]
        return cls._in_a_plane(source, labels[0], target, labels[1], pair.classes_)

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
        points: int = 300,
    ) -> FeaturesDisplay:
        """The features of the rows of X by a fitted estimator with ``transform``, such as DANNClassifier.

        Of a pipeline whose last step is a classifier without ``transform``, the features are the inputs of this step.
        ``sample_domain`` (n,): at least 0 for source rows, below 0 for target rows; None: all rows are target. Or the
        target comes as ``X_target``, and X is the source. ``y`` (n,), ``y_target`` (m,): labels, or None; those of
        target rows may be missing, -1 or "". At most ``points`` random rows of each domain are drawn.
        """
        _validate.whole_number("points", points, least=2)
        rows = estimator_rows(estimator, X, y, sample_domain, X_target, y_target).some(points)
        features, source, labels = rows.features(), rows.is_source, rows.labels
        return cls._in_a_plane(features[source], labels[source], features[~source], labels[~source], rows.names)

    @classmethod
    def _in_a_plane(
        cls, source: np.ndarray, y_source: np.ndarray, target: np.ndarray, y_target: np.ndarray, classes: Any
    ) -> FeaturesDisplay:
        """Features (n, width) and (m, width) in the principal components of both domains together."""
        from sklearn.decomposition import PCA

        if source.shape[1] == 1:  # one unit has no second direction: add a constant one
            source, target = (np.hstack([x, np.zeros_like(x)]) for x in (source, target))
        pca = PCA(2, svd_solver="full").fit(np.concatenate([source, target]))
        planes = [pca.transform(x) if len(x) else np.empty((0, 2)) for x in (source, target)]
        explained = float(pca.explained_variance_ratio_.sum())
        return cls(planes[0], y_source, planes[1], y_target, explained, classes)

    def plot(self, ax: Any = None, title: str = "") -> FeaturesDisplay:
        """Draw on ``ax``, or on a new figure with a legend if None."""
        import matplotlib.pyplot as plt

        check_drawing(ax, title)
        given, ax = ax, plt.subplots(layout="constrained")[1] if ax is None else ax
        few = max(y.max(initial=0) for y in (self.y_source, self.y_target)) < 2
        domains = (
            (self.source, self.y_source, style.SOURCE, "source"),
            (self.target, self.y_target, style.TARGET, "target"),
        )
        for x, y, colour, name in domains:
            look: dict[str, Any] = {"s": 16, "color": colour, "lw": 1, "alpha": 0.75}
            if few:
                for label, rows in labels_of(y, few):
                    words = f"{name}, {class_words(label, self.classes)}"
                    ax.scatter(*x[rows].T, marker="o+x"[label], label=words, **look)
            elif len(x):
                unknown = ", class unknown" * bool((y == style.UNKNOWN).all())
                look |= {"marker": "o"} if name == "source" else {"marker": "^", "facecolors": "none"}
                ax.scatter(*x.T, label=f"{name}{unknown}", **look)
        if not few:
            ax.margins(0.1)  # names are wide
            for x, y, colour, _ in domains:  # after all points: no point then covers a name
                write_names(ax, x, y, self.classes, color=colour)
        ax.set(title=title, xticks=[], yticks=[])
        ax.set_xlabel(f"first two principal components, {self.explained:.1%} of the variance")
        if given is None:
            style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


class HiddenUnitsDisplay:
    """The line of each unit of one hidden layer, on which the unit is half on (JMLR 2016, Fig. 2, right).

    ``weight`` (2, units), ``bias`` (units,): the line is x @ weight + bias = 0, in the coordinates of the pair.
    ``points`` (n, 2): drawn in grey for orientation. After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(self, weight: np.ndarray, bias: np.ndarray, points: np.ndarray) -> None:
        self.weight, self.bias, self.points = weight, bias, points

    @classmethod
    def from_network(cls, network: DANN, pair: DomainPair, points: int = 300) -> HiddenUnitsDisplay:
        """The units of features that are a Normalise, a Dense and an activation.

        Raises ValueError for other features.
        """
        check_network_and_pair(network, pair, points)
        features = network.features
        if not (isinstance(features, Sequential) and len(features) == 3):
            raise ValueError(f"network: got features {features!r}, expected Normalise, one Dense and an activation")
        normalise, dense = features[0], features[1]
        if not (isinstance(normalise, Normalise) and isinstance(dense, Dense)):
            raise ValueError(f"network: got features {features!r}, expected Normalise, one Dense and an activation")
        weight = to_numpy(dense.weight.data) * (1 / normalise.deviation)
        bias = to_numpy(dense.bias.data) - normalise.mean @ weight
        return cls(weight, bias, np.concatenate([pair.x_source_test[:points], pair.x_target_test[:points]]))

    def plot(self, ax: Any = None, title: str = "") -> HiddenUnitsDisplay:
        """Draw on ``ax``, or on a new figure if None."""
        import matplotlib.pyplot as plt

        check_drawing(ax, title)
        ax = plt.subplots(layout="constrained")[1] if ax is None else ax
        ax.scatter(*self.points.T, s=6, color="0.75")
        low, high = self.points.min(axis=0) - 0.35, self.points.max(axis=0) + 0.35
        ax.set(title=title, xticks=[], yticks=[], xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        for (a, b), c in zip(self.weight.T, self.bias):
            foot = -c * np.array([a, b]) / (a * a + b * b)  # the point of the line nearest to the origin
            ax.axline(foot, foot + np.array([-b, a]), color=style.LAMBDA, lw=0.8)
        ax.set_aspect("equal")
        self.ax_, self.figure_ = ax, ax.figure
        return self
