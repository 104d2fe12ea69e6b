"""The network as a diagram: its three parts, the node of the chosen form, and the gradients that pass."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..adapt.parts import LOSS_NAMES, PARTS, SYMBOLS, arrival_symbol
from ..compare.reversal_forms import FORMS
from ..plots import style
from .experiment import PHASES, typed_symbol

BOXES = {  # middle, half width, half height; the picture is 10 wide and 4 high
    "features": (2.9, 2.0, 0.95, 0.8),
    "label_head": (6.35, 3.05, 0.95, 0.8),
    "domain_head": (6.35, 0.95, 0.95, 0.8),
}
SAYING = {  # the place of the factor of a node
    "domain head": (5.15, 2.0),
    "twice": (5.15, 2.0),
    "both heads": (4.6, 2.0),
    "logits": (7.6, 1.45),
}
PLACES = {  # of the node, or of both nodes
    "domain head": ((4.88, 1.5),),
    "twice": ((4.62, 1.77), (5.12, 1.25)),
    "both heads": ((4.12, 2.0),),
    "logits": ((7.8, 0.95),),
}
FORK = (4.4, 2.0)
FORWARD = (  # the way of the batch, and beside it the ends of the gradients' ways back
    ((1.25, 2.0), (1.95, 2.0)),
    ((3.85, 2.0), FORK),
    (FORK, (5.4, 3.05)),
    (FORK, (5.4, 0.95)),
    ((7.3, 3.05), (8.35, 3.05)),
    ((7.3, 0.95), (8.35, 0.95)),
)
BACK = {
    "label gradient": (((8.35, 3.3), (7.3, 3.3)), ((5.4, 3.4), (3.85, 2.3))),
    "domain gradient": (((8.35, 0.7), (7.3, 0.7)), ((5.4, 0.6), (3.85, 1.7))),
}
LIT: dict[str | None, tuple[str, ...]] = {  # the arrows after each phase; all arrows while the run goes on
    "forward": ("forward",),
    "label gradient": ("label gradient",),
    "domain gradient": ("label gradient", "domain gradient"),
    "update": ("label gradient", "domain gradient"),
}
LIGHT: dict[str, Any] = {"facecolor": "none", "edgecolor": style.PRESENT, "lw": 3.5, "visible": False}
INK = {"forward": "black", "label gradient": style.LABEL_LOSS, "domain gradient": style.DOMAIN_LOSS, "update": "black"}


class NetworkDiagram:
    """A diagram on ``ax``. ``set_form`` draws the fixed part; ``show`` draws the numbers and the last phase."""

    def __init__(self, ax: Any, letters: float = 10.0) -> None:
        self.ax, self.letters = ax, letters
        self._arrows: dict[str, list[Any]] = {}
        self._texts: dict[str, Any] = {}
        self._lights: dict[str, list[Any]] = {}  # the highlight over the part of the present phase

    def artists(self) -> list[Any]:
        """The artists that ``show`` changes, in drawing order. They are few, because letters are slow."""
        groups = (*self._lights.values(), *self._arrows.values(), self._texts.values())
        return [artist for group in groups for artist in group]

    def set_form(self, name: str) -> None:
        """Draw the network anew, with the node of the form in its place."""
        self._form, ax = FORMS[name], self.ax
        ax.clear()
        ax.set(xlim=(0, 10), ylim=(0, 4))
        ax.set_axis_off()
        wrong = "" if self._form.right else f"  wrong: {self._form.remark}"
        colour = "black" if self._form.right else style.WRONG
        self._write(5, 4.05, f"{self._form}{wrong}", color=colour, size=1.5, va="bottom")
        self._write(0.1, 2.4, "source x, y", color=style.SOURCE, ha="left", weight="bold")
        self._write(0.1, 1.6, "target x", color=style.TARGET, ha="left", weight="bold")
        self._lights, self._texts = {"update": []}, {}
        for part, (x, y, w, h) in BOXES.items():
            self._box(x - w, y - h, 2 * w, 2 * h, facecolor="white", edgecolor="black", lw=1.4)
            self._lights["update"].append(self._box(x - w, y - h, 2 * w, 2 * h, **LIGHT))
            self._write(x, y + h - 0.23, f"{part.replace('_', ' ')} {SYMBOLS[part]}", weight="bold")
            self._texts[part] = self._write(x, y - 0.2, "", linespacing=1.35)
        for i, phase in enumerate(PHASES):
            x = 1.6 + 2.3 * i
            self._write(x, -0.3, f"{i + 1} {phase}", color=INK[phase])
            self._lights.setdefault(phase, []).append(self._box(x - 1.05, -0.5, 2.1, 0.4, **LIGHT))
        self._arrows = {"forward": [self._arrow(*ends) for ends in FORWARD]}
        for phase, ways in BACK.items():
            self._arrows[phase] = [self._arrow(*ends) for ends in ways]
        self._texts["L_y"] = self._write(8.7, 3.05, "", ha="left", color=style.LABEL_LOSS, weight="bold", size=1.5)
        self._texts["L_d"] = self._write(8.7, 0.95, "", ha="left", color=style.DOMAIN_LOSS, weight="bold", size=1.5)
        self._draw_node()

    def _draw_node(self) -> None:
        """The reversal of the form over the arrows, with room for its factor."""
        from matplotlib.patches import Circle

        places = PLACES.get(self._form.node)
        if places is None:
            self._write(4.3, 0.75, "no node", color="0.4")
            return
        look: dict[str, Any] = {"facecolor": style.REVERSAL, "edgecolor": "black", "lw": 1.4, "zorder": 4}
        self._arrows["node"] = [self.ax.add_patch(Circle(place, 0.27, **look)) for place in places]  # over the arrows
        for i, place in enumerate(places):
            self._texts[f"R {i}"] = self._write(*place, "R", weight="bold", size=1.5)
        self._texts["node"] = self._write(*SAYING[self._form.node], "", ha="left")

    def show(self, numbers: Mapping[str, float], phase: str | None) -> None:
        """Show ``numbers`` of Experiment.numbers. ``phase``: the last phase; None while the run goes on."""
        arriving = self._form.arriving(numbers["adapt_weight"])
        seen = () if math.isnan(numbers["L_y"]) else LIT.get(phase, PHASES)
        for name in PHASES[:3]:
            for arrow in self._arrows[name]:
                arrow.set_color(INK[name] if name in seen else "0.85")
        for name, lights in self._lights.items():
            for light in lights:
                light.set_visible(name == phase)
        for part in PARTS:
            lines = [_arrival(loss, part, numbers, arriving) for loss in LOSS_NAMES]
            keep = {"features": lines, "label_head": lines[:1], "domain_head": lines[1:]}[part]
            self._texts[part].set_text("\n".join([*keep, f"moved {said(numbers[f'moved {typed_symbol(part)}'])}"]))
        weight = numbers["adapt_weight"]
        factor = f"× {'λ' if self._form.sign > 0 else '−λ'} = {said(self._form.domain_weight(weight))}"
        self._texts["L_y"].set_text(f"L_y = {said(numbers['L_y'])}")
        self._texts["L_d"].set_text(f"L_d = {said(numbers['L_d'])}" + f"\n{factor}" * self._form.weighted)
        if self._form.node in PLACES:
            once = f"× {said(-1.0 if self._form.weighted else -weight)}"
            self._texts["node"].set_text(" ".join([once] * len(PLACES[self._form.node])))

    def _box(self, x: float, y: float, width: float, height: float, **look: Any) -> Any:
        from matplotlib.patches import Rectangle

        return self.ax.add_patch(Rectangle((x, y), width, height, clip_on=False, zorder=2, **look))

    def _arrow(self, start: tuple[float, float], end: tuple[float, float]) -> Any:
        from matplotlib.patches import FancyArrowPatch

        look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 13, "lw": 2, "shrinkA": 0, "shrinkB": 0}
        return self.ax.add_patch(FancyArrowPatch(start, end, color="0.85", zorder=3, **look))

    def _write(self, x: float, y: float, text: str, size: float = 0.0, **look: Any) -> Any:
        return self.ax.text(
            x, y, text, **{"ha": "center", "va": "center", "fontsize": self.letters + size, "zorder": 5} | look
        )


def said(value: float) -> str:
    """A number with three digits; – for nan."""
    if math.isnan(value):
        return "–"
    if not 0 < abs(value) < 1e6:
        return f"{value + 0.0:.3g}".replace("-", "−")  # + 0.0: no minus before a zero
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}").replace("-", "−")


def _arrival(loss: str, part: str, numbers: Mapping[str, float], arriving: Mapping[str, float]) -> str:
    """The norm of the gradient that a loss sends to a part. ↓: the update lowers this loss through the part;
    ↑: it raises it.
    """
    name = f"{loss} at {typed_symbol(part)}"
    times = arriving.get(name, arriving.get(arrival_symbol(name), 0.0))
    return f"{loss} {'↓' if times > 0 else '↑' if times < 0 else '·'} {said(numbers[name])}"
