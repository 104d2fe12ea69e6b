"""The choice of each rule from the rows of a grid: the setting, its target accuracy, and the oracle's beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.recipes import show
from .alarms import SIGNS, SOURCE_LOSS, alarm
from .choices_text import conclusion, format_choices, format_grid

Row = dict[str, Any]
ORACLE = "oracle"  # the choice by the target's test labels: an upper bound, and no rule
TIE = 1e-9  # scores nearer than this are equal: the first setting of the grid is then chosen


@dataclass(frozen=True)
class Choice:
    """The choice of one rule.

    ``i``: the position of the setting in ``Choices.settings``, None if no setting has a score. ``score``: its mean.
    ``mean`` and ``sd``: of the target accuracy over seeds at this setting. ``below``: the oracle's mean minus ``mean``.
    The three are None if the target has no labels. ``alarm``: the reasons not to trust this setting, or "".
    """

    rule: str
    i: int | None
    score: float | None
    mean: float | None
    sd: float | None
    below: float | None
    alarm: str

    @property
    def is_oracle(self) -> bool:
        """Whether this is the choice by the target's test labels."""
        return self.rule == ORACLE

    @property
    def column(self) -> str:
        """The column of the rows that the rule looks at."""
        return "target_accuracy" if self.is_oracle else self.rule


class Choices:
    """The rows of a grid, and the choices of its rules.

    Parameters
    ----------
    rows : list of dict
        One row for each setting and seed, as ``choose`` makes them, all seeds of a setting one after another.
    names : tuple of str
        The names of the settings in the grid.
    by : tuple of str
        The names of the rules.

    Attributes
    ----------
    settings : list of dict
        The settings in the order of the grid.
    seeds : list of int
        The seeds of each setting.
    """

    def __init__(self, rows: Sequence[Row], names: Sequence[str], by: Sequence[str]) -> None:
        self.rows, self.names, self.by = list(rows), tuple(names), tuple(by)
        self.settings: list[dict[str, Any]] = []
        for row in self.rows:
            setting = {name: row[name] for name in self.names}
            if setting not in self.settings:
                self.settings.append(setting)
        self.seeds = list(dict.fromkeys(row["seed"] for row in self.rows))

    @property
    def pair(self) -> str:
        """The name of the pair."""
        return str(self.rows[0]["pair"])

    @property
    def known(self) -> bool:
        """Whether the target's test set has labels."""
        return any(row["target_accuracy"] is not None for row in self.rows)

    def values(self, column: str) -> np.ndarray:
        """A column of the rows as (settings, seeds). NaN: a trial that diverged, or a label that is not known."""
        values = [np.nan if row[column] is None else row[column] for row in self.rows]
        return np.array(values, np.float64).reshape(len(self.settings), len(self.seeds))

    def means(self, column: str) -> np.ndarray:
        """The means of a column over seeds, (settings,). NaN for a setting with a trial that diverged."""
        found: np.ndarray = self.values(column).mean(axis=1)
        return found

    def choice(self, rule: str) -> Choice:
        """The choice of one rule in ``by``, or of the "oracle"."""
        column = "target_accuracy" if _validate.one_of("rule", rule, (*self.by, ORACLE)) == ORACLE else rule
        means = self.means(column)
        if np.isnan(means).all():
            return Choice(rule, None, None, None, None, None, "")
        i = int(np.flatnonzero(means >= np.nanmax(means) - TIE)[0])
        mean = sd = below = None
        if self.known:
            accuracies = self.values("target_accuracy")[i]
            mean = float(accuracies.mean())
            sd = float(accuracies.std(ddof=1)) if len(accuracies) > 1 else None
            below = float(np.nanmax(self.means("target_accuracy"))) - mean
        return Choice(rule, i, float(means[i]), mean, sd, below, "" if rule == ORACLE else self.alarm_at(i))

    def choices(self) -> list[Choice]:
        """The choices of all rules in ``by``. Where the target has labels, that of the oracle comes first."""
        return [self.choice(rule) for rule in ((ORACLE,) * self.known + self.by)]

    def alarm_at(self, i: int) -> str:
        """The alarm at the i-th setting, or "": see ``alarm``. It looks at four rules, if they are in ``by``."""
        source, reverse, agreement, diversity = (
            float(self.means(rule)[i]) if rule in self.by else None for rule in SIGNS
        )
        return alarm(source, reverse, agreement, diversity, self._least_diversity())

    def _least_diversity(self) -> float | None:
        """The lowest diversity of a setting that has learnt the source. Of a collapsed one it would be near 0."""
        if "diversity" not in self.by:
            return None
        diversity = self.means("diversity")
        if "source_accuracy" in self.by:
            source = self.means("source_accuracy")
            diversity = diversity[source > np.nanmax(source) - SOURCE_LOSS]
        return float(np.nanmin(diversity))

    def words(self, i: int) -> str:
        """The i-th setting in words, as in "adapt_weight=0.1 rate=0.04"."""
        values = self.settings[i].items()
        return " ".join(f"{name}={f'{v:g}' if isinstance(v, float) else show(v)}" for name, v in values)

    def __str__(self) -> str:
        return "\n\n".join([format_choices(self), format_grid(self), conclusion(self)])
