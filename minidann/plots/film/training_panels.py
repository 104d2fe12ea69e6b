"""One step of a training in four panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...adapt.dann import DANN
from ...data.pairs import DomainPair
from ...engine.blas import one_thread
from ..curves import History
from .curves_panel import CurvesPanel, Scores
from .image_panels import DomainImagesPanel, LabelImagesPanel
from .panels import BoundaryPanel, FeaturesPanel
from .principal_plane import Plane, features_of, pull_and_push

GRID = 80  # points on each side of the plane at which a head is evaluated


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
    largest : float
        The largest λ for which the curves have room.
    before : bool
        Whether the key of the curves names the run before.
    """

    def __init__(
        self,
        axes: Sequence[Any],
        pair: DomainPair,
        plane: Plane,
        steps: int,
        letters: float = 1.0,
        view: Any = None,
        largest: float = 1.0,
        before: bool = False,
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
        self._curves = CurvesPanel(axes[3], steps, letters, largest, before)

    def restart(self, steps: int) -> None:
        """Make the panels ready for another run of ``steps`` steps on the same points."""
        self._curves.reach(steps)

    def draw(
        self,
        network: DANN,
        step: int,
        adapt_weight: float,
        history: History,
        push: float | None = None,
        scores: Mapping[str, Scores] | None = None,
        events: Sequence[tuple[int, str]] = (),
    ) -> None:
        """Move all panels to ``network`` after ``step`` steps.

        ``adapt_weight``: λ at this step. ``history``: the rows up to it. ``push``: the factor of the push on the
        features, if it is not −λ. ``scores``, ``events``: as in CurvesPanel. The change is visible after the figure is
        drawn, or the ``moving`` artists are painted over the ``seldom`` ones.
        """
        with one_thread:  # also for the products of plane and arrows
            self._label.show(network)
            self._domain.show(network)
            pull, pushed = pull_and_push(network, self.pair, adapt_weight)
            gradients = pull, pushed if push is None else push * pull
            self._features.draw(features_of(network, self.pair), gradients, self.plane)
        self._curves.draw(history, step, scores, events)

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

    def seldom(self) -> list[Any]:
        """The artists that need not move in each frame, in drawing order: the answers for images, words of events."""
        return [*self._label.seldom, *self._domain.seldom, *self._curves.seldom]
