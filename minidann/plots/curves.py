"""Curves of a run: its losses beside chance, and the accuracy of the domain head beside λ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any, TypeVar

import numpy as np

from .. import _validate
from . import style
from .arguments import check_drawing, check_histories
from .estimator_rows import fitted, last_step

History = Sequence[Mapping[str, float]]
Display = TypeVar("Display", bound="_HistoriesDisplay")


class _HistoriesDisplay:
    """The base of curves: histories by the name of the run, and the number of rows in a running mean."""

    def __init__(self, histories: Mapping[str, History], window: int) -> None:
        self.histories, self.window = histories, window

    @classmethod
    def from_histories(cls: type[Display], histories: Mapping[str, History], window: int = 15) -> Display:
        """Curves of ``Training.history`` for each run, smoothed by a running mean over ``window`` rows."""
        check_histories(histories)
        return cls(histories, _validate.whole_number("window", window, least=1))

    @classmethod
    def from_estimator(cls: type[Display], estimator: Any, window: int = 15) -> Display:
        """Curves of the training of a fitted DANNClassifier, also at the end of a pipeline or the best of a search.

        ``from_histories({name: estimator.history_, …})`` draws several estimators in one picture.
        """
        history = last_step(fitted(estimator, "history_")).history_
        name = "DANN" if any("domain_loss" in row for row in history) else "source only"
        return cls.from_histories({name: history}, window)

    def coloured(self) -> list[tuple[tuple[str, History], str]]:
        """Each run with its colour: fixed colours for source only and DANN, the next free colour for other runs."""
        own, others = {"source only": style.SOURCE_ONLY, "DANN": style.DANN}, cycle(style.OTHERS)
        return [(item, own[item[0]] if item[0] in own else next(others)) for item in self.histories.items()]


class LossesDisplay(_HistoriesDisplay):
    """Label loss and domain loss over training for one or more runs, beside ln 2, the loss of a domain head that
    guesses.

    One run has a colour for each loss, several runs have a colour each. After ``plot``: ``ax_``, ``figure_``.
    """

    def plot(self, ax: Any = None, title: str = "") -> LossesDisplay:
        """Draw on ``ax``, or on a new figure with a legend if None."""
        import matplotlib.pyplot as plt

        check_drawing(ax, title)
        given, ax = ax, plt.subplots(layout="constrained")[1] if ax is None else ax
        alone = len(self.histories) == 1
        for (name, history), run in self.coloured():
            for loss, line, own in (("domain_loss", "-", style.DOMAIN_LOSS), ("label_loss", ":", style.LABEL_LOSS)):
                colour = own if alone else run
                steps, values = running_mean(history, loss, self.window)
                if not len(steps):
                    continue  # a run without a domain head has no entry in the legend
                ax.plot(steps, values, line, color=colour, lw=1.6, label=f"{loss.replace('_loss', '')} loss, {name}")
        ax.axhline(math.log(2), color=style.CHANCE, lw=1, ls="--", label="chance for the domain head: ln 2")
        ax.set(title=title, xlabel="step", ylabel="loss (nats)", ylim=(0, None))
        if given is None:
            style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


class DuelDisplay(_HistoriesDisplay):
    """λ and the accuracy of the domain head over training. The features push this accuracy towards chance, 1/2.

    λ is taken from the last history. After ``plot``: ``ax_``, ``figure_``.
    """

    def plot(self, ax: Any = None, title: str = "") -> DuelDisplay:
        """Draw on ``ax``, or on a new figure with a legend if None."""
        import matplotlib.pyplot as plt

        check_drawing(ax, title)
        given, ax = ax, plt.subplots(layout="constrained")[1] if ax is None else ax
        for (name, history), colour in self.coloured():
            steps, values = running_mean(history, "domain_accuracy", self.window)
            if len(steps):
                ax.plot(steps, values, color=colour, lw=1.6, label=f"domain accuracy, {name}")
        name, history = list(self.histories.items())[-1]
        with_domain_loss = [row for row in history if "domain_loss" in row]  # without one, λ multiplies nothing
        steps, weights = running_mean(with_domain_loss, "adapt_weight", 1)
        if len(steps):
            ax.plot(steps, weights, color=style.LAMBDA, lw=1.2, ls="-.", label=f"λ of the reversal, {name}")
        ax.axhline(0.5, color=style.CHANCE, lw=1, ls="--", label="chance for the domain head: 1/2")
        ax.set(title=title, xlabel="step", ylabel="share, weight", ylim=(0, max(1.02, 1.02 * weights.max(initial=0))))
        if given is None:
            style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def recorded_values(history: History, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The steps and the values of one column, from the rows that have the column."""
    rows = [row for row in history if name in row]
    return np.array([row["step"] for row in rows]), np.array([row[name] for row in rows])


def running_mean(history: History, name: str, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values of one column of a history, averaged over ``window`` rows, but at most half of all rows."""
    steps, values = recorded_values(history, name)
    if not len(steps):
        return steps, values
    window = min(window, (len(steps) + 1) // 2)  # a short run is a curve too, and not one point
    kernel = np.ones(window) / window
    return np.convolve(steps, kernel, "valid"), np.convolve(values, kernel, "valid")
