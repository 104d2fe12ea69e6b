"""A grid of settings: the target accuracy of each, the score of each rule, and the setting that the rule chooses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _validate
from . import style
from .arguments import several_axes

if TYPE_CHECKING:  # at run time these would import scikit-learn, which takes a second, for every picture
    from ..estimators.choices import Choice, Choices

COLUMNS = 4


class ChoiceDisplay:
    """A panel for the target accuracy, and one for each rule: means over seeds at each setting, and the choice.

    The first panel is left out if the target has no labels. A band shows one standard deviation over seeds. A star
    marks the choice, a dashed line the oracle's choice, and ▲ in a title an alarm. After ``plot``: ``axes_`` (panels,),
    ``figure_``.
    """

    def __init__(self, choices: Choices) -> None:
        self.choices = choices

    @classmethod
    def from_choices(cls, choices: Choices) -> ChoiceDisplay:
        """The picture of the result of ``minidann.estimators.choose``."""
        from ..estimators.choices import Choices

        return cls(_validate.instance("choices", choices, Choices, "the result of minidann.estimators.choose"))

    def plot(self, axes: Any = None) -> ChoiceDisplay:
        """Draw on ``axes``, one for each panel, or on a new figure if None."""
        found = self.choices.choices()
        self.axes_ = self._new_axes(len(found)) if axes is None else several_axes("axes", axes, len(found))
        self.figure_ = self.axes_[0].figure
        oracle = found[0].i if found[0].is_oracle else None
        for ax, choice in zip(self.axes_, found):
            self._panel(ax, choice, oracle)
            if axes is not None:  # which of them are the lowest is unknown
                ax.set_xlabel(self._xlabel())
        return self

    def _new_axes(self, count: int) -> np.ndarray:
        from matplotlib.figure import Figure

        columns = min(COLUMNS, count)
        rows = math.ceil(count / columns)
        longest = max(len(label) for label in self._labels())
        # a Figure without pyplot: it needs no display, and leaves the user's backend and figures alone
        figure = Figure(figsize=(3.4 * columns, 2.6 * rows + 0.8 + 0.06 * longest), layout="constrained")
        labels = "" if not self.choices.known else ", dashed: the oracle's choice"
        seeds = f"means over {len(self.choices.seeds)} seeds" if len(self.choices.seeds) > 1 else "one seed"
        figure.suptitle(f"{self.choices.pair}: {seeds}, ★: the choice{labels}, ▲: an alarm")
        axes: np.ndarray = figure.subplots(rows, columns, sharex=True, squeeze=False).ravel()
        for ax in axes[count:]:
            ax.remove()
        for ax in axes[:count][-columns:]:  # the lowest panel of each column
            ax.tick_params(labelbottom=True)
            ax.set_xlabel(self._xlabel())
        return axes[:count]

    def _labels(self) -> list[str]:
        """The labels of the settings: the value alone, if the grid has one name."""
        first = f"{self.choices.names[0]}=" * (len(self.choices.names) == 1)
        return [self.choices.words(i).removeprefix(first) for i in range(len(self.choices.settings))]

    def _xlabel(self) -> str:
        return "λ (adapt_weight)" if self.choices.names == ("adapt_weight",) else ", ".join(self.choices.names)

    def _panel(self, ax: Any, choice: Choice, oracle: int | None) -> None:
        colour = style.TARGET if choice.is_oracle else style.OTHERS[0]
        values = self.choices.values(choice.column)
        at, mean = np.arange(len(values)), values.mean(axis=1)
        ax.plot(at, mean, "o-", color=colour, ms=4, lw=1.4)
        if values.shape[1] > 1:
            deviation = values.std(axis=1, ddof=1)
            ax.fill_between(at, mean - deviation, mean + deviation, color=colour, alpha=0.15, lw=0)
        if oracle is not None:
            ax.axvline(oracle, color=style.CHANCE, lw=1, ls="--")
        if choice.i is not None:
            ax.plot([choice.i], [mean[choice.i]], "*", color=style.LAMBDA, ms=14)
        ax.set_title(_title(choice), fontsize=10)
        labels = self._labels()
        ax.set_xticks(at, labels, rotation=0 if max(map(len, labels)) <= 4 else 90)


def _title(choice: Choice) -> str:
    """The words over a panel: the rule, and the target accuracy at its choice."""
    if choice.is_oracle:
        return "target accuracy (labels)" + ("" if choice.mean is None else f"\nat best {choice.mean:.3f}")
    reached = "\nnothing" if choice.i is None else "" if choice.mean is None else f"\n{choice.mean:.3f} of target"
    return f"{choice.rule}{reached}" + " ▲" * bool(choice.alarm)  # two lines: the names are as wide as a panel
