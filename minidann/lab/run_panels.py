"""The panels of one run in the lab's window: both heads, the features, the curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..compare.reversal_forms import FORMS
from ..engine.blas import one_thread
from ..plots.film.legend import TEXT, fit_key
from ..plots.film.panels import push_name
from ..plots.film.principal_plane import Plane, follow
from ..plots.film.training_panels import TrainingPanels
from .area import Area, Box
from .experiment import Experiment

ROOM = {"curves": 1.34}  # the width of the key of a panel, as a share of the panel's place
DRAWING_LIMITS = ((-1.7, -1.5), (2.7, 2.0))  # the plane for drawing by hand


class RunPanels:
    """Four panels of one run. ``places``: their boxes by name, in shares of an area. ``compact``: shorter words, for
    narrow panels.

    ``begin`` makes the panels of a run, ``show`` moves them to its present state, ``fill`` puts them into an area.
    """

    def __init__(self, figure: Any, places: Mapping[str, Box], letters: float, compact: bool = False) -> None:
        self.figure, self.places, self.letters, self.compact = figure, places, letters, compact
        self.axes = {name: figure.add_axes(place) for name, place in places.items()}
        self.panels: TrainingPanels | None = None
        self._plane: Plane | None = None
        self._made_for: tuple[Any, ...] = ()  # see _picture_of

    def fill(self, area: Area) -> None:
        """Put all panels into ``area``."""
        for ax, place in zip(self.axes.values(), self.places.values()):
            ax.set_position(area.box(place))
        self._fit_keys()

    def _fit_keys(self) -> None:
        """Give each key below a panel as few lines as fit into the panel's place."""
        for name, ax in self.axes.items():
            key = ax.get_legend()
            if key is None:
                continue
            for text in key.get_texts() if self.compact else ():
                text.set_text(text.get_text().replace(" of the domain head", ""))
            room = ROOM.get(name, 1.14) * ax.get_position(original=True).width * self.figure.bbox.width
            fit_key(ax, room, self.letters)

    def remove(self) -> None:
        """Take all panels off the figure."""
        for ax in self.axes.values():
            ax.remove()

    def begin(self, experiment: Experiment) -> None:
        """Make the panels for a new run; or an empty plane to draw on, if too little is drawn by hand.

        A run on the same points keeps the panels of the run before: to make new ones takes a tenth of a second.
        """
        pair, training, picture = experiment.pair, experiment.training, self._picture_of(experiment)
        same = picture and len(picture) == len(self._made_for) and all(map(np.array_equal, picture, self._made_for))
        if same and self.panels is not None and pair is not None and training is not None:
            self._plane = self.panels.plane = follow(experiment.network(), pair)
            self.panels.restart(training.recipe.steps)
        else:
            self._begin_anew(experiment)
        self._made_for = picture
        self.set_form(experiment.settings.form)

    def _begin_anew(self, experiment: Experiment) -> None:
        for ax in self.axes.values():
            ax.clear()
            ax.set_visible(True)
        self._plane, self.panels = None, None
        if experiment.training is not None and experiment.pair is not None:
            self._make(experiment)
        else:
            for name in ("domain", "features", "curves"):
                self.axes[name].set_visible(False)
            self.axes["label"].set_title("draw here, with the button held", fontsize=self.letters + 1)

    def _make(self, experiment: Experiment) -> None:
        assert experiment.training is not None
        assert experiment.pair is not None
        self._plane = follow(experiment.network(), experiment.pair)
        places, steps = list(self.axes.values()), experiment.training.recipe.steps
        view = DRAWING_LIMITS if experiment.settings.pair == "drawn" else None
        letters, largest = self.letters / TEXT, experiment.settings.adapt_weight
        self.panels = TrainingPanels(places, experiment.pair, self._plane, steps, letters, view, largest, before=True)
        for ax in places:
            for title in (ax.title, ax._left_title, ax._right_title):
                title.set_fontsize(self.letters + 0.5)
                if self.compact:
                    title.set_text(title.get_text().partition(":")[0].partition(" (")[0])
            if self.compact:
                ax.set_xlabel(ax.get_xlabel().replace("plane of two", "two"))
        self._fit_keys()

    def _picture_of(self, experiment: Experiment) -> tuple[Any, ...]:
        """All that the fixed artists show; () for points drawn by hand, whose marks lie on the axes."""
        pair, training, settings = experiment.pair, experiment.training, experiment.settings
        if pair is None or training is None or settings.pair == "drawn":
            return ()
        points = pair.x_source_test, pair.y_source_test, pair.x_target_test, pair.y_target_test
        places = [self.figure.bbox.size, *(ax.get_position(original=True).bounds for ax in self.axes.values())]
        return settings.pair, training.recipe.steps, settings.adapt_weight, pair.n_classes, *points, *places

    def set_form(self, form: str) -> None:
        """Name the push after the sign that it has in this form."""
        if self.panels is not None:
            self.panels.name_push(push_name(FORMS[form]))

    def show(self, experiment: Experiment, averaged: bool) -> bool:
        """Move the panels. Returns whether there is a run to show: there is none before all is drawn, and none
        whose losses are not finite.
        """
        training, pair = experiment.training, experiment.pair
        if experiment.ran_off or training is None or pair is None or self.panels is None:
            return False
        with one_thread:  # singular values and planes are small products, outside the engine's own
            network = experiment.network(averaged)
            self._plane = self.panels.plane = follow(network, pair, self._plane)
            push = FORMS[training.form].arriving(experiment.adapt_weight)["L_d at theta_f"]
            scores = {
                "target": experiment.scores,
                "source": experiment.source_scores,
                "before": experiment.scores_before,
            }
            now = training.step_count, experiment.adapt_weight, training.history
            self.panels.draw(network, *now, push, scores, experiment.events)
        return True

    def moving(self) -> list[Any]:
        """The artists that ``show`` moves, in drawing order."""
        return self.panels.moving() if self.panels else []

    def seldom(self) -> list[Any]:
        """The artists that seldom change: the words of events."""
        return self.panels.seldom() if self.panels else []
