"""One step of a training in four panels, and the figure of one film frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...adapt.dann import DANN
from ...adapt.predictor import accuracy_or_nan
from ...data.pairs import DomainPair
from ...engine.threads import one_thread
from ..curves import History
from .fast_redrawing import FastRedrawing
from .image_panels import DomainImagesPanel, LabelImagesPanel
from .panels import TITLE, BoundaryPanel, CurvesPanel, FeaturesPanel
from .principal_plane import Plane, features_of, pull_and_push

GRID = 80  # points on each side of the plane at which a head is evaluated
DIGIT = "\u2007"  # a space as wide as a digit: the line does not move when a number grows


class TrainingPanels:
    """Four panels: label boundary, domain boundary, features with the two gradients of L_d, and the losses so far.

    For images, in the place of the boundaries: some images with the answers of each head.

    Parameters
    ----------
    axes : four axes
        Axes of one figure, in this order.
    pair : DomainPair
        A pair in the plane with two classes, or of images.
    steps : int
        The number of steps of the whole run.
    plane : Plane
        The plane of the features. It may be replaced between two frames.
    letters : float
        A factor on the size of letters and dots.
    view : pair of points
        The lower left and upper right corner of the data's plane; by default those of the points.
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
        shape = pair.x_source.shape[1:]
        images = len(shape) == 3 and shape[-1] in (1, 3)
        if not images and (shape != (2,) or pair.n_classes != 2):
            raise ValueError(f"pair: got {pair!r}, expected points in the plane of two classes, or images")
        if len(axes) != 4:
            raise ValueError(f"axes: got {len(axes)}, expected 4")
        self.pair, self.plane = pair, plane
        self._label: BoundaryPanel | LabelImagesPanel
        self._domain: BoundaryPanel | DomainImagesPanel
        if images:
            self._label = LabelImagesPanel(axes[0], pair, letters)
            self._domain = DomainImagesPanel(axes[1], pair, letters)
        else:
            self._label = BoundaryPanel(axes[0], pair, "label", GRID, letters, view)
            self._domain = BoundaryPanel(axes[1], pair, "domain", GRID, letters, view)
        self._features = FeaturesPanel(axes[2], pair, letters)
        self._curves = CurvesPanel(axes[3], steps, letters)

    def draw(self, network: DANN, step: int, adapt_weight: float, history: History, push: float | None = None) -> None:
        """Move all panels to ``network`` after ``step`` steps.

        ``adapt_weight``: λ at this step. ``history``: the rows up to it. ``push``: the factor of the push on the
        features, if it is not −λ. The change is visible after the figure is drawn, or the ``moving`` artists are
        painted.
        """
        with one_thread:  # also for the products of plane and arrows
            self._label.show(network)
            self._domain.show(network)
            pull, pushed = pull_and_push(network, self.pair, adapt_weight)
            gradients = pull, pushed if push is None else push * pull
            self._features.draw(features_of(network, self.pair), gradients, self.plane)
        self._curves.draw(history, step)

    def name_push(self, text: str) -> None:
        """Replace the name "push: × −λ" in the key."""
        self._features.name_push(text)

    def moving(self) -> list[Any]:
        """The artists that ``draw`` moves, in drawing order."""
        moving = []
        for panel in (self._label, self._domain, self._features, self._curves):
            # the frame is fixed, but lies above moving artists
            moving += sorted([*panel.moving, *panel.ax.spines.values()], key=lambda artist: artist.get_zorder())
        return moving


class FilmFrame:
    """A figure of the four panels, two by two, below a line with the state of the run. ``figure``, ``panels``."""

    def __init__(self, figure: Any, pair: DomainPair, plane: Plane, steps: int) -> None:
        self.figure, self.steps = figure, steps
        self._title = figure.suptitle(" ", x=0.012, ha="left", fontsize=TITLE + 2, weight="bold")
        self.panels = TrainingPanels(figure.subplots(2, 2).ravel(), pair, plane, steps)
        self._painter = FastRedrawing(figure, lambda: [self._title, *self.panels.moving()])

    def draw(self, network: DANN, step: int, adapt_weight: float, history: History) -> None:
        """Move all panels, as in TrainingPanels, and the line above them."""
        self.panels.draw(network, step, adapt_weight, history)
        pair = self.panels.pair
        done = f"{step:{len(str(self.steps))}}".replace(" ", DIGIT)
        text = f"step {done} of {self.steps}      λ = {adapt_weight:.2f}"
        if pair.y_target_test is not None:
            right = 100 * accuracy_or_nan(network, pair.x_target_test, pair.y_target_test)
            score = f"{right:5.1f}".replace(" ", DIGIT)
            text += f"      target: {score} % right"
        self._title.set_text(text)

    def paint(self) -> None:
        """Bring the frame onto the figure's Agg canvas, several times as fast as ``canvas.draw``."""
        self._painter.paint()
