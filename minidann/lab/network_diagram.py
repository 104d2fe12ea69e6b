"""The network as a diagram: its three parts, the node of the chosen form, and the gradients that pass."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..adapt.parts import LOSS_NAMES, PARTS, REACHED_BY, SYMBOLS, arrival_symbol
from ..compare.reversal_forms import FORMS
from ..plots import style
from .diagram_places import BACK, FORWARD, INPUT, LEAST, Box, places
from .experiment import PHASES, typed_symbol

LIT: dict[str | None, tuple[str, ...]] = {  # the arrows after each phase; all arrows while the run goes on
    "forward": ("forward",),
    "label gradient": ("label gradient",),
    "domain gradient": ("label gradient", "domain gradient"),
    "update": ("label gradient", "domain gradient"),
}
LIGHT: dict[str, Any] = {"facecolor": "none", "edgecolor": style.PRESENT, "lw": 3.5, "visible": False}
COLOURS = style.loss_colours(LOSS_NAMES)
INK = {"forward": "black", "label gradient": COLOURS["L_y"], "domain gradient": COLOURS["L_d"], "update": "black"}
NODES = "node", "second node"
UNLIT = "0.85"
LEGEND = "↓ the update lowers this loss through this part   ↑ raises it   · nothing arrives"


class NetworkDiagram:
    """A diagram inside ``ax``. ``set_form`` draws the fixed part; ``show`` draws the numbers and the last phase.

    ``letters``: their size in points. They become smaller on axes with no room for them.
    """

    def __init__(self, ax: Any, letters: float = 12.0) -> None:
        self.ax, self.letters = ax, letters
        self._drawn: tuple[str, list[float]] | None = None  # the form, and the size of the axes
        self._arrows: dict[str, list[Any]] = {}
        self._texts: dict[str, Any] = {}
        self._lights: dict[str, list[Any]] = {}  # the highlight over the part of the present phase

    def artists(self) -> list[Any]:
        """The artists that ``show`` changes, in drawing order. They are few, because letters are slow."""
        groups = (*self._lights.values(), *self._arrows.values(), self._texts.values())
        return [artist for group in groups for artist in group]

    def set_form(self, name: str) -> None:
        """Draw the network, with the node of the form in its place, to fit the present size of the axes.

        For the form and the size of the last drawing only the numbers are taken away: to draw anew is slow.
        """
        self._form, ax = FORMS[name], self.ax
        room = [72 * side / ax.figure.dpi for side in ax.get_window_extent().size]
        if self._drawn == (name, room):
            self._take_numbers_away()
            return
        self._drawn = name, room
        ax.clear()
        ax.set_axis_off()
        self._size = min(self.letters, *(side / least for side, least in zip(room, LEAST)))
        self.places = places(self._form, room[0] / self._size, room[1] / self._size)
        ax.set(xlim=(0, self.places.width), ylim=(0, self.places.height))
        self._lights, self._texts = {"update": []}, {}
        self._arrows = {phase: [] for phase in PHASES[:3]}
        self._draw_words()
        for part in PARTS:
            self._draw_part(part)
        for loss, phase in zip(LOSS_NAMES, PHASES[1:3]):
            self._draw_row(loss, phase)
        self._draw_node()

    def _take_numbers_away(self) -> None:
        """The state after ``set_form``: no number, no arrow lit, no phase."""
        for text in self._texts.values():
            text.set_text("")
        for arrow in (arrow for arrows in self._arrows.values() for arrow in arrows):
            arrow.set_color(UNLIT)
        for light in (light for lights in self._lights.values() for light in lights):
            light.set_visible(False)

    def _draw_words(self) -> None:
        """The form and its remark above, the batch at the left, the phases and the legend below."""
        form, (width, height, boxes, *_) = self._form, self.places
        colour = "black" if form.right else style.WRONG
        self._write(width / 2, height - 0.75, str(form), color=colour, weight="bold")
        self._write(width / 2, height - 2.1, form.remark if form.right else f"wrong: {form.remark}", color=colour)
        features = boxes["features"]
        middle = features.middle[1]
        words = (("source", style.SOURCE), ("x, y", style.SOURCE), ("target", style.TARGET), ("x", style.TARGET))
        for above, (text, ink) in zip((2.1, 0.8, -0.8, -2.1), words):
            self._write(0, middle + above, text, color=ink, ha="left", weight="bold")
        self._arrow("forward", (INPUT + 0.2, middle), (features.left, middle))
        for i, phase in enumerate(PHASES):
            x = width / 2 + 11.3 * (i - 1.5)
            self._write(x, 2.15, f"{i + 1} {phase}", color=INK[phase])
            self._lights.setdefault(phase, []).append(self._box(Box(x - 5.3, 1.45, 10.6, 1.4), **LIGHT))
        self._write(width / 2, 0.55, LEGEND)

    def _draw_part(self, part: str) -> None:
        """A part: its name, the gradients that reach it at the level of their arrows, and its movement."""
        box = self.places.boxes[part]
        x, head = box.middle[0], part != "features"
        self._box(box, facecolor="white", edgecolor="black", lw=1.4)
        self._lights["update"].append(self._box(box, **LIGHT))
        self._write(x, box.top - 0.8, f"{part.replace('_', ' ')} {SYMBOLS[part]}", weight="bold")
        for loss in LOSS_NAMES:
            if part in REACHED_BY[loss]:
                y = self.places.bottoms[loss] + BACK + 0.6 * head
                self._texts[f"{loss} at {part}"] = self._write(x, y, "", color=COLOURS[loss])
        self._texts[f"moved {part}"] = self._write(x, box.bottom + 0.8 if head else box.middle[1], "")

    def _draw_row(self, loss: str, phase: str) -> None:
        """The arrows of one row, forward and back, and the loss at its end."""
        boxes = [self.places.boxes[name] for name in self.places.rows[loss]]
        bottom = self.places.bottoms[loss]
        for left, right in zip(boxes, boxes[1:]):
            self._arrow("forward", (left.right, bottom + FORWARD), (right.left, bottom + FORWARD))
            self._arrow(phase, (right.left, bottom + BACK), (left.right, bottom + BACK))
        look: dict[str, Any] = {"ha": "left", "color": COLOURS[loss], "linespacing": 1.25}
        weighted = loss == "L_d" and self._form.weighted
        x, y = boxes[-1].left + 0.3, bottom + (FORWARD + BACK) / 2 + 1.3 * weighted
        self._texts[loss] = self._write(x, y, "", weight="bold", **look)
        if weighted:
            self._texts["weight"] = self._write(x, y - 2.65, "", **look)

    def _draw_node(self) -> None:
        """The node on the way back, or both nodes, with the factors in both directions."""
        form, boxes = self._form, self.places.boxes
        between = (boxes["features"].right + boxes["domain_head"].left) / 2
        if form.node == "nowhere":
            y = boxes["features"].middle[1]
            self._write(between, y, "no node:\n× 1 both ways", color="0.35", linespacing=1.25)
            return
        nodes = [boxes[name] for name in NODES if name in boxes]
        for box in nodes:
            x, y = box.middle
            self._box(box, facecolor=style.REVERSAL, edgecolor="black", lw=1.4)
            self._write(x, y + (1.45 if len(nodes) > 1 else 1.95), "R", weight="bold", size=2)
            self._write(x, y + (0 if len(nodes) > 1 else 0.6), "× 1" if len(nodes) > 1 else "forward × 1")
            if len(nodes) > 1:
                self._write(x, y - 1.35, "× −λ")
        if len(nodes) > 1:
            self._texts["node"] = self._write(between, nodes[0].top + 0.75, "")
        elif form.weighted:
            self._write(x, y - 1.35, "backward × −1")
        else:
            self._texts["node"] = self._write(x, y - 1.35, "", linespacing=1.25)

    def show(self, numbers: Mapping[str, float], phase: str | None) -> None:
        """Show ``numbers`` of Experiment.numbers. ``phase``: the last phase; None while the run goes on."""
        form, weight = self._form, numbers["adapt_weight"]
        arriving = form.arriving(weight)
        seen = () if math.isnan(numbers["L_y"]) else LIT.get(phase, PHASES)
        for name, arrows in self._arrows.items():
            for arrow in arrows:
                arrow.set_color(INK[name] if name in seen else UNLIT)
        for name, lights in self._lights.items():
            for light in lights:
                light.set_visible(name == phase)
        for part in PARTS:
            symbol = typed_symbol(part)
            self._texts[f"moved {part}"].set_text(f"moved {said(numbers[f'moved {symbol}'])}")
            for loss in LOSS_NAMES:
                if part in REACHED_BY[loss]:
                    self._texts[f"{loss} at {part}"].set_text(_arrival(f"{loss} at {symbol}", numbers, arriving))
        for loss in LOSS_NAMES:
            self._texts[loss].set_text(f"{loss}\n{said(numbers[loss])}")
        if form.weighted:
            self._texts["weight"].set_text(f"× {'λ' if form.sign > 0 else '−λ'}\n= {said(form.domain_weight(weight))}")
        elif "node" in self._texts:
            begin = "each: −λ " if form.node == "twice" else "backward × −λ\n"
            self._texts["node"].set_text(f"{begin}= {said(-weight)}")

    def _box(self, box: Box, **look: Any) -> Any:
        from matplotlib.patches import Rectangle

        return self.ax.add_patch(Rectangle(box[:2], box.width, box.height, clip_on=False, zorder=2, **look))

    def _arrow(self, phase: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        from matplotlib.patches import FancyArrowPatch

        look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 1.3 * self._size, "lw": 2}
        arrow = FancyArrowPatch(start, end, color=UNLIT, zorder=3, shrinkA=0, shrinkB=0, **look)
        self._arrows[phase].append(self.ax.add_patch(arrow))

    def _write(self, x: float, y: float, text: str, size: float = 0.0, **look: Any) -> Any:
        return self.ax.text(
            x, y, text, **{"ha": "center", "va": "center", "fontsize": self._size + size, "zorder": 5} | look
        )


def said(value: float) -> str:
    """A number with three digits; – for nan."""
    if math.isnan(value):
        return "–"
    if not 0 < abs(value) < 1e6:
        return f"{value + 0.0:.3g}".replace("-", "−")  # + 0.0: no minus before a zero
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}").replace("-", "−")


def _arrival(name: str, numbers: Mapping[str, float], arriving: Mapping[str, float]) -> str:
    """The norm of the gradient that arrives, by a key of ARRIVALS. ↓: the update lowers this loss through the part;
    ↑: it raises it.
    """
    times = arriving.get(name, arriving.get(arrival_symbol(name), 0.0))
    return f"{name[:3]} {'↓' if times > 0 else '↑' if times < 0 else '·'} {said(numbers[name])}"
