"""The controls at the left of the lab's window, in two tabs: the training, and the data with its brush."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..compare.reversal_forms import FORMS
from .column import Column
from .hand_drawing import ERASER, Brush
from .settings import NO_EFFECT, PAIRS, Settings
from .sliders import NumberBox, typed_number, typed_whole
from .widgets import Mouse, Widget

SPEEDS = (0, 1, 2, 5, 10, 20, 50)  # steps in one frame; 0: one phase at a time
SPEED = 5
SPEED_MOST = 1000  # steps in one frame that can be typed
# domain and label of points drawn by hand; the eraser removes points
BRUSHES: tuple[Brush, ...] = (("source", 0), ("source", 1), ("target", 0), ("target", 1), ERASER)
PAIR_NAMES = {
    "moons": "moons",
    "moons-origin": "moons, about the origin",
    "blobs": "blobs",
    "drawn": "drawn by hand",
    "digits": "digits",
}
TABS = {"training": "training", "data": "data *"}


class Range(NamedTuple):
    """A slider: its name on the screen, its ends, its step, its tab, and the largest number that can be typed."""

    name: str
    low: float
    high: float
    step: float
    tab: str
    most: float = float("inf")


SLIDERS = {
    "adapt_weight": Range("λ, full strength", 0, 4, 0.05, "training"),
    "rate": Range("learning rate", 0, 0.2, 0.005, "training"),
    "momentum": Range("momentum", 0, 0.95, 0.05, "training"),
    "domain_rate": Range("domain head: rate ×", 0, 10, 0.5, "training"),
    "domain_steps": Range("domain head: steps", 1, 10, 1, "training", 100),
    "rotation": Range("rotation, degrees", -180, 180, 5, "data"),
    "noise": Range("noise", 0, 0.5, 0.01, "data"),
    "source_share": Range("class 1 in source", 0.05, 0.95, 0.05, "data"),
    "target_share": Range("class 1 in target", 0.05, 0.95, 0.05, "data"),
    "width": Range("hidden width", 1, 64, 1, "data", 512),
    "seed": Range("seed", 0, 20, 1, "data"),
}


class Controls:
    """The controls. ``change(**settings)`` is called with new settings, ``look()`` after a change of view or speed.

    ``speed``: steps in one frame. ``averaged``: whether averaged weights are shown. ``brush``: a Brush.
    ``anew``: whether a new form starts the run anew. ``pause_at``: the step after which a run pauses, or None.
    ``change(second_form=…)`` is called for the form of a second run. ``call(name)`` is called by a button with the name
    of a method of the Lab. ``redraw()`` is called after a change of the tab. ``awake()``: whether the controls take the
    mouse. ``say(sentence)`` shows why a typed number is refused.
    """

    def __init__(
        self,
        figure: Any,
        settings: Settings,
        letters: float,
        change: Callable[..., Any],
        call: Callable[[str], Any],
        look: Callable[[], Any],
        redraw: Callable[[], Any],
        awake: Callable[[], bool],
        say: Callable[[str], Any],
    ) -> None:
        self.change, self.call, self.look, self.redraw, self.say = change, call, look, redraw, say
        self.speed, self.averaged = SPEED, False
        self.brush: Brush = BRUSHES[0]
        self.anew, self.shown = False, True
        self.pause_at: int | None = None
        column = Column(figure, letters, TABS, self.open_tab)
        self._make(column)
        self.widgets: dict[str, Any] = column.widgets
        self.widgets["form"].chosen_second = lambda i: change(second_form=list(FORMS)[i])
        self._tabs = column.tabs
        self.mouse = Mouse(figure, self.widgets.values, awake, self._pressed)
        self.show(settings)
        self.rest()
        self.open_tab("training")

    def artists(self) -> list[Any]:
        """The artists that change with a setting, for a painter."""
        return [artist for widget in self.widgets.values() for artist in widget.artists()]

    def show(self, settings: Settings) -> None:
        """Set all controls to ``settings`` without a call of ``change``. Those without an effect are pale."""
        idle = NO_EFFECT.get(settings.pair, ())
        for name in SLIDERS:
            self.widgets[name].set(getattr(settings, name))
            for part in (name, f"{name} typed"):
                self.widgets[part].pale(name in idle)
        for name in ("brush", "undo", "clear"):
            self.widgets[name].pale(settings.pair != "drawn")
        self.widgets["pair"].set(PAIRS.index(settings.pair))
        self.widgets["form"].set(list(FORMS).index(settings.form))
        self.widgets["ticks"].tick([settings.ramp, self.averaged])

    def rest(self) -> None:
        """Set speed, view, brush, pause and the start of a new form to their first values."""
        self.speed, self.averaged, self.brush, self.anew, self.pause_at = SPEED, False, BRUSHES[0], False, None
        self.show_own()

    def show_own(self) -> None:
        """Show speed, view, brush, pause and the start of a new form as they are."""
        self.widgets["speed"].set(self.speed)
        self.widgets["brush"].set(BRUSHES.index(self.brush))
        self.widgets["anew"].set(int(self.anew))
        self.widgets["ticks"].tick([self.widgets["ticks"].on[0], self.averaged])
        self.widgets["pause_at"].show("–" if self.pause_at is None else str(self.pause_at))

    # tabs and typing ------------------------------------------------------------------------------------------------

    def open_tab(self, name: str) -> None:
        """Show one tab in place of the other. What is being typed is left."""
        self.tab = name
        self.leave()
        for tab, axes in self._tabs.items():
            for ax in axes:
                ax.set_visible(self.shown and tab == name)
            self.widgets[f"tab {tab}"].ax.set_visible(self.shown)
            self.widgets[f"tab {tab}"].light(tab == name)
        self.redraw()

    def set_shown(self, shown: bool) -> None:
        """Show the column, or hide it."""
        self.shown = shown
        self.open_tab(self.tab)

    @property
    def typed(self) -> NumberBox | None:
        """The number that is being typed; None if there is none."""
        return next((box for box in self._boxes() if box.typing), None)

    def leave(self) -> None:
        """Leave the number that is being typed, if there is one."""
        if self.typed is not None:
            self.typed.leave()
            self.look()

    def key(self, name: str | None) -> bool:
        """Take a key, if a number is being typed, or the key is Tab. Returns whether it was taken."""
        typed, boxes = self.typed, self._boxes()
        if name is None or not boxes or (typed is None and name not in ("tab", "shift+tab")):
            return False
        refused = typed.key(name) if typed is not None else ""
        self.say(refused)
        if not refused and name in ("tab", "shift+tab"):
            at = boxes.index(typed) if typed is not None else -1 if name == "tab" else 0
            boxes[(at + (1 if name == "tab" else -1)) % len(boxes)].begin()
        self.look()
        return True

    def _boxes(self) -> list[NumberBox]:
        """The numbers that can be seen, from top to bottom."""
        return [box for box in self.widgets.values() if isinstance(box, NumberBox) and box.ax.get_visible()]

    def _pressed(self, widget: Widget | None) -> None:
        self.say("")
        if widget is not self.typed:
            self.leave()
        if isinstance(widget, NumberBox) and not widget.typing:
            widget.begin()
            self.look()

    # what they do ---------------------------------------------------------------------------------------------------

    def _take(self, name: str, text: str) -> str:
        """Take a typed setting. Returns a sentence if it is refused."""
        spec = SLIDERS[name]
        try:
            value = typed_number(name, text)
            if value > spec.most:
                raise ValueError(f"{name}: got {value:g}, expected at most {spec.most:g}")
            self.change(**{name: value})
        except ValueError as error:
            return str(error).replace(f"{name}:", f"{spec.name}:", 1)
        return ""

    def _take_speed(self, text: str) -> str:
        speed = typed_whole(text)
        if speed is None or speed > SPEED_MOST:
            return f"speed: got {text!r}, expected a whole number from 0 to {SPEED_MOST}"
        self._sped(speed)
        self.widgets["speed"].set(speed)
        return ""

    def _take_pause(self, text: str) -> str:
        step = typed_whole(text) if text.strip("–- ") else 0
        if step is None:
            return f"pause at step: got {text!r}, expected a whole number, or nothing"
        self.pause_at = step or None
        self.show_own()
        return ""

    def _sped(self, speed: float) -> None:
        self.speed = int(speed)
        self.look()

    def _ticked(self, i: int) -> None:
        ramp, self.averaged = self.widgets["ticks"].on
        self.change(ramp=ramp) if i == 0 else self.look()

    def _brushed(self, i: int) -> None:
        self.brush = BRUSHES[i]
        self.look()

    def _formed(self, i: int) -> None:
        self.change(form=list(FORMS)[i])

    def show_second(self, form: str | None) -> None:
        """Show the form of the run beside the first one; None for one run."""
        self.widgets["form"].set_second(None if form is None else list(FORMS).index(form))

    def _paired(self, i: int) -> None:
        self.change(pair=PAIRS[i])

    def _started(self, i: int) -> None:
        self.anew = bool(i)
        self.look()

    # making them ----------------------------------------------------------------------------------------------------

    def _make(self, column: Column) -> None:
        """Make all controls, from top to bottom."""
        column.begin("training")
        column.menu("form", "what is back-propagated", [form.title for form in FORMS.values()], self._formed)
        column.menu("anew", "a new form starts", ["from here", "anew"], self._started)
        column.ticks("ticks", ["λ(p): let λ rise from 0", "show averaged weights"], self._ticked)
        self._sliders(column)
        ends = (0, len(SPEEDS) - 1, 1)
        column.slider("speed", "steps in a frame", ends, self._sped, self._take_speed, SPEEDS)
        column.number("pause_at", "pause at step", self._take_pause)
        column.buttons({"defaults": "defaults"}, self.call)
        column.begin("data")
        column.menu("pair", "pair of domains", [PAIR_NAMES[name] for name in PAIRS], self._paired)
        self._sliders(column)
        names = [brush if isinstance(brush, str) else f"{brush[0]}, class {brush[1]}" for brush in BRUSHES]
        column.menu("brush", "brush, for drawing by hand", names, self._brushed)
        column.buttons({"undo": "undo", "clear": "clear"}, self.call)
        column.note("* each change here begins\nthe run anew; pale controls\nhave no effect on this pair")

    def _sliders(self, column: Column) -> None:
        for name, spec in SLIDERS.items():
            if spec.tab == column.tab:
                ends = (spec.low, spec.high, spec.step)
                column.slider(name, spec.name, ends, self._slid(name), self._taking(name))

    def _slid(self, name: str) -> Callable[[float], Any]:
        return lambda value: self.change(**{name: value})

    def _taking(self, name: str) -> Callable[[str], str]:
        return lambda text: self._take(name, text)
