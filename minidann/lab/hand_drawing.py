"""A brush and an eraser for points drawn by hand: the mouse over a panel makes dabs, or removes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..data.hand_drawn import Dab
from ..plots import style

GAP = 0.12  # the least distance of two dabs of one stroke, in units of the plane
REACH = 0.15  # the radius of the eraser
ERASER = "eraser"
Brush = tuple[str, int] | str  # domain and label, or ERASER
MARKERS = {"source": "o", "target": "^"}


class HandDrawing:
    """Strokes on ``ax`` while the mouse button is held.

    ``holds()`` returns the (domain, label) of the next dab, ERASER, or None while nothing is held. ``dabs()`` returns
    all dabs of the plane. ``done(dabs)`` gets all dabs at the end of a stroke that has changed them. ``look()`` is
    called while the stroke grows.
    """

    def __init__(
        self,
        ax: Any,
        holds: Callable[[], Brush | None],
        dabs: Callable[[], list[Dab]],
        done: Callable[[list[Dab]], Any],
        look: Callable[[], Any],
    ) -> None:
        self.ax, self.holds, self.dabs, self.done, self.look = ax, holds, dabs, done, look
        self.stroke: list[Dab] = []
        self._shown: list[Dab] = []
        self._down: Brush | None = None
        self._last = (0.0, 0.0)  # the last place of the eraser
        self._left: list[Dab] = []  # by the eraser
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
        self._down, self.stroke = None, []
        self._marks, self._shown = {}, []

    def _place(self) -> None:
        dabs = self._shown + self.stroke
        for (domain, label), mark in self._marks.items():
            places = [(dab.x, dab.y) for dab in dabs if (dab.domain, dab.label) == (domain, label)]
            mark.set_data(*np.array(places).reshape(-1, 2).T)

    def _press(self, event: Any) -> None:
        held = self.holds()
        if event.inaxes is not self.ax or event.button != 1 or held is None:
            return
        self._down = held
        if held == ERASER:
            self._left, self._last = list(self.dabs()), (event.xdata, event.ydata)
        self._go(event)

    def _move(self, event: Any) -> None:
        if self._down is not None and event.inaxes is self.ax:
            self._go(event)

    def _release(self, event: Any) -> None:
        if self._down is None:
            return
        held, stroke, self._down, self.stroke = self._down, self.stroke, None, []
        after = self._left if held == ERASER else [*self.dabs(), *stroke]
        if len(after) != len(self.dabs()):
            self.done(after)

    def _go(self, event: Any) -> None:
        """Add a dab to the stroke, or erase all dabs near the way from the last place."""
        place = (float(event.xdata), float(event.ydata))
        if self._down == ERASER:
            self._left = [dab for dab in self._left if _distance(dab[:2], self._last, place) > REACH]
            self._shown, self._last = self._left, place
        elif self._down is not None:
            last = self.stroke[-1] if self.stroke else None
            if last is not None and np.hypot(place[0] - last.x, place[1] - last.y) < GAP:
                return
            self.stroke.append(Dab(*place, *self._down))
        self._place()
        self.look()


def _distance(point: Sequence[float], start: Sequence[float], end: Sequence[float]) -> float:
    """The distance of a point from the line between two others."""
    p, a, b = (np.array(each, float) for each in (point, start, end))
    along = b - a
    share = np.clip((p - a) @ along / max(along @ along, 1e-12), 0, 1)
    return float(np.hypot(*(p - a - share * along)))
