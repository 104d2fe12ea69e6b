"""A training at one moment in four panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from ..adapt.dann import DANN
from ..data.pairs import DomainPair
from ..engine.backprop import backprop
from .curves import History
from .painting import Painter
from .panels import ARROWS, TITLE, BoundaryPanel, CurvesPanel, FeaturesPanel, shown_points

GRID = 80  # points along each side of the plane at which a head is asked
LONG = 0.16  # the longest arrows but one in twenty, in diagonals of what features are seen in
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
        features = np.concatenate([features_of(network, pair) for network in networks])
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
    another may be set between two moments. ``letters``: a factor on the size of letters and dots. ``view``: the lower
    left and the upper right corner of the data's plane, by default those of the points. Once made, it draws any moment
    of any training on ``pair``.
    """

    def __init__(
        self,
        axes: Sequence[Any],
        pair: DomainPair,
        plane: Plane,
        steps: int,
        letters: float = 1.0,
        view: Any = None,
    ) -> None:
        if pair.x_source.shape[1:] != (2,) or pair.classes != 2:
            raise ValueError(f"pair: got {pair!r}, expected points in the plane of two classes")
        if len(axes) != 4:
            raise ValueError(f"axes: got {len(axes)}, expected 4")
        self.pair, self.plane = pair, plane
        self._blas = ThreadpoolController().select(user_api="blas")
        self._label = BoundaryPanel(axes[0], pair, "label", GRID, letters, view)
        self._domain = BoundaryPanel(axes[1], pair, "domain", GRID, letters, view)
        self._features = FeaturesPanel(axes[2], pair, letters)
        self._curves = CurvesPanel(axes[3], steps, letters)

    def draw(self, network: DANN, step: int, adapt_weight: float, history: History) -> None:
        """Move everything to ``network``, as it is after ``step`` steps. ``adapt_weight``: λ of then; ``history``: the
        rows until then. To be seen, the figure must be drawn, or what is ``moving`` painted.
        """
        with self._blas.limit(limits=1):  # products this small only wait for a second thread
            logits = network.label_logits(self._label.grid)
            self._label.draw(logits[:, 1] - logits[:, 0])
            self._domain.draw(network.domain_logits(self._domain.grid))
            gradients = pull_and_push(network, self.pair, adapt_weight)
            self._features.draw(features_of(network, self.pair), gradients, self.plane)
        self._curves.draw(history, step)

    def moving(self) -> list[Any]:
        """The artists that ``draw`` moves, in the order in which a figure draws them."""
        moving = []
        for panel in (self._label, self._domain, self._features, self._curves):
            # the frame stands still, but over what moves
            moving += sorted([*panel.moving, *panel.ax.spines.values()], key=lambda artist: artist.get_zorder())
        return moving


class MomentFigure:
    """A figure of the four panels, two by two, under a line that says where the run stands. ``figure``, ``panels``."""

    def __init__(self, figure: Any, pair: DomainPair, plane: Plane, steps: int) -> None:
        self.figure, self.steps = figure, steps
        self._title = figure.suptitle(" ", x=0.012, ha="left", fontsize=TITLE + 2, weight="bold")
        self.panels = MomentPanels(figure.subplots(2, 2).ravel(), pair, plane, steps)
        self._painter = Painter(figure, lambda: [self._title, *self.panels.moving()])

    def draw(self, network: DANN, step: int, adapt_weight: float, history: History) -> None:
        """As that of MomentPanels, and the line above."""
        self.panels.draw(network, step, adapt_weight, history)
        pair = self.panels.pair
        right = 100 * network.accuracy(pair.x_target_test, pair.y_target_test)
        numbers = f"{step:{len(str(self.steps))}}", f"{right:5.1f}"
        done, score = (number.replace(" ", DIGIT) for number in numbers)
        self._title.set_text(f"step {done} of {self.steps}      λ = {adapt_weight:.2f}      target: {score} % right")

    def paint(self) -> None:
        """Bring the moment onto the figure's canvas, an Agg one, several times as fast as ``canvas.draw`` does."""
        self._painter.paint()


def features_of(network: DANN, pair: DomainPair) -> np.ndarray:
    """The features of the points that are shown, source first."""
    (source, _, _), (target, _, _) = shown_points(pair)
    return np.concatenate([network.transform(source, "source"), network.transform(target)])
