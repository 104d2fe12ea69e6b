"""The picture of an experiment in the lab's window: a line of state, the diagram, four panels, the probe's row."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..compare.reversal_forms import FORMS
from ..engine.threads import one_thread
from ..plots import style
from ..plots.film.fast_redrawing import FastRedrawing
from ..plots.film.panels import push_name
from ..plots.film.principal_plane import Plane, follow
from ..plots.film.training_panels import TrainingPanels
from .experiment import PROBED, Experiment
from .network_diagram import NetworkDiagram, said

LETTERS = 0.72  # size of letters, as a share of those in a film
DRAWING_LIMITS = ((-1.7, -1.5), (2.7, 2.0))  # the plane for drawing by hand
PANELS = {  # left, bottom, width, height, in shares of the figure
    "label": (0.225, 0.165, 0.245, 0.355),
    "domain": (0.485, 0.165, 0.245, 0.355),
    "features": (0.745, 0.165, 0.245, 0.355),
    "curves": (0.77, 0.665, 0.185, 0.21),
}
DIAGRAM = (0.225, 0.55, 0.505, 0.365)


class ExperimentView:
    """The scene. ``begin`` makes the panels of a run, ``show`` moves all to the present state of the experiment.

    ``axes``: the axes in PANELS by name. ``painter`` brings the scene onto the canvas. ``others`` returns artists that
    seldom move (controls), ``over`` artists that move above all others (the brush).
    """

    def __init__(
        self, figure: Any, others: Callable[[], Sequence[Any]] = tuple, over: Callable[[], Sequence[Any]] = tuple
    ) -> None:
        self.figure = figure
        self.axes = {name: figure.add_axes(place) for name, place in PANELS.items()}
        self.diagram = NetworkDiagram(figure.add_axes(DIAGRAM))
        self.panels: TrainingPanels | None = None
        self._plane: Plane | None = None
        self._state = figure.text(0.225, 0.935, "", fontsize=13, weight="bold", va="center")
        self._heads, self._probe = self._row()
        self.painter = FastRedrawing(
            figure,
            lambda: [*(self.panels.moving() if self.panels else []), *over()],
            lambda: [*self._seldom(), *others()],
        )

    def _seldom(self) -> list[Any]:
        """The artists of the scene that seldom change."""
        words = self.panels.seldom() if self.panels else []
        return [self._state, *self.diagram.artists(), *self._probe.values(), *words]

    def _row(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Make room for the numbers of the probe. Returns the texts above them and their own texts, by name."""
        self.figure.text(0.225, 0.06, "the probe's row for\nthe last feature layer", fontsize=10.5, va="center")
        heads, values = {}, {}
        for i, name in enumerate(PROBED.values()):
            x = 0.4 + 0.13 * i
            heads[name] = self.figure.text(x, 0.075, name.replace("L_", "∂L_"), fontsize=10.5, ha="center")
            values[name] = self.figure.text(x, 0.045, "", fontsize=13, ha="center", va="center", weight="bold")
        return heads, values

    def begin(self, experiment: Experiment) -> None:
        """Make the panels for a new run; or an empty plane to draw on, if too little is drawn by hand."""
        for ax in self.axes.values():
            ax.clear()
            ax.set_visible(True)
        self._plane, self.panels = None, None
        drawn = experiment.settings.pair == "drawn"
        if experiment.training is not None and experiment.pair is not None:
            self._plane = follow(experiment.network(), experiment.pair)
            places, steps = list(self.axes.values()), experiment.training.recipe.steps
            view = DRAWING_LIMITS if drawn else None
            largest = experiment.settings.adapt_weight
            self.panels = TrainingPanels(
                places, experiment.pair, self._plane, steps, LETTERS, view, largest, before=True
            )
        else:
            for name in ("domain", "features", "curves"):
                self.axes[name].set_visible(False)
            self.axes["label"].set_title("draw here, with the button held")
        self.set_form(experiment.settings.form)

    def set_form(self, form: str) -> None:
        """Draw the diagram with the node of the form in its place. "Before R" and "after R" are shown only
        with a node.
        """
        self.diagram.set_form(form)
        node = FORMS[form].node != "nowhere"
        for name, head in self._heads.items():
            there = node or "before" not in name
            symbol = name.replace("L_", "∂L_")
            head.set_text((symbol if node else symbol.removesuffix(" after R").removesuffix(" after")) if there else "")
            self._probe[name].set_visible(there)
        if self.panels is not None:
            self.panels.name_push(push_name(FORMS[form]))
        self.painter.forget()

    def show(self, experiment: Experiment, averaged: bool, phase: str | None, look: bool) -> None:
        """Move the panels; with ``look`` also the numbers. ``phase``: the last phase; None while the run goes on."""
        with one_thread:  # singular values and planes are small products, outside the engine's own
            self._show(experiment, averaged, phase, look)

    def _show(self, experiment: Experiment, averaged: bool, phase: str | None, look: bool) -> None:
        training, pair = experiment.training, experiment.pair
        message = _message(experiment)
        if message or training is None or pair is None or self.panels is None:
            # of a run whose losses are not finite too: its network gives no picture
            self._state.set(text=message, color=style.WRONG)
            for text in self._probe.values() if training is None else ():
                text.set_text("–")
            return
        network = experiment.network(averaged)
        self._plane = self.panels.plane = follow(network, pair, self._plane)
        push = FORMS[training.form].arriving(experiment.adapt_weight)["L_d at theta_f"]
        scores = {
            "target": experiment.scores,
            "source": experiment.source_scores,
            "before": experiment.scores_before,
        }
        events = experiment.events
        self.panels.draw(network, training.step_count, experiment.adapt_weight, training.history, push, scores, events)
        if look:
            numbers = experiment.numbers(averaged)
            self._state.set(text=_state(numbers, averaged), color="black")
            self.diagram.show(numbers, phase)
            for name, text in self._probe.items():
                text.set_text(said(numbers[name]))


def _state(numbers: Mapping[str, float], averaged: bool) -> str:
    """The state of the run in one line.

    Accuracies are shares of test points; that of the domain head is of the batch.
    """
    mean = _percent(numbers["averaged weights"])
    target = f"target, averaged weights {mean}" if averaged else f"target {_percent(numbers['target accuracy'])}"
    parts = [
        f"step {numbers['step']}",
        f"λ {said(numbers['adapt_weight'])}",
        target if averaged else f"{target}  (averaged weights {mean})",
        f"source {_percent(numbers['source accuracy'])}",
        f"domain head, of the batch {_percent(numbers['domain accuracy'])}",
    ]
    return "   ".join(parts)


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _message(experiment: Experiment) -> str:
    if experiment.ran_off:
        return "the run has gone off: start anew, with a lower rate or λ"
    if experiment.missing:
        return f"still to be drawn: {'; '.join(experiment.missing)}"
    return ""
