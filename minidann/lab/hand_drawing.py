"""A brush for points drawn by hand: the mouse over a panel makes dabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.hand_drawn import Dab
from ..plots import style

GAP = 0.12  # the least distance of two dabs of one stroke, in units of the plane
MARKERS = {"source": "o", "target": "^"}


class HandDrawing:
    """Strokes on ``ax`` while the mouse button is held.

    ``holds()`` returns the (domain, label) of the next dab, or None while the brush is not in use. ``done(dabs)`` gets
    a stroke at its end. ``look()`` is called while the stroke grows.
    """

    def __init__(
        self,
        ax: Any,
        holds: Callable[[], tuple[str, int] | None],
        done: Callable[[list[Dab]], Any],
        look: Callable[[], Any],
    ) -> None:
        self.ax, self.holds, self.done, self.look = ax, holds, done, look
        self.stroke: list[Dab] = []
        self._shown: list[Dab] = []
        self._down = False
        self._marks: dict[tuple[str, int], Any] = {}
        canvas = ax.figure.canvas
        for event, react in (
            ("button_press_event", self._press),
            ("motion_notify_event", self._move),
            ("button_release_event", self._release),
        ):
            canvas.mpl_connect(event, react)

    def prepare(self, view: Any, dabs: list[Dab]) -> None:
        """Show ``dabs`` on a cleared ``ax``, and make marks for the next stroke."""
        self.put_away()
        self._shown = list(dabs)
        for domain, marker in MARKERS.items():
            for label in (0, 1):
                look: dict[str, Any] = {"mec": style.CLASSES[label], "mew": 1.5, "ms": 8}
                face = style.CLASSES[label] if domain == "source" else "none"
                (self._marks[domain, label],) = self.ax.plot([], [], marker, mfc=face, zorder=6, **look)
        self.ax.set(xlim=(view[0][0], view[1][0]), ylim=(view[0][1], view[1][1]), xticks=[], yticks=[])
        self.ax.set_aspect("equal")
        self._place()

    @property
    def moving(self) -> list[Any]:
        """The marks, to be drawn over all else."""
        return list(self._marks.values())

    def put_away(self) -> None:
        """Remove the marks. An unfinished stroke is lost."""
        self._down, self.stroke = False, []
        self._marks, self._shown = {}, []

    def _place(self) -> None:
        dabs = self._shown + self.stroke
        for (domain, label), mark in self._marks.items():
            places = [(dab.x, dab.y) for dab in dabs if (dab.domain, dab.label) == (domain, label)]
            mark.set_data(*np.array(places).reshape(-1, 2).T)

    def _press(self, event: Any) -> None:
        if event.inaxes is self.ax and event.button == 1 and self.holds() is not None:
            self._down = True
            self._dab(event)

    def _move(self, event: Any) -> None:
        if self._down and event.inaxes is self.ax:
            self._dab(event)

    def _release(self, event: Any) -> None:
        if self._down:
            self._down, stroke, self.stroke = False, self.stroke, []
            self.done(stroke)

    def _dab(self, event: Any) -> None:
        held = self.holds()
        if held is None:
            return
        dab = Dab(float(event.xdata), float(event.ydata), *held)
        if not self.stroke or np.hypot(dab.x - self.stroke[-1].x, dab.y - self.stroke[-1].y) >= GAP:
            self.stroke.append(dab)
            self._place()
            self.look()
