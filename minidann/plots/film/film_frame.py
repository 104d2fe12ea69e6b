"""One recorded run in a frame of its film: a line with its state, and the four panels below it."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from ...adapt.dann import DANN
from ...adapt.predictor import accuracy_or_nan
from ...compare.reversal_forms import FORMS, FormTraining
from .. import style
from .legend import TEXT, TITLE, fit_key
from .panels import push_name
from .principal_plane import Plane
from .recording import Recording
from .training_panels import TrainingPanels

HEIGHT = 8.8  # of a frame, in inches
ROOM = 0.46  # the most that a key takes of the width of a frame with two panels side by side
GAP = 0.02  # below the lines above the panels, as a share of it
SAMPLES = 12  # snapshots that fix the plane of the features
DIGIT = "\u2007"  # a space as wide as a digit: the line does not move when a number grows


class FilmFrame:
    """The four panels, two by two, in a part of a figure, below two lines. ``show(i)`` moves them to the i-th snapshot.

    ``figure``, ``recording``, ``panels``; ``name``: the line above the state, or "". ``named``: write the name of the
    form there. That of a wrong form always stands there.
    """

    def __init__(self, figure: Any, recording: Recording, letters: float = 1.0, named: bool = False) -> None:
        self.figure, self.recording = figure, recording
        training = recording.training
        self._form = FORMS[training.form] if isinstance(training, FormTraining) else None
        plane = Plane.of([recording.network(i) for i in some_of(len(recording), SAMPLES)], recording.pair)
        largest = max(snapshot.adapt_weight for snapshot in recording.snapshots)
        self._axes, self._letters = figure.subplots(2, 2).ravel(), letters
        self.panels = TrainingPanels(
            self._axes, recording.pair, plane, recording.recipe.steps, letters, largest=largest
        )
        self.name, colour = self._name(named)
        # above the part of the figure that holds the panels. A line in half a figure has smaller letters
        size = 1.1 * TEXT * letters if named else TITLE + 2
        self._state = figure.text(0.012, 1.0 + GAP, "", fontsize=size, weight="bold")
        at = 1.0 + GAP + line_height(letters)
        figure.text(0.012, at, self.name, color=colour, fontsize=(TITLE + 2) * letters, weight="bold")
        self._scores: dict[str, list[tuple[int, float]]] = {"target": [], "source": []}
        for i in range(len(recording)):
            self._score(recording.network(i), recording.snapshots[i].step)
        if self._form is not None:
            self.panels.name_push(push_name(self._form))

    def _name(self, named: bool) -> tuple[str, str]:
        """The first line of the title, and its colour."""
        if self._form is None:
            return "DANN" * named, style.LAMBDA
        if self._form.right:
            return str(self._form) * named, style.LAMBDA
        return f"wrong: {self._form}", style.WRONG

    def _score(self, network: DANN, step: int) -> None:
        """Add the accuracies on test points, if they are known."""
        pair = self.recording.pair
        target = accuracy_or_nan(network, pair.x_target_test, pair.y_target_test)
        source = accuracy_or_nan(network, pair.x_source_test, pair.y_source_test, "source")
        for name, accuracy in (("target", target), ("source", source)):
            if not math.isnan(accuracy):
                self._scores[name].append((step, accuracy))

    def fit_keys(self) -> None:
        """Give each key as few lines as there is room for."""
        for ax in self._axes:
            fit_key(ax, ROOM * self.figure.bbox.width, TEXT * self._letters)

    def moving(self) -> list[Any]:
        """The artists that ``show`` moves, in drawing order."""
        return [self._state, *self.panels.seldom(), *self.panels.moving()]

    def show(self, i: int) -> None:
        """Move all panels, and the line above them, to the i-th snapshot."""
        recording, snapshot = self.recording, self.recording.snapshots[i]
        push = None if self._form is None else self._form.arriving(snapshot.adapt_weight)["L_d at theta_f"]
        scores = {name: [row for row in rows if row[0] <= snapshot.step] for name, rows in self._scores.items()}
        history = recording.history_until(i)
        self.panels.draw(recording.network(i), snapshot.step, snapshot.adapt_weight, history, push, scores)
        self._state.set_text("    ".join(self._said(i)))

    def words(self, i: int) -> str:
        """The name of the run and its state at the i-th snapshot, in words for a screen reader."""
        said = [re.sub(f"{DIGIT}+", "", words) for words in self._said(i)]
        return ", ".join([self.name] * bool(self.name) + said)

    def _said(self, i: int) -> list[str]:
        """The state of the run at the i-th snapshot. The accuracies are shares of test points."""
        snapshot, last = self.recording.snapshots[i], self.recording.recipe.steps
        done = f"{snapshot.step:{len(str(last))}}".replace(" ", DIGIT)
        parts = [f"step {done} of {last}", f"λ = {snapshot.adapt_weight:.2f}"]
        for name, rows in self._scores.items():
            for step, accuracy in rows:
                if step == snapshot.step:
                    share = f"{100 * accuracy:5.1f}".replace(" ", DIGIT)
                    parts.append(f"{name} {share} %")
        return parts


def line_height(letters: float) -> float:
    """The height of a line above the panels, as a share of the height of a frame."""
    return 1.5 * (TITLE + 2) * letters / 72 / HEIGHT


def some_of(count: int, n: int) -> list[int]:
    """About n positions from the first to the last of ``count``."""
    return sorted({round(i) for i in np.linspace(0, count - 1, n)})
