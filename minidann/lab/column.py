"""The layout of the lab's column of controls: from top to bottom, in two tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from .sliders import NumberBox, Slider
from .widgets import LINE, Button, Menu, Ticks

LEFT, WIDE = 0.012, 0.185  # the column, in shares of the figure
HIGH, UNIT = 648.0, 12.2  # its height in points, and the height of a letter there is room for
NUMBER = 0.29  # the width of a number, as a share of the column


class Column:
    """The column on ``figure``. Each method adds a control below the last one, on the tab ``tab``.

    ``letters``: the size of their letters in points, at most UNIT. ``widgets``: the controls by name. ``tabs``: the
    axes of each tab.
    """

    def __init__(self, figure: Any, letters: float, tabs: dict[str, str], opened: Callable[[str], Any]) -> None:
        self.figure, self.letters, self.tab = figure, letters, next(iter(tabs))
        self.widgets: dict[str, Any] = {}
        self.tabs: dict[str, list[Any]] = {name: [] for name in tabs}
        self._top = HIGH - 8
        wide = 1 / len(tabs)
        for i, (tab, words) in enumerate(tabs.items()):
            ax = self._axes(1.9, i * wide, wide - 0.01)
            self.widgets[f"tab {tab}"] = Button(ax, words, letters, partial(opened, tab))
        self._top -= 2.3 * UNIT
        self._start = self._top

    def begin(self, tab: str) -> None:
        """Begin at the top of a tab."""
        self.tab, self._top = tab, self._start

    def menu(self, name: str, title: str, labels: Sequence[str], chosen: Callable[[int], Any]) -> None:
        self._top -= 1.5 * UNIT
        ax = self._own(LINE * len(labels), 0, 1)
        menu = self.widgets[name] = Menu(ax, labels, self.letters, chosen)
        menu.title = ax.text(0, 1, title, transform=ax.transAxes, fontsize=self.letters, weight="bold", va="bottom")
        self._top -= (LINE * len(labels) + 0.5) * UNIT

    def ticks(self, name: str, labels: Sequence[str], ticked: Callable[[int], Any]) -> None:
        self.widgets[name] = Ticks(self._own(LINE * len(labels), 0, 1), labels, self.letters, ticked)
        self._top -= (LINE * len(labels) + 0.5) * UNIT

    def slider(
        self,
        name: str,
        title: str,
        ends: tuple[float, float, float],
        slid: Callable[[float], Any],
        take: Callable[[str], str],
        scale: Sequence[float] | None = None,
    ) -> None:
        """A slider below its title and its number, which is the control ``name typed``: see Slider and NumberBox."""
        box = self.number(f"{name} typed", title, take)
        self.widgets[name] = Slider(self._own(1.05, 0.03, 0.94), box, ends, slid, scale)
        self._top -= 1.25 * UNIT

    def number(self, name: str, title: str, take: Callable[[str], str]) -> NumberBox:
        """A number to type, beside its title."""
        ax = self._own(1.3, 1 - NUMBER, NUMBER)
        ax.text((NUMBER - 1) / NUMBER, 0.46, title, transform=ax.transAxes, fontsize=self.letters, va="center")
        box = self.widgets[name] = NumberBox(ax, self.letters, take)
        self._top -= 1.35 * UNIT
        return box

    def buttons(self, words: dict[str, str], call: Callable[[str], Any]) -> None:
        """Buttons side by side: their words by name."""
        self._top -= 0.5 * UNIT
        wide = 1 / len(words)
        for i, (name, word) in enumerate(words.items()):
            ax = self._own(1.9, i * wide, wide - 0.01)
            self.widgets[name] = Button(ax, word, self.letters, partial(call, name))
        self._top -= 2.3 * UNIT

    def note(self, text: str) -> None:
        """A text of some lines."""
        lines = text.count("\n") + 1
        ax = self._own(1.25 * lines, 0, 1)
        ax.set_axis_off()
        ax.text(0, 1, text, transform=ax.transAxes, fontsize=self.letters, va="top", color="0.35")
        self._top -= (1.25 * lines + 0.5) * UNIT

    def _own(self, height: float, left: float, width: float) -> Any:
        ax = self._axes(height, left, width)
        self.tabs[self.tab].append(ax)
        return ax

    def _axes(self, height: float, left: float, width: float) -> Any:
        """Axes at the present place. ``height`` in UNITs, the others in shares of the column."""
        high = height * UNIT
        place = LEFT + left * WIDE, (self._top - high) / HIGH, width * WIDE, high / HIGH
        return self.figure.add_axes(place)
