"""The row of buttons above the picture of the lab."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .widgets import Button

BUTTONS = {  # by the name of the Lab's method
    "toggle": "run",
    "phase": "one phase",
    "step": "one step",
    "begin": "start anew",
    "scenarios": "scenarios",
    "two_forms": "two forms",
    "doctor": "doctor",
    "save": "save",
    "load": "load",
    "python": "Python",
    "show_keys": "keys",
}
LEFT, RIGHT, LOW, HIGH = 0.225, 0.988, 0.955, 0.992  # the row, in shares of the figure
GAP = 0.004
WIDEST = 0.11


def make_buttons(figure: Any, letters: float, call: Callable[[str], Any]) -> dict[str, Button]:
    """The buttons by name, as wide as their words need. ``call`` gets the name of the button that is clicked."""
    lengths = [len(word) + 2 for word in BUTTONS.values()]
    unit = (RIGHT - LEFT - GAP * (len(BUTTONS) - 1)) / sum(lengths)
    unit = min(unit, WIDEST / max(lengths))
    buttons, left = {}, LEFT
    for (name, word), length in zip(BUTTONS.items(), lengths):
        ax = figure.add_axes((left, LOW, unit * length, HIGH - LOW))
        buttons[name] = Button(ax, word, letters, partial(call, name))
        left += unit * length + GAP
    return buttons
