"""The pieces of the lab's controls that are clicked: a button, a menu, boxes to tick; and the mouse over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

PALE = 0.35  # the opacity of a control without an effect
COLUMNS = (0.035, 0.115)  # the places of the circles of a menu, in shares of its width
SECOND = COLUMNS[1]
LINE = 1.4  # the height of a line of a menu, in heights of a letter


class Widget:
    """A control on ``ax``. ``artists`` returns its artists that change; nothing here draws the figure."""

    def __init__(self, ax: Any) -> None:
        self.ax = ax
        ax.set_navigate(False)
        ax.set_axis_off()
        self.moving: list[Any] = []

    def artists(self) -> list[Any]:
        return self.moving if self.ax.get_visible() else []

    def pale(self, pale: bool) -> None:
        """Draw the control pale, or as it was. The words on ``ax`` are fixed: the window draws them again."""
        for artist in (*self.ax.texts, *self.ax.lines, *self.ax.patches, *self.ax.collections):
            artist.set_alpha(PALE if pale else None)

    def press(self, x: float, y: float) -> None:
        """Take a press of the mouse, at a place in data coordinates of ``ax``."""

    def drag(self, x: float, y: float) -> None:
        """Take a motion of the mouse while the button is held."""

    def release(self, inside: bool) -> None:
        """Take the release of the mouse. ``inside``: whether it is still over ``ax``."""


class Mouse:
    """The mouse over ``widgets()``: a press goes to the widget below it, and so does the rest of that drag.

    ``awake()``: whether the widgets take the mouse now. ``before(widget)`` is called at each press, with the widget
    below the mouse or None.
    """

    def __init__(
        self,
        figure: Any,
        widgets: Callable[[], Iterable[Widget]],
        awake: Callable[[], bool],
        before: Callable[[Widget | None], Any],
    ) -> None:
        self.widgets, self.awake, self.before = widgets, awake, before
        self.held: Widget | None = None
        figure.canvas.mpl_connect("button_press_event", self._press)
        figure.canvas.mpl_connect("motion_notify_event", self._move)
        figure.canvas.mpl_connect("button_release_event", self._release)

    def _press(self, event: Any) -> None:
        if event.button != 1 or not self.awake():
            return
        over = [widget for widget in self.widgets() if _over(widget, event)]
        self.held = over[0] if over else None
        self.before(self.held)
        if self.held is not None:
            self.held.press(*_place(self.held, event))

    def _move(self, event: Any) -> None:
        if self.held is not None:
            self.held.drag(*_place(self.held, event))

    def _release(self, event: Any) -> None:
        held, self.held = self.held, None
        if held is not None:
            held.release(_over(held, event))


def _over(widget: Widget, event: Any) -> bool:
    return bool(widget.ax.get_visible() and widget.ax.bbox.contains(event.x, event.y))


def _place(widget: Widget, event: Any) -> tuple[float, float]:
    x, y = widget.ax.transData.inverted().transform((event.x, event.y))
    return float(x), float(y)


class Button(Widget):
    """A button with a word. ``call()`` is called when the mouse is released over it."""

    def __init__(self, ax: Any, word: str, letters: float, call: Callable[[], Any]) -> None:
        super().__init__(ax)
        self.call = call
        ax.set(xlim=(0, 1), ylim=(0, 1))
        self.ground = ground(ax, "0.9", ec="0.3")
        self.label = ax.text(0.5, 0.5, word, ha="center", va="center", fontsize=letters)
        self.moving = [self.ground, self.label]

    def light(self, on: bool) -> None:
        """Show the button as chosen, or as the others."""
        self.ground.set_facecolor("white" if on else "0.9")
        self.label.set_weight("bold" if on else "normal")

    def release(self, inside: bool) -> None:
        if inside:
            self.call()


class Menu(Widget):
    """Lines, of which one is chosen: ``at`` is its index. ``chosen(i)`` is called after a click.

    ``second`` is the index of another choice, in a second column of circles, or None without that column:
    ``chosen_second(i)`` is called after a click on one of them.
    """

    def __init__(self, ax: Any, labels: Sequence[str], letters: float, chosen: Callable[..., Any]) -> None:
        super().__init__(ax)
        self.chosen, self.at = chosen, 0
        self.second: int | None = None
        self.chosen_second = chosen
        self.names = list(labels)
        ax.set(xlim=(0, 1), ylim=(len(labels) - 0.5, -0.5))
        size = 0.62 * letters
        ax.plot([0.035] * len(labels), range(len(labels)), ls="", **self._mark(size))
        (self._dot,) = ax.plot([0.035], [0], ls="", **self._mark(size, on=True))
        self.labels = [
            ax.text(0.095, i, label, va="center", fontsize=letters, parse_math=False) for i, label in enumerate(labels)
        ]
        self.title: Any = None  # above the lines
        self._beside = [
            ax.plot([SECOND] * len(labels), range(len(labels)), ls="", **self._mark(size))[0],
            *(ax.text(x, -0.5, name, ha="center", va="bottom", fontsize=letters) for x, name in zip(COLUMNS, "AB")),
        ]
        (self._dot_beside,) = ax.plot([SECOND], [0], ls="", **self._mark(size, on=True))
        self.moving = [self._dot, self._dot_beside]
        self.set_second(None)

    def set_second(self, i: int | None) -> None:
        """Show the second choice; None hides its column. The fixed artists must then be drawn again."""
        self.second = i
        for artist in (*self._beside, self._dot_beside):
            artist.set_visible(i is not None)
        self._dot_beside.set_ydata([i or 0])
        for label in self.labels:
            label.set_x(0.095 if i is None else 0.175)
        if self.title is not None:
            self.title.set_x(0 if i is None else 0.175)

    @staticmethod
    def _mark(size: float, on: bool = False) -> dict[str, Any]:
        return {"marker": "o", "ms": 0.6 * size if on else size, "mfc": "black" if on else "none", "mec": "black"}

    def set(self, i: int) -> None:
        """Show the choice of line ``i``."""
        self.at = i
        self._dot.set_ydata([i])

    def press(self, x: float, y: float) -> None:
        i = min(max(round(y), 0), len(self.names) - 1)
        if self.second is not None and sum(COLUMNS) / 2 < x < 0.16:
            self.set_second(i)
            self.chosen_second(i)
        else:
            self.set(i)
            self.chosen(i)


class Ticks(Menu):
    """Lines that are ticked or not: ``on`` holds a bool for each. ``chosen(i)`` is called after a click."""

    def __init__(self, ax: Any, labels: Sequence[str], letters: float, chosen: Callable[[int], Any]) -> None:
        super().__init__(ax, labels, letters, chosen)
        self.on = [False] * len(labels)
        self.tick(self.on)

    @staticmethod
    def _mark(size: float, on: bool = False) -> dict[str, Any]:
        look = {"marker": "x", "ms": 0.75 * size, "mew": 1.8} if on else {"marker": "s", "ms": size, "mfc": "none"}
        return look | {"mec": "black"}

    def tick(self, on: Sequence[bool]) -> None:
        """Show which lines are ticked."""
        self.on = list(on)
        ticked = [i for i, yes in enumerate(on) if yes]
        self._dot.set_data([0.035] * len(ticked), ticked)

    def press(self, x: float, y: float) -> None:
        i = min(max(round(y), 0), len(self.names) - 1)
        self.tick([yes != (i == at) for at, yes in enumerate(self.on)])
        self.chosen(i)


def ground(ax: Any, colour: str, **options: Any) -> Any:
    """A rectangle that fills ``ax``."""
    from matplotlib.patches import Rectangle

    look: dict[str, Any] = {"fc": colour, "ec": "none", "zorder": 0, "transform": ax.transAxes}
    return ax.add_patch(Rectangle((0, 0), 1, 1, **look | options))
