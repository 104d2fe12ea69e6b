"""The lab's keys: the method that each one calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

HANDLERS = ("key_press_handler_id", "button_press_handler_id", "scroll_handler_id")  # of the manager of a figure


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
    "undo": Key("u", "undo the last stroke", ("u", "ctrl+z")),
    "clear": Key("c", "clear the drawing", ("c",)),
    "scenarios": Key("m", "menu of scenarios", ("m",)),
    "answer": Key("a", "answer to the question, or the question", ("a",)),
    "two_forms": Key("2", "two forms side by side, or one", ("2",)),
    "doctor": Key("o", "ask the doctor, or close the card", ("o",)),
    "save": Key("s", "save the screen to a file", ("s",)),
    "load": Key("l", "load a saved screen", ("l",)),
    "python": Key("y", "this run as lines of Python", ("y",)),
    "other_tab": Key("t", "the other tab of the controls", ("t",)),
    "toggle_controls": Key("v", "view without controls, or back", ("v",)),
    "full_screen": Key("f", "full screen, or back", ("f",)),
    "show_keys": Key("h or ?", "show or hide all keys", ("h", "?")),
}


class Keys:
    """The keys of ``figure``: one of KEYS calls ``call`` with the name of its method. No other key does anything.

    ``first(key)`` is asked before: a card or a number that is being typed takes the key if it returns True.

    matplotlib's own keys, mouse buttons and wheel are switched off, because ``q`` closes the window and ``k``, ``l``,
    ``g`` and the wheel change a panel.
    """

    def __init__(self, figure: Any, call: Callable[[str], Any], first: Callable[[str | None], bool]) -> None:
        self.call, self.first = call, first
        for name in HANDLERS:
            handler = getattr(figure.canvas.manager, name, None)
            if handler is not None:
                figure.canvas.mpl_disconnect(handler)
        figure.canvas.mpl_connect("key_press_event", self._press)

    def _press(self, event: Any) -> None:
        if self.first(event.key):
            return
        for name, key in KEYS.items():
            if event.key in key.names:
                self.call(name)
                return


def lines() -> list[str]:
    """All keys and their actions, one a line, in two columns."""
    wide = max(len(key.shown) for key in KEYS.values())
    return [f"{key.shown:{wide}}   {key.action}" for key in KEYS.values()]
