"""The controls at the left of the lab's window: menus, sliders and boxes, widgets of matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..compare.reversal_forms import FORMS
from .settings import PAIRS, Settings

SPEEDS = (0, 1, 2, 5, 10, 20, 50)  # steps in one frame; 0: one phase at a time
SPEED = 5
BRUSHES = (("source", 0), ("source", 1), ("target", 0), ("target", 1))  # domain and label of points drawn by hand
PAIR_NAMES = dict(zip(PAIRS, ("moons", "moons, about the origin", "blobs", "drawn by hand")))
LETTERS = 9.5
LEFT, WIDE = 0.012, 0.185  # the column of controls, in shares of the figure


class Range(NamedTuple):
    """The range of a slider: its name on the screen, its ends, and its step."""

    name: str
    low: float
    high: float
    step: float


SLIDERS = {
    "adapt_weight": Range("λ, at full strength", 0, 4, 0.05),
    "rate": Range("learning rate", 0, 0.2, 0.005),
    "domain_rate": Range("domain head: rate ×", 0, 10, 0.5),
    "domain_steps": Range("domain head: steps", 1, 10, 1),
    "rotation": Range("rotation, degrees *", -180, 180, 5),
    "noise": Range("noise *", 0, 0.5, 0.01),
    "width": Range("hidden width *", 1, 64, 1),
    "seed": Range("seed *", 0, 20, 1),
}


class Controls:
    """The controls. ``change(**settings)`` is called with new settings, ``look()`` after a change of view or speed.

    ``speed``: steps in one frame. ``averaged``: whether averaged weights are shown. ``brush``: (domain, label).
    """

    def __init__(self, figure: Any, settings: Settings, change: Callable[..., Any], look: Callable[[], Any]) -> None:
        self.change, self.look = change, look
        self.speed, self.averaged, self.brush = SPEED, False, BRUSHES[0]
        self._figure, self._silent = figure, False
        self.widgets: dict[str, Any] = {}
        self._menu("pair", "pair of domains *", list(PAIR_NAMES.values()), 0.965)
        self._menu("form", "what is back-propagated", [form.title for form in FORMS.values()], 0.835)
        self._ticks(0.665)
        for i, (name, spec) in enumerate(SLIDERS.items()):
            self._slider(name, spec, 0.585 - 0.037 * i)
        self._speed_slider(0.265)
        self._menu("brush", "brush, for drawing by hand", [f"{domain}, class {y}" for domain, y in BRUSHES], 0.19)
        figure.text(LEFT, 0.008, "* begins the run anew     h: all keys", fontsize=LETTERS - 1, color="0.35")
        self.show(settings)

    def artists(self) -> list[Any]:
        """The artists that change with a setting, for a painter."""
        found: list[Any] = []
        for widget in self.widgets.values():
            ax = widget.ax
            found += [*ax.patches, *ax.collections, *ax.lines]
            if hasattr(widget, "valtext"):
                found.append(widget.valtext)
        return found

    def show(self, settings: Settings) -> None:
        """Set all controls to ``settings`` without a call of ``change``."""
        self._silent = True
        for name in SLIDERS:
            widget, value = self.widgets[name], getattr(settings, name)
            if not widget.valmin <= value <= widget.valmax:  # set from Python or by an option
                widget.valmin, widget.valmax = min(widget.valmin, value), max(widget.valmax, value)
                widget.ax.set_xlim(widget.valmin, widget.valmax)
            widget.set_val(value)
        self.widgets["pair"].set_active(PAIRS.index(settings.pair))
        self.widgets["form"].set_active(list(FORMS).index(settings.form))
        if self.widgets["ticks"].get_status()[0] != settings.ramp:
            self.widgets["ticks"].set_active(0)
        self._silent = False

    def rest(self) -> None:
        """Set speed, view and brush to their first values."""
        self.widgets["speed"].set_val(SPEEDS.index(SPEED))
        self.widgets["brush"].set_active(0)
        if self.averaged:
            self.widgets["ticks"].set_active(1)

    # making them ----------------------------------------------------------------------------------------------------

    def _axes(self, top: float, height: float, left: float = LEFT, width: float = WIDE) -> Any:
        ax = self._figure.add_axes((left, top - height, width, height))
        ax.set_navigate(False)
        return ax

    def _menu(self, name: str, title: str, labels: Sequence[str], top: float) -> None:
        from matplotlib.widgets import RadioButtons

        ax = self._axes(top, 0.0225 * len(labels) + 0.006)
        ax.set_axis_off()
        ax.set_title(title, loc="left", fontsize=LETTERS + 0.5, weight="bold", pad=2)
        looks: dict[str, Any] = {"label_props": {"fontsize": [LETTERS]}, "radio_props": {"s": [34]}}
        widget = RadioButtons(ax, list(labels), activecolor="black", useblit=False, **looks)
        widget.drawon = False  # the window draws at its next frame
        widget.on_clicked(lambda label: self._chosen(name, list(labels).index(str(label))))
        self.widgets[name] = widget

    def _ticks(self, top: float) -> None:
        from matplotlib.widgets import CheckButtons

        ax = self._axes(top, 0.051)
        ax.set_axis_off()
        labels = ["λ(p): let λ rise from 0", "show the averaged weights"]
        looks: dict[str, Any] = {
            "label_props": {"fontsize": [LETTERS]},
            "frame_props": {"s": [40]},
            "check_props": {"s": [40], "color": ["black"]},
        }
        widget = CheckButtons(ax, labels, [True, False], useblit=False, **looks)
        widget.drawon = False
        widget.on_clicked(lambda label: self._ticked(labels.index(str(label))))
        self.widgets["ticks"] = widget

    def _slider(self, name: str, spec: Range, top: float) -> None:
        ax = self._axes(top - 0.014, 0.016, LEFT, WIDE - 0.03)
        whole = spec.step == round(spec.step)
        valfmt = "%d" if whole else "%.4g"
        widget = _quiet_slider(
            ax, "", spec.low, spec.high, valinit=spec.low, valstep=spec.step, valfmt=valfmt, color="0.55"
        )
        ax.set_title(spec.name, loc="left", fontsize=LETTERS, pad=1)
        widget.vline.set_visible(False)
        widget.valtext.set_fontsize(LETTERS)
        widget.on_changed(lambda value: self._slid(name, int(value) if whole else round(float(value), 6)))
        self.widgets[name] = widget

    def _speed_slider(self, top: float) -> None:
        ax = self._axes(top - 0.014, 0.016, LEFT, WIDE - 0.03)
        start = SPEEDS.index(self.speed)
        widget = _quiet_slider(ax, "", 0, len(SPEEDS) - 1, valinit=start, valstep=1, color="0.55")
        ax.set_title("speed, steps in a frame (0: by phases)", loc="left", fontsize=LETTERS, pad=1)
        widget.vline.set_visible(False)
        widget.valtext.set_fontsize(LETTERS)
        widget.valtext.set_text(str(self.speed))
        widget.on_changed(self._sped)
        self.widgets["speed"] = widget

    # what they do ---------------------------------------------------------------------------------------------------

    def _chosen(self, name: str, i: int) -> None:
        if name == "brush":
            self.brush = BRUSHES[i]
        else:
            self._say(**{name: list(PAIRS if name == "pair" else FORMS)[i]})

    def _ticked(self, i: int) -> None:
        ramp, self.averaged = self.widgets["ticks"].get_status()
        self._say(ramp=bool(ramp)) if i == 0 else self.look()

    def _slid(self, name: str, value: float) -> None:
        self._say(**{name: value})

    def _sped(self, value: float) -> None:
        self.speed = SPEEDS[int(value)]
        self.widgets["speed"].valtext.set_text(str(self.speed))
        self.look()

    def _say(self, **settings: Any) -> None:
        if not self._silent:
            self.change(**settings)


def _quiet_slider(*arguments: Any, **options: Any) -> Any:
    """A Slider that never draws the figure, not even while it is made: the window draws at its next frame."""
    from matplotlib.widgets import Slider

    class Quiet(Slider):
        drawon = False

    return Quiet(*arguments, **options)
