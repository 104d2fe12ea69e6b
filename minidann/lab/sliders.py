"""The numbers of the lab's controls: typed into a box, or set by a slider."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .widgets import Widget, ground

PAPER, TYPED = "0.95", "#F3DF8A"  # the ground of a number, and of a number that is being typed
LONGEST = 12  # characters of a number


class NumberBox(Widget):
    """A number that can be typed. ``take(text)`` gets the typed text at Enter, and returns a sentence if it is refused.

    ``typing``: whether the keys go to this number. The window calls ``begin``, ``key`` and ``leave``.
    """

    def __init__(self, ax: Any, letters: float, take: Callable[[str], str]) -> None:
        super().__init__(ax)
        self.take, self.typing, self._shown, self._typed = take, False, "", ""
        self._fresh = False  # the first character replaces the old number
        ax.set(xlim=(0, 1), ylim=(0, 1))
        self.ground = ground(ax, PAPER)
        self.text = ax.text(0.93, 0.46, "", ha="right", va="center", fontsize=letters, parse_math=False)
        self.moving = [self.ground, self.text]

    def show(self, text: str) -> None:
        """Show a number. A number that is being typed stays until it is taken or left."""
        self._shown = text
        if not self.typing:
            self.text.set_text(text)

    def begin(self) -> None:
        """Begin to type."""
        self.typing, self._fresh, self._typed = True, True, self._shown
        self._write()

    def leave(self) -> None:
        """Forget what was typed."""
        self.typing = False
        self._write()

    def key(self, name: str) -> str:
        """Take a key, and return a sentence if the number is refused. Enter takes the number, Esc leaves it."""
        if name == "escape":
            self.leave()
        elif name in ("enter", "tab", "shift+tab"):
            refused = "" if self._typed == self._shown else self.take(self._typed)
            if refused:
                self._fresh = True
                return refused
            self.leave()
        elif name in ("backspace", "delete"):
            self._typed = "" if self._fresh or name == "delete" else self._typed[:-1]
        elif len(name) == 1 and (self._fresh or len(self._typed) < LONGEST):
            self._typed = name if self._fresh else self._typed + name
        self._fresh = False
        self._write()
        return ""

    def _write(self) -> None:
        self.ground.set_facecolor(TYPED if self.typing else PAPER)
        self.text.set_text(f"{self._typed}|" if self.typing else self._shown)


class Slider(Widget):
    """A track on ``ax`` and a number in ``box``. ``slid(value)`` is called while the handle is dragged.

    ``low``, ``high``, ``step``: the range. ``scale``: if given, the values that the positions 0, 1, 2, … stand for.
    """

    def __init__(
        self,
        ax: Any,
        box: NumberBox,
        ends: tuple[float, float, float],
        slid: Callable[[float], Any],
        scale: Sequence[float] | None = None,
    ) -> None:
        super().__init__(ax)
        self.box, self.slid, self.scale = box, slid, scale
        self.ends = ends[:2]
        self.valmin, self.valmax, self.step = ends
        self.whole, self.val = self.step == round(self.step), self.valmin
        ax.set(xlim=ends[:2], ylim=(0, 1))
        look: dict[str, Any] = {"lw": 5, "solid_capstyle": "round", "clip_on": False}
        (self._track,) = ax.plot(ends[:2], [0.5, 0.5], color="0.83", **look)
        (self._part,) = ax.plot([], [], color="0.5", **look)
        (self._handle,) = ax.plot([], [], "o", ms=9, mfc="white", mec="0.3", clip_on=False)
        self.moving = [self._track, self._part, self._handle]

    def set(self, value: float) -> None:
        """Show a value. A value beyond the ends widens the range, and the next value takes the range back."""
        if value != self.val:  # the value just dragged comes back here, and must not move the track below the mouse
            at = self._place(value)
            self.valmin, self.valmax = min(self.ends[0], at), max(self.ends[1], at)
            self.ax.set_xlim(self.valmin, self.valmax)
            self._track.set_xdata([self.valmin, self.valmax])
        self._show(value)

    def _place(self, value: float) -> float:
        return value if self.scale is None else float(np.interp(value, self.scale, range(len(self.scale))))

    def _show(self, value: float) -> None:
        self.val, at = value, self._place(value)
        self._part.set_data([self.valmin, at], [0.5, 0.5])
        self._handle.set_data([at], [0.5])
        self.box.show(f"{value:d}" if isinstance(value, int) else f"{value:.6g}")

    def press(self, x: float, y: float) -> None:
        self.drag(x, y)

    def drag(self, x: float, y: float) -> None:
        steps = round((min(max(x, self.valmin), self.valmax) - self.valmin) / self.step)
        at = min(self.valmin + steps * self.step, self.valmax)
        value = self.scale[int(at)] if self.scale is not None else int(at) if self.whole else round(at, 6)
        if value != self.val:
            self._show(value)
            self.slid(value)


def typed_number(name: str, text: str) -> float:
    """The typed number; whole numbers as int. Raises ValueError with ``name`` if it is none."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        raise ValueError(f"{name}: got {text!r}, expected a number") from None


def typed_whole(text: str) -> int | None:
    """The typed whole number from 0; None if it is none."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() else None
