"""The lab's keys: the method that each one calls, and a list of them over the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

HANDLERS = ("key_press_handler_id", "button_press_handler_id", "scroll_handler_id")  # of the manager of a figure
LOOK: dict[str, Any] = {"fontsize": 13, "family": "monospace", "linespacing": 1.6, "ha": "center", "va": "center"}
BOX: dict[str, Any] = {"boxstyle": "round,pad=1", "facecolor": "#FFFFE0", "edgecolor": "black"}


class Key(NamedTuple):
    """One or more keys for one action: their names on the screen, the action, and their names in matplotlib."""

    shown: str
    action: str
    names: tuple[str, ...]


KEYS = {  # by the name of the Lab's method
    "toggle": Key("space or p", "run or pause", (" ", "p")),  # in a page the space bar scrolls as well
    "phase": Key("→", "one phase", ("right",)),
    "step": Key("enter", "one step", ("enter",)),
    "begin": Key("backspace", "start anew", ("backspace",)),
    "defaults": Key("d", "defaults", ("d",)),
    "clear": Key("c", "clear drawing", ("c",)),
    "full_screen": Key("f", "full screen, or back", ("f",)),
    "show_keys": Key("h or ?", "show or hide all keys", ("h", "?")),
}


class Keys:
    """The keys of ``figure``: one of KEYS calls ``call`` with the name of its method. No other key does anything.

    matplotlib's own keys, mouse buttons and wheel are switched off, because ``q`` closes the window and ``k``, ``l``,
    ``g`` and the wheel change a panel.
    """

    def __init__(self, figure: Any, call: Callable[[str], Any]) -> None:
        self.call = call
        for name in HANDLERS:
            handler = getattr(figure.canvas.manager, name, None)
            if handler is not None:
                figure.canvas.mpl_disconnect(handler)
        figure.canvas.mpl_connect("key_press_event", self._press)
        self._list = figure.text(0.5, 0.5, "", bbox=BOX, zorder=10, **LOOK)

    def artists(self) -> list[Any]:
        """The list of keys while the window shows the list, to be drawn over all else."""
        return [self._list] if self._list.get_text() else []

    def show(self) -> None:
        """Show the list of keys, or hide it."""
        wide = [max(len(key[i]) for key in KEYS.values()) for i in (0, 1)]
        lines = [f"{key.shown:{wide[0]}}   {key.action:{wide[1]}}" for key in KEYS.values()]
        self._list.set_text("" if self._list.get_text() else "\n".join(lines))

    def _press(self, event: Any) -> None:
        for name, key in KEYS.items():
            if event.key in key.names:
                self.call(name)
