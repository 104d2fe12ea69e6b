"""Two forms side by side in the lab's window: each half has the state and the panels of its own run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..compare.reversal_forms import FORMS
from ..plots import style
from .area import Area
from .experiment import Experiment
from .experiment_view import STATE, message, percent
from .network_diagram import said
from .run_panels import RunPanels

PANELS = {  # left, bottom, width, height, in shares of a half
    "label": (0.0, 0.5, 0.47, 0.285),
    "domain": (0.53, 0.5, 0.47, 0.285),
    "features": (0.0, 0.14, 0.47, 0.25),
    "curves": (0.545, 0.19, 0.38, 0.197),
}
TITLE, SCORES = 0.882, 0.845  # heights
NAMES = "A", "B"


class TwoFormsView:
    """The scene of two ``experiments``, with the same methods as an ExperimentView. ``axes``: those of the first run.

    Both halves are drawn by the same code as one run. Nothing passes from one run to the other.
    """

    def __init__(self, figure: Any, experiments: Sequence[Experiment], letters: float) -> None:
        self.figure, self.experiments, self.letters = figure, experiments, letters
        self.runs = [RunPanels(figure, PANELS, letters, compact=True) for _ in experiments]
        self.axes = self.runs[0].axes
        look: dict[str, Any] = {"va": "center", "parse_math": False}
        self._state = figure.text(0, 0, "", fontsize=letters + 1, weight="bold", **look)
        self._titles = [figure.text(0, 0, "", fontsize=letters + 1, weight="bold", **look) for _ in experiments]
        self._scores = [figure.text(0, 0, "", fontsize=letters, **look) for _ in experiments]

    def fill(self, area: Area) -> None:
        """Put all into ``area``."""
        self._state.set_position(area.at(0, STATE))
        for i, run in enumerate(self.runs):
            half = area.half(i)
            run.fill(half)
            self._titles[i].set_position(half.at(0, TITLE))
            self._scores[i].set_position(half.at(0, SCORES))

    def remove(self) -> None:
        """Take all off the figure."""
        for artist in (*self.runs, self._state, *self._titles, *self._scores):
            artist.remove()

    def moving(self) -> list[Any]:
        return [artist for run in self.runs for artist in run.moving()]

    def seldom(self) -> list[Any]:
        words = [artist for run in self.runs for artist in run.seldom()]
        return [self._state, *self._scores, *words]

    def begin(self) -> None:
        """Make the panels for new runs."""
        for experiment, run in zip(self.experiments, self.runs):
            run.begin(experiment)
        if self.experiments[0].missing:  # both are drawn in the first half
            self.runs[1].axes["label"].set_visible(False)
        self.set_form()

    def set_form(self) -> None:
        """Write the form above each half, in red if it is wrong."""
        for name, title, experiment, run in zip(NAMES, self._titles, self.experiments, self.runs):
            form = FORMS[experiment.settings.form]
            title.set_text(f"{name}   {form}{'' if form.right else '   (wrong)'}")
            title.set_color("black" if form.right else style.WRONG)
            run.set_form(experiment.settings.form)

    def show(self, averaged: bool, phase: str | None, look: bool) -> None:
        """Move both halves; with ``look`` also the numbers. ``phase``: the last phase; None while the runs go on."""
        for i, (experiment, run) in enumerate(zip(self.experiments, self.runs)):
            if not run.show(experiment, averaged):
                self._scores[i].set(text=message(experiment), color=style.WRONG)
            elif look:
                numbers = experiment.numbers(averaged)
                self._scores[i].set(text=_scores(numbers, averaged), color="black")
                if i == 0 or self.experiments[0].ran_off:
                    done = f"   done: {phase}" if phase else ""
                    step, weight = numbers["step"], said(numbers["adapt_weight"])
                    self._state.set_text(f"step {step}   λ {weight}   seed {experiment.settings.seed}{done}")


def _scores(numbers: Mapping[str, float], averaged: bool) -> str:
    """The accuracies of one run. That of the domain head is of the batch."""
    domain = numbers["domain accuracy"]
    parts = [
        f"target {percent(numbers['target accuracy'])}{' (averaged)' * averaged}",
        f"source {percent(numbers['source accuracy'])}",
        f"domain head {percent(domain)}" if not math.isnan(domain) else "",
    ]
    return "   ".join(filter(None, parts))
