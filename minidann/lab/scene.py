"""All that the lab's window shows of an experiment: a line of state, the diagram, four panels, the probe's row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..plots import style
from ..plots.frames import MomentPanels
from ..plots.painting import Painter
from ..plots.plane import Plane
from .diagram import Diagram, said
from .experiment import PROBED, Experiment
from .follow import follow

LETTERS = 0.72  # of the panels, as a share of those of a film
VIEW = ((-1.7, -1.5), (2.7, 2.0))  # the plane that is drawn on by hand
PANELS = {  # left, bottom, width, height, in shares of the figure
    "label": (0.225, 0.165, 0.245, 0.355),
    "domain": (0.485, 0.165, 0.245, 0.355),
    "features": (0.745, 0.165, 0.245, 0.355),
    "curves": (0.79, 0.675, 0.195, 0.2),
}
DIAGRAM = (0.225, 0.585, 0.505, 0.305)


class Scene:
    """``begin`` makes the panels for a run, ``show`` moves everything to where the experiment stands.

    ``axes``: those of PANELS, by name. ``painter`` brings it onto the canvas; ``others`` gives what else moves seldom
    (controls), ``over`` what else moves, over all (the brush).
    """

    def __init__(
        self, figure: Any, others: Callable[[], Sequence[Any]] = tuple, over: Callable[[], Sequence[Any]] = tuple
    ) -> None:
        self.figure = figure
        self.axes = {name: figure.add_axes(place) for name, place in PANELS.items()}
        self.diagram = Diagram(figure.add_axes(DIAGRAM))
        self.panels: MomentPanels | None = None
        self._plane: Plane | None = None
        self._state = figure.text(0.225, 0.935, "", fontsize=15, weight="bold", va="center")
        self._probe = {name: self._column(i, name) for i, name in enumerate(PROBED.values())}
        self.painter = Painter(
            figure,
            lambda: [*(self.panels.moving() if self.panels else []), *over()],
            lambda: [self._state, *self.diagram.artists(), *self._probe.values(), *others()],
        )

    def _column(self, i: int, name: str) -> Any:
        """The name of one of the probe's numbers, and room for it."""
        x = 0.4 + 0.13 * i
        self.figure.text(x, 0.075, name, fontsize=10.5, ha="center")
        if not i:
            self.figure.text(0.225, 0.06, "at the last feature\nlayer, by the probe", fontsize=10.5, va="center")
        return self.figure.text(x, 0.045, "", fontsize=13, ha="center", va="center", weight="bold")

    def begin(self, experiment: Experiment) -> None:
        """Panels for a new run; or, where too little is drawn by hand for one, an empty plane to draw on."""
        for ax in self.axes.values():
            ax.clear()
            ax.set_visible(True)
        self._plane, self.panels = None, None
        self.set_form(experiment.settings.form)
        drawn = experiment.settings.pair == "drawn"
        if experiment.training is not None and experiment.pair is not None:
            self._plane = follow(experiment.network(), experiment.pair)
            places, steps = list(self.axes.values()), experiment.training.recipe.steps
            view = VIEW if drawn else None
            self.panels = MomentPanels(places, experiment.pair, self._plane, steps, LETTERS, view)
            return
        for name in ("domain", "features", "curves"):
            self.axes[name].set_visible(False)
        self.axes["label"].set_title("draw here, with the button held")

    def set_form(self, form: str) -> None:
        """Draw the diagram with the node where the form has it."""
        self.diagram.set_form(form)
        self.painter.forget()

    def show(self, experiment: Experiment, averaged: bool, phase: str | None, look: bool) -> None:
        """Move the panels; with ``look`` the numbers too. ``phase``: what was done last, None while it runs on."""
        training, pair = experiment.training, experiment.pair
        message = _message(experiment)
        if message or training is None or pair is None or self.panels is None:
            # of a run that has gone off, too: what the network says now is no picture
            self._state.set(text=message, color=style.CLASSES[1])
            return
        network = experiment.network(averaged)
        self._plane = self.panels.plane = follow(network, pair, self._plane)
        self.panels.draw(network, training.step_count, training.adapt_weight, training.history)
        if look:
            numbers = experiment.numbers(averaged)
            self._state.set(text=_state(numbers) + "   (averaged weights)" * averaged, color="black")
            self.diagram.show(numbers, phase)
            for name, text in self._probe.items():
                text.set_text(said(numbers[name]))


def _state(numbers: Mapping[str, float]) -> str:
    shares = {
        "target": "target accuracy",
        "source": "source accuracy",
        "domain head": "domain accuracy",
    }
    rights = [f"{name} {100 * numbers[column]:5.1f} %" for name, column in shares.items()]
    return "    ".join([f"step {numbers['step']:5}", f"λ {numbers['λ']:.2f}", *rights]).replace(" nan %", "     –")


def _message(experiment: Experiment) -> str:
    if experiment.ran_off:
        return "the run has gone off: start anew, with a lower rate or λ"
    if experiment.missing:
        return f"still to be drawn: {', '.join(experiment.missing)}"
    return ""
