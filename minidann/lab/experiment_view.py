"""The picture of an experiment in the lab's window: a line of state, the diagram, four panels, the probe's row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..compare.reversal_forms import FORMS
from ..plots import style
from .area import Area
from .experiment import PROBED, Experiment
from .network_diagram import NetworkDiagram, said
from .run_panels import RunPanels

PANELS = {  # left, bottom, width, height, in shares of the area
    "label": (0.0, 0.168, 0.321, 0.345),
    "domain": (0.3395, 0.168, 0.321, 0.345),
    "features": (0.679, 0.165, 0.321, 0.345),
    "curves": (0.72, 0.69, 0.242, 0.182),
}
DIAGRAM = (0.0, 0.566, 0.68, 0.333)
STATE, ROW, HEADS, VALUES = 0.981, 0.127, 0.079, 0.036  # heights
FIRST, NEXT = 0.055, 0.137  # places of the probe's numbers


class ExperimentView:
    """The scene. ``begin`` makes the panels of a run, ``show`` moves all to the present state of the experiment.

    ``axes``: the axes in PANELS by name. ``fill`` puts all into an area of the window. ``moving`` and ``seldom`` return
    the artists that ``show`` moves, in drawing order: at each call, or only with ``look``.
    """

    def __init__(self, figure: Any, experiments: Sequence[Experiment], letters: float) -> None:
        self.figure, self.letters = figure, letters
        (self.experiment,) = experiments
        self.run = RunPanels(figure, PANELS, letters)
        self.axes = self.run.axes
        self.diagram = NetworkDiagram(figure.add_axes(DIAGRAM), letters)
        self._state = figure.text(0, 0, "", fontsize=letters + 1, weight="bold", va="center")
        self._row = figure.text(0, 0, "the probe's row for the last feature layer:", fontsize=letters, va="center")
        look: dict[str, Any] = {"ha": "center", "va": "center"}
        self._heads = {name: figure.text(0, 0, "", fontsize=letters, **look) for name in PROBED.values()}
        self._probe = {name: figure.text(0, 0, "", fontsize=letters + 2, weight="bold", **look) for name in self._heads}

    def fill(self, area: Area) -> None:
        """Put all into ``area``."""
        self.run.fill(area)
        self.diagram.ax.set_position(area.box(DIAGRAM))
        self.diagram.set_form(self.experiment.settings.form)  # its letters fit the size of its axes
        self._state.set_position(area.at(0, STATE))
        self._row.set_position(area.at(0, ROW))
        for i, name in enumerate(self._heads):
            self._heads[name].set_position(area.at(FIRST + NEXT * i, HEADS))
            self._probe[name].set_position(area.at(FIRST + NEXT * i, VALUES))

    def remove(self) -> None:
        """Take all off the figure."""
        self.run.remove()
        for artist in (self.diagram.ax, self._state, self._row, *self._heads.values(), *self._probe.values()):
            artist.remove()

    def moving(self) -> list[Any]:
        return self.run.moving()

    def seldom(self) -> list[Any]:
        return [self._state, *self.diagram.artists(), *self._probe.values(), *self.run.seldom()]

    @property
    def panels(self) -> Any:
        """The TrainingPanels; None without a run."""
        return self.run.panels

    def begin(self) -> None:
        """Make the panels for a new run; or an empty plane to draw on, if too little is drawn by hand."""
        self.run.begin(self.experiment)
        self.set_form()

    def set_form(self) -> None:
        """Draw the diagram with the node of the form in its place. "Before R" and "after R" are shown only
        with a node.
        """
        form = self.experiment.settings.form
        self.diagram.set_form(form)
        node = FORMS[form].node != "nowhere"
        for name, head in self._heads.items():
            there = node or "before" not in name
            symbol = name.replace("L_", "∂L_")
            symbol = symbol if node else symbol.removesuffix(" after R").removesuffix(" after")
            head.set_text(symbol.replace(" before", "\nbefore").replace(" after", "\nafter") if there else "")
            self._probe[name].set_visible(there)
        self.run.set_form(form)

    def show(self, averaged: bool, phase: str | None, look: bool) -> None:
        """Move the panels; with ``look`` also the numbers. ``phase``: the last phase; None while the run goes on."""
        if not self.run.show(self.experiment, averaged):
            self._state.set(text=message(self.experiment), color=style.WRONG)
            for text in self._probe.values() if self.experiment.training is None else ():
                text.set_text("–")
        elif look:
            numbers = self.experiment.numbers(averaged)
            self._state.set(text=_state(numbers, averaged), color="black")
            self.diagram.show(numbers, phase)
            for name, text in self._probe.items():
                text.set_text(said(numbers[name]))


def _state(numbers: Mapping[str, float], averaged: bool) -> str:
    """The state of the run in one line.

    Accuracies are shares of test points; that of the domain head is of the batch.
    """
    mean = percent(numbers["averaged weights"])
    target = f"target, averaged weights {mean}" if averaged else f"target {percent(numbers['target accuracy'])}"
    parts = [
        f"step {numbers['step']}",
        f"λ {said(numbers['adapt_weight'])}",
        target if averaged else f"{target}  (averaged {mean})",
        f"source {percent(numbers['source accuracy'])}",
        f"domain head, of the batch {percent(numbers['domain accuracy'])}",
        *["rate 0"] * (numbers["rate"] == 0),  # of a schedule at its end: nothing moves any more
    ]
    return "   ".join(parts)


def percent(share: float) -> str:
    """A share as a percentage; – for nan."""
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def message(experiment: Experiment) -> str:
    """The reason why there is no picture of the run; "" if there is none."""
    if experiment.ran_off:
        return "the run has gone off: start anew, with a lower rate or λ"
    if experiment.missing:
        return f"still to be drawn: {'; '.join(experiment.missing)}"
    return ""
