"""The graph behind one or more losses as a picture: a box a tensor, an arrow a use, gradients on the arrows."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from ..engine.backend import to_numpy
from ..engine.tensor import Tensor
from ..probe.gradients import Probe
from ..probe.graph import name_nodes, named_losses, named_parameters, reversals, walk
from ..probe.tables import show
from . import style
from .layout import Point, lay_out, outline

BIG, SMALL = 9.0, 8.0  # points: what is written in a box, and beside boxes
BOX, LABEL = 0.24, 0.17  # inches: how high a box is, and what is written on the edge below it
PAD, SPACE = 0.12, 0.09  # inches: left and right in a box, and between two words
LINE, MARGIN = 0.34, 0.15  # inches: a line of the key, and around all
NARROWEST, LONGEST = 7.0, 150.0  # inches: room for the key; files and screens have their limits
TURN, HEAD = 0.05, 0.09  # inches: the radius of a turn, how long an arrow head is
GREY = "#555555"
LOSSES = (*style.OTHERS[:3], *style.MANY_CLASSES[7:9], style.LAMBDA)  # colours that can be read on white
KINDS = {  # as in the key: the outline, its colour and how wide it is in points, and how much of it is in the filling
    "op": ("box", style.LAMBDA, 0.8, 0.0),
    "parameter": ("pill", style.SOURCE_ONLY, 1.2, 0.25),
    "input": ("slanted", style.CHANCE, 1.0, 0.15),
    "loss": ("cut", style.LAMBDA, 1.6, 0.0),
    "reversal": ("pointed", style.DANN, 2.4, 0.35),
}
FORWARD = "forward: down the arrows; backward: up them, newest tensor first"
NORMS = "on an arrow: the norm of the gradient there, of"
SIDES = "“before → after”: had the reversal passed it on unchanged → as it arrives"

Word = tuple[str, str, float, bool]  # text, colour, points, bold


@dataclass(frozen=True)
class Node:
    """A tensor as it is drawn. ``inputs``: the positions of those it is made from. ``kind``: one of ``KINDS``.

    ``note``: a loss with its value, the factor of a reversal, the value of a constant. ``gradients``: by loss, the norm
    of what arrives, or "before → after" past a reversal. ``order``: the sweep passes the newest first. ``loss``: which
    of the losses it is, or "".
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    inputs: tuple[int, ...]
    note: str
    gradients: Mapping[str, str]
    order: int
    loss: str = ""


class GraphDisplay:
    """The graph behind some losses: leaves at the top, each tensor below what it is made from, losses at the bottom.

    ``nodes``: each after its inputs; ``losses``: their names. After ``plot``: ``ax_``, ``figure_``, ``caption_``, and
    by the node's position ``boxes_`` (outline, words), ``labels_`` (ground, words: the gradients; empty if none) and
    ``edges_`` (line and arrow head of each use that it makes of an input).
    """

    def __init__(self, nodes: Sequence[Node], losses: Collection[str]) -> None:
        self.nodes, self.losses = list(nodes), tuple(losses)

    @classmethod
    def from_loss(cls, losses: Any, names: Any = None, probe: Probe | None = None) -> GraphDisplay:
        """``losses``: a scalar tensor, such tensors by name, or what ``DANN.losses`` returned.

        ``names``: the network or its ``parameters()``, to call nodes by. ``probe``: of the same losses; its gradients
        are written on the arrows.
        """
        losses = named_losses(losses)
        return cls(read(losses, named_parameters(names), probe), losses)

    @property
    def colours(self) -> dict[str, str]:
        """The colour of each loss."""
        return dict(zip(self.losses, cycle(LOSSES)))

    def plot(self, ax: Any = None) -> GraphDisplay:
        """Draw it on ``ax``, to fit the size that it has now, or on a new figure in its natural size if None."""
        words = [self._words(node) for node in self.nodes]
        labels = [self._label(node.gradients) for node in self.nodes]
        tops = [box_width(inside) for inside in words]
        sizes = [(max(top, wide(label)), BOX + LABEL * bool(label)) for top, label in zip(tops, labels)]
        light = [node.kind == "parameter" for node in self.nodes]
        layout = lay_out([node.inputs for node in self.nodes], sizes, tops, light)
        width = max(layout.width, NARROWEST)
        key, down = self._key(width)
        right = (width - layout.width) / 2
        pen = _Pen(ax, width, down + layout.height)
        self.caption_ = pen.caption(FORWARD, width / 2, LINE / 2)
        for kind, text, x, y in key:
            pen.box(kind, text, x, y)
        self.boxes_: list[list[Any]] = []
        self.labels_: list[list[Any]] = []
        self.edges_: list[list[Any]] = [[] for _ in self.nodes]
        for node, x, y, text, label in zip(self.nodes, layout.x, layout.y, words, labels):
            at = x + right, y + down + BOX / 2
            self.boxes_.append(pen.box(node.kind, text, *at, self.colours.get(node.loss)))
            self.labels_.append(pen.label(label, at[0], at[1] + (BOX + LABEL) / 2 + 0.01) if label else [])
        for edge in layout.edges:
            parameter = self.nodes[edge.source].kind == "parameter"
            start = layout.x[edge.source], layout.y[edge.source] + BOX  # through the label, which hides it
            points = [(x + right, y + down) for x, y in [start, *edge.points]]
            self.edges_[edge.consumer] += pen.arrow(points, style.SOURCE_ONLY if parameter else GREY)
        self.ax_, self.figure_ = pen.ax, pen.ax.figure
        return self

    def _words(self, node: Node) -> list[Word]:
        """What stands in a box."""
        note = (node.note, self.colours.get(node.loss, style.LAMBDA), BIG, True)
        words = [(node.name, style.LAMBDA, BIG, False), (show(node.shape), GREY, SMALL, False)]
        return [note, *words] if node.loss else [words[0], note, words[1]] if node.note else words

    def _label(self, gradients: Mapping[str, str]) -> list[Word]:
        """What stands on the edge that leaves a box."""
        return [(f"{loss} {norms}", self.colours[loss], SMALL, False) for loss, norms in gradients.items()]

    def _key(self, width: float) -> tuple[list[tuple[str, list[Word], float, float]], float]:
        """What stands above the graph: the kind, the words and the middle of each box; and how high all of it is."""
        present = {node.kind for node in self.nodes}
        items = [(kind, [(kind, style.LAMBDA, SMALL, False)]) for kind in KINDS if kind in present]
        if any(node.gradients for node in self.nodes):
            colours = [(loss, colour, SMALL, True) for loss, colour in self.colours.items()]
            items.append(("", [(NORMS, GREY, SMALL, False), *colours]))
        if any("→" in text for node in self.nodes for text in node.gradients.values()):
            items.append(("", [(SIDES, GREY, SMALL, False)]))
        lines: list[list[tuple[str, list[Word]]]] = [[]]
        for item in items:
            if lines[-1] and sum(box_width(words) + PAD for _, words in [*lines[-1], item]) > width:
                lines.append([])
            lines[-1].append(item)
        placed = []
        for i, line in enumerate(lines, 1):
            x = (width - sum(box_width(words) + PAD for _, words in line)) / 2
            for kind, words in line:
                room = box_width(words) + PAD
                placed.append((kind, words, x + room / 2, LINE * (i + 0.5)))
                x += room
        return placed, LINE * (len(lines) + 1.3)

    def frames(self) -> Iterator[Any]:
        """The same figure again and again, one node further each time: forward, then backward as the sweep goes.

        The figure is one of its own; save or show it before you ask for the next.
        """
        from .steps import frames

        return frames(self)

    def save_frames(self, folder: str | Path) -> list[Path]:
        """Write the frames into ``folder`` as frame-000.png, frame-001.png …, and return their paths."""
        from .steps import save_frames

        return save_frames(self, Path(folder))

    def mermaid(self) -> str:
        """The graph as a Mermaid flowchart, for Markdown."""
        from .mermaid import flowchart

        return flowchart(self.nodes, {kind: (colour, tint(kind)) for kind, (_, colour, *_) in KINDS.items()})

    def __repr__(self) -> str:
        kinds = Counter("op" if node.inputs else node.kind for node in self.nodes)
        counted = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items())
        return f"GraphDisplay of {', '.join(self.losses)}: {counted}"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows: a picture, or text where it can show none."""
        kinds = {"image/svg+xml": self._svg, "text/vnd.mermaid": self.mermaid, "text/plain": self.__repr__}
        wanted = [kind for kind in kinds if (not include or kind in include) and kind not in (exclude or ())]
        return {kind: kinds[kind]() for kind in wanted}

    def _svg(self) -> str:
        from matplotlib import rc_context

        text = io.StringIO()
        with rc_context({"svg.hashsalt": "minidann", "svg.fonttype": "path"}):  # the same every time, without fonts
            copy(self).plot().figure_.savefig(text, format="svg", metadata={"Date": None})
        return text.getvalue()


def draw(losses: Any, names: Any = None, probe: Probe | None = None) -> GraphDisplay:
    """The graph behind ``losses``, drawn on a new figure. The arguments are those of ``GraphDisplay.from_loss``."""
    return GraphDisplay.from_loss(losses, names, probe).plot()


# from tensors to nodes --------------------------------------------------------------------------------------------


def read(losses: Mapping[str, Tensor], parameters: Mapping[str, Tensor], probe: Probe | None) -> list[Node]:
    """The nodes behind ``losses``, each after its inputs."""
    graph = walk(losses.values())
    position = {tensor: i for i, tensor in enumerate(graph)}
    names, factors = name_nodes(graph, parameters), reversals(graph)
    called = {loss: name for name, loss in losses.items()}
    gradients = {} if probe is None else _gradients(graph, losses, probe)
    nodes = []
    for tensor in graph:
        note, loss = "", called.get(tensor, "")
        if loss:
            kind, note = "loss", f"{loss} = {tensor.item():.4g}"
        elif tensor in factors:
            kind, note = "reversal", f"× {factor(factors[tensor])}"
        elif tensor.op is not None:
            kind = "op"
        else:
            kind = "parameter" if tensor.requires_grad else "input"
            if kind == "input" and tensor.size == 1:
                note = f"= {tensor.item():.4g}"
        inputs = tuple(position[parent] for parent in tensor.inputs)
        nodes.append(
            Node(names[tensor], tensor.shape, kind, inputs, note, gradients.get(tensor, {}), tensor.order, loss)
        )
    return nodes


def _gradients(graph: Iterable[Tensor], losses: Mapping[str, Tensor], probe: Probe) -> dict[Tensor, dict[str, str]]:
    """For each tensor, by loss, what is written on it."""
    if not isinstance(probe, Probe):
        raise TypeError(f"probe: got {probe!r}, expected what minidann.probe.probe returned")
    if set(probe.names) != set(losses) or any(loss not in probe.after[name] for name, loss in losses.items()):
        raise ValueError(
            f"probe: got one of other losses ({', '.join(probe.names)}), expected probe(losses, …) of these"
        )
    found: dict[Tensor, dict[str, str]] = {tensor: {} for tensor in graph}
    for name in losses:
        before, after = probe.before[name], probe.after[name]
        past = set(walk(below for node in probe.reversals if node in after for below in node.inputs))
        for tensor, texts in found.items():
            if tensor in after:
                sides = (before, after) if tensor in past else (after,)
                texts[name] = " → ".join(short(float(np.linalg.norm(to_numpy(side[tensor])))) for side in sides)
    return found


def short(value: float) -> str:
    """A norm to two figures: .091, 1.2, 340, 2.5e-7."""
    if value == 0 or 1 <= value < 10_000 and (value.is_integer() or value >= 99.5):
        return f"{value:.0f}"
    return f"{value:#.2g}".removeprefix("0").rstrip(".").replace("e-0", "e-").replace("e+0", "e+")


def factor(value: float) -> str:
    """−λ as it is written: −0.70."""
    return (f"{value:.2f}" if abs(value) >= 0.1 else f"{value + 0:.2g}").replace("-", "−")


# from words to lines and letters ----------------------------------------------------------------------------------


def wide(words: Sequence[Word]) -> float:
    """How many inches ``words`` take beside one another."""
    return sum(_wide(text, size, bold) for text, _, size, bold in words) + SPACE * max(0, len(words) - 1)


def box_width(words: Sequence[Word]) -> float:
    return wide(words) + 2 * PAD


@lru_cache(maxsize=4096)
def _wide(text: str, size: float, bold: bool) -> float:
    """Letters are moved to whole pixels, so that words come out wider on one screen than on another: the widest."""
    from matplotlib.backends.backend_agg import RendererAgg

    screens = [RendererAgg(1, 1, dpi) for dpi in (72, 100, 150)]
    return max(on.get_text_width_height_descent(text, _font(size, bold), False)[0] / on.dpi for on in screens)


def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    # the font that matplotlib brings along
    return FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")


def tint(kind: str) -> str:
    """What a box of this kind is filled with: some of its colour, and white."""
    from matplotlib.colors import to_hex, to_rgb

    _, colour, _, share = KINDS[kind]
    red, green, blue = (1 - share * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


class _Pen:
    """Draws on axes whose unit is an inch of the natural size, y downwards. ``ax`` None makes a figure of that size."""

    def __init__(self, ax: Any, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        width, height = width + 2 * MARGIN, height + 2 * MARGIN
        if ax is None:
            scale = min(1.0, LONGEST / max(width, height))
            ax = Figure(figsize=(scale * width, scale * height)).add_axes((0, 0, 1, 1))
        ax.set(xlim=(-MARGIN, width - MARGIN), ylim=(height - MARGIN, -MARGIN), aspect="equal")
        ax.set_axis_off()
        room = ax.get_window_extent()
        self.ax, self.scale = ax, min(room.width / width, room.height / height) / ax.figure.dpi

    def write(self, words: Sequence[Word], x: float, y: float) -> list[Any]:
        """``words`` beside one another, their middle at (x, y)."""
        x, texts = x - wide(words) / 2, []
        for text, colour, size, bold in words:
            font = _font(size * self.scale, bold)
            low = y + 0.36 * size / 72  # capitals are 0.73 of the size high
            texts.append(self.ax.text(x, low, text, color=colour, font=font, parse_math=False, usetex=False, zorder=5))
            x += _wide(text, size, bold) + SPACE
        return texts

    def caption(self, text: str, x: float, y: float) -> Any:
        font = _font(BIG * self.scale, True)
        return self.ax.text(x, y, text, ha="center", va="center", font=font, parse_math=False, usetex=False)

    def box(self, kind: str, words: Sequence[Word], x: float, y: float, colour: str | None = None) -> list[Any]:
        """A box round ``words``, in ``colour`` or in that of its kind; no box for the kind ""."""
        if not kind:
            return self.write(words, x, y)
        shape, own, line, _ = KINDS[kind]
        corners = outline(shape, x, y, box_width(words), BOX)
        path = _path(corners, BOX / 2 if shape == "pill" else 0, closed=True)
        patch = self._add(path, fc=tint(kind), ec=colour or own, lw=line * self.scale, zorder=4)
        return [patch, *self.write(words, x, y)]

    def label(self, words: Sequence[Word], x: float, y: float) -> list[Any]:
        """``words`` on a white ground that interrupts the edge below."""
        ground = _path(outline("box", x, y, wide(words) + 0.04, LABEL - 0.02), 0, closed=True)
        return [self._add(ground, fc="white", ec="none", zorder=3), *self.write(words, x, y)]

    def arrow(self, points: Sequence[Point], colour: str) -> list[Any]:
        """A line through ``points``, its turns rounded, with a head at its end, which it reaches from above."""
        x, y = points[-1]
        line = _path([*points[:-1], (x, y - HEAD / 2)], TURN)
        head = _path([(x - HEAD / 3, y - HEAD), (x + HEAD / 3, y - HEAD), (x, y)], 0, closed=True)
        return [
            self._add(line, fc="none", ec=colour, lw=self.scale, zorder=1),
            self._add(head, fc=colour, ec="none", zorder=2),
        ]

    def _add(self, path: Any, **look: Any) -> Any:
        from matplotlib.patches import PathPatch

        return self.ax.add_artist(PathPatch(path, **look))  # add_patch would look for new limits each time


def _path(points: Sequence[Point], radius: float, closed: bool = False) -> Any:
    """A line through ``points`` whose turns have ``radius``."""
    from matplotlib.path import Path

    corners = np.array(points)
    if closed:  # begin in the middle of a side, which is no corner
        corners = np.concatenate([(corners[:1] + corners[-1:]) / 2, corners, (corners[:1] + corners[-1:]) / 2])
    vertices, codes = [corners[0]], [Path.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:]):
        cut = []
        for other in (before, after):
            length = float(np.linalg.norm(other - corner))
            cut.append(corner + (other - corner) * min(radius / length, 0.5) if length else corner)
        vertices += [cut[0], corner, cut[1]]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, corners[-1]], [*codes, Path.LINETO])
