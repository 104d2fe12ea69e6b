"""The result of a grid in words: the table of choices with their alarms, the grid of scores, one line to conclude."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..compare.table import columns
from .alarms import SIGNS

if TYPE_CHECKING:
    from .choices import Choice, Choices

ADVISED = "information"  # the rule to choose by: tutorials/pages/choosing.md has the reasons
COLUMNS = 8  # settings side by side in the printed grid


def format_choices(found: Choices) -> str:
    """The choices as text: a line for each rule, then the alarms."""
    lines = [("RULE", "chooses", "target accuracy", "below the oracle", "")]
    choices = found.choices()
    for choice in choices:
        rule = choice.rule + " (target labels)" * choice.is_oracle
        chosen = "nothing" if choice.i is None else found.words(choice.i)
        accuracy = "–" if choice.mean is None else f"{choice.mean:.3f}"
        deviation = "" if choice.sd is None else f" ± {choice.sd:.3f}"
        below = "–" if choice.below is None else f"{choice.below:.3f}"
        lines.append((rule, chosen, accuracy + deviation, below, "▲" * bool(choice.alarm)))
    title = f"{found.pair}: {len(found.settings)} settings, {_count(len(found.seeds), 'seed')}"
    alarms = [f"▲ {found.words(i)}: {reason}" for i, reason in _alarms(choices).items()]
    return "\n".join([title, "", *columns(lines), *[""] * bool(alarms), *alarms])


def format_grid(found: Choices) -> str:
    """The grid as text: the mean of each score over seeds. ``*``: the choice of the rule."""
    blocks = []
    for first in range(0, len(found.settings), COLUMNS):
        part = range(first, min(first + COLUMNS, len(found.settings)))
        lines = [("", *(found.words(i).removeprefix(f"{found.names[0]}=") for i in part))]
        for choice in found.choices():
            means = found.means(choice.column)
            cells = ["–" if np.isnan(means[i]) else f"{means[i]:.3f}{'*' if i == choice.i else ' '}" for i in part]
            lines.append(("target accuracy" if choice.is_oracle else choice.rule, *cells))
        blocks.append("\n".join(columns(lines, right=True)))
    return f"means over seeds; columns: {', '.join(found.names)}; *: chosen\n\n" + "\n\n".join(blocks)


def conclusion(found: Choices) -> str:
    """One line: the setting to take, and how far to trust it."""
    if ADVISED not in found.by:
        return f"To conclude: decide on one rule before you look at target accuracies; we advise {ADVISED}."
    choice = found.choice(ADVISED)
    if choice.i is None:
        return "To conclude: each setting diverged from at least one seed, so nothing is chosen."
    chosen = f"To conclude: {ADVISED} chooses {found.words(choice.i)}"
    missing = [name for name in SIGNS if name not in found.by]
    if choice.alarm:
        return f"{chosen}, with an alarm: heed it, and label some target examples before you trust this setting."
    if missing:
        return f"{chosen}; without {', '.join(missing)} some alarms are silent."
    return f"{chosen}, and no alarm sounds; this is no proof that the target is predicted well."


def _alarms(choices: Sequence[Choice]) -> dict[int, str]:
    """The alarms by the position of the setting, each once."""
    return {choice.i: choice.alarm for choice in choices if choice.i is not None and choice.alarm}


def _count(n: int, word: str) -> str:
    return f"{n} {word}{'s' * (n != 1)}"
