"""The two lines of a scenario on the screen: where to look, and the question for the class or its answer."""

from __future__ import annotations

from typing import Any

from .area import Area
from .scenarios import SCENARIOS, Scenario

LINES = 0.947, 0.916  # heights, in shares of the area
CLOSE = "no scenario: close the two lines"


class Lesson:
    """The chosen scenario on the screen. ``name``: its name in SCENARIOS; "" without one."""

    def __init__(self, figure: Any, letters: float) -> None:
        self.name, self._answered = "", False
        look: dict[str, Any] = {"fontsize": letters, "va": "center", "color": "0.15", "parse_math": False}
        self._lines = [figure.text(0, 0, "", **look) for _ in LINES]
        self._lines[1].set_weight("bold")

    @property
    def scenario(self) -> Scenario | None:
        return SCENARIOS.get(self.name)

    def choose(self, name: str) -> None:
        """Show the lines of a scenario; "" for none."""
        self.name, self._answered = name, False
        self._write()

    def answer(self) -> None:
        """Show the answer in the place of the question, or the question again."""
        self._answered = not self._answered
        self._write()

    def fill(self, area: Area) -> None:
        """Put the lines into ``area``."""
        for line, height in zip(self._lines, LINES):
            line.set_position(area.at(0, height))

    def artists(self) -> list[Any]:
        return self._lines

    def _write(self) -> None:
        shown = self.scenario
        words = ("", "")
        if shown is not None:
            words = f"{shown.title}.  {shown.look_for}", shown.answer if self._answered else shown.question
        for line, text in zip(self._lines, words):
            line.set_text(text)


def menu() -> list[str]:
    """The lines of the menu of scenarios, in the order of SCENARIOS; the last line closes the scenario."""
    return [*(scenario.title for scenario in SCENARIOS.values()), CLOSE]
