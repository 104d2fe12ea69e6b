"""The graph behind one or more losses as a picture: a box for each tensor, an arrow for each use, gradients on the
arrows.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from ... import _validate
from ...probe.gradients import Probe
from ...probe.graph import named_losses, named_parameters
from ...probe.tables import show
from .. import style
from ..arguments import check_drawing
from . import mermaid, steps
from .layout import lay_out
from .nodes import Node, Norms, arriving, read
from .pen import BIG, BOX, GREY, KINDS, LABEL, PAD, Pen, Word, box_width, wide

LINE = 0.34  # inches: one line of the key
NARROWEST = 7.0  # inches: room for the key
FORWARD = "forward: down the arrows; backward: up them, newest tensor first"
NORMS = "on an arrow: the norm of the gradient there, of"
SIDES = "“before → after”: with the reversal at +1 → as it arrives"


class GraphDisplay:
    """The graph behind some losses. Leaves are at the top, each tensor below its inputs, losses at the bottom.

    ``nodes``: each node after its inputs. ``losses``: their names. After ``plot``: ``ax_``, ``figure_``, ``caption_``,
    and by the position of the node ``boxes_`` (outline, words), ``labels_`` (ground, words: the gradients, or empty)
    and ``edges_`` (line and arrow head for each of its inputs).
    """

    def __init__(self, nodes: Sequence[Node], losses: Collection[str]) -> None:
        self.nodes = list(_validate.sequence("nodes", nodes, "a list of nodes"))
        for node in self.nodes:
            _validate.instance("nodes", node, Node, "nodes as from GraphDisplay.from_loss(…).nodes")
        if not isinstance(losses, Collection) or isinstance(losses, (str, bytes)):
            raise TypeError(f"losses: got {_validate.shown(losses)}, expected the names of the losses")
        self.losses = tuple(losses)

    @classmethod
    def from_loss(cls, losses: Any, network: Any = None, probe: Probe | None = None) -> GraphDisplay:
        """The graph behind ``losses``: a scalar tensor, such tensors by name, or the result of ``DANN.losses``.

        ``network``: the network or its ``parameters()``, for the names of nodes. ``probe``: a probe of the same losses;
        its gradients are written on the arrows.
        """
        losses = named_losses(losses)
        return cls(read(losses, named_parameters(network), probe), losses)

    @property
    def colours(self) -> dict[str, str]:
        """The colour of each loss."""
        return style.loss_colours(self.losses)

    def plot(self, ax: Any = None) -> GraphDisplay:
        """Draw on ``ax``, to fit its present size, or on a new figure in its natural size if None."""
        check_drawing(ax, "")
        words = [self._words(node) for node in self.nodes]
        labels = [self._label(node.gradients) for node in self.nodes]
        tops = [box_width(inside) for inside in words]
        sizes = [(max(top, wide(label)), BOX + LABEL * bool(label)) for top, label in zip(tops, labels)]
        light = [node.kind == "parameter" for node in self.nodes]
        layout = lay_out([node.inputs for node in self.nodes], sizes, tops, light)
        width = max(layout.width, NARROWEST)
        key, down = self._key(width)
        right = (width - layout.width) / 2
        pen = Pen(ax, width, down + layout.height)
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
            start = layout.x[edge.source], layout.y[edge.source] + BOX  # through the label, which covers it
            points = [(x + right, y + down) for x, y in [start, *edge.points]]
            self.edges_[edge.consumer] += pen.arrow(points, style.SOURCE_ONLY if light[edge.source] else GREY)
        self.ax_, self.figure_ = pen.ax, pen.ax.figure
        return self

    def _words(self, node: Node) -> list[Word]:
        """The words in a box."""
        note = Word(node.note, self.colours.get(node.loss, style.LAMBDA), BIG, bold=True)
        name, shape = Word(node.name, size=BIG), Word(show(node.shape), GREY)
        return [note, name, shape] if node.loss else [name, note, shape] if node.note else [name, shape]

    def _label(self, gradients: Norms) -> list[Word]:
        """The words on the edge that leaves a box."""
        return [Word(f"{loss} {arriving(norms)}", self.colours[loss]) for loss, norms in gradients.items()]

    def _key(self, width: float) -> tuple[list[tuple[str, list[Word], float, float]], float]:
        """The key above the graph: kind, words and middle of each box; and its height."""
        present = {node.kind for node in self.nodes}
        items = [(kind, [Word(kind)]) for kind in KINDS if kind in present]
        if any(node.gradients for node in self.nodes):
            losses = [Word(loss, colour, bold=True) for loss, colour in self.colours.items()]
            items.append(("", [Word(NORMS, GREY), *losses]))
        if any(len(norms) > 1 for node in self.nodes for norms in node.gradients.values()):
            items.append(("", [Word(SIDES, GREY)]))
        lines: list[list[tuple[str, list[Word], float]]] = []
        taken = width  # of the line
        for kind, words in items:
            room = box_width(words) + PAD
            if taken + room > width:
                lines.append([])
                taken = 0.0
            lines[-1].append((kind, words, room))
            taken += room
        placed = []
        for i, line in enumerate(lines, 1):
            x = (width - sum(room for *_, room in line)) / 2
            for kind, words, room in line:
                placed.append((kind, words, x + room / 2, LINE * (i + 0.5)))
                x += room
        return placed, LINE * (len(lines) + 1.3)

    def frames(self) -> Iterator[Any]:
        """The same figure again and again, one node further each time: forward, then backward in the order of the
        sweep.

        The figure is a new one. Save or show it before you ask for the next frame.
        """
        return steps.frames(self)

    def save_frames(self, folder: str | Path) -> list[Path]:
        """Write the frames into ``folder`` as frame-000.png, frame-001.png …. Returns their paths."""
        return steps.save_frames(self, folder)

    def mermaid(self) -> str:
        """The graph as a Mermaid flowchart, for Markdown."""
        return mermaid.flowchart(self.nodes)

    def __repr__(self) -> str:
        kinds = Counter("op" if node.inputs else node.kind for node in self.nodes)
        counted = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items())
        return f"GraphDisplay of {', '.join(self.losses)}: {counted}"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """The picture for a notebook, or text if it shows no pictures."""
        kinds = {"image/svg+xml": self._svg, "text/vnd.mermaid": self.mermaid, "text/plain": self.__repr__}
        wanted = [kind for kind in kinds if (not include or kind in include) and kind not in (exclude or ())]
        return {kind: kinds[kind]() for kind in wanted}

    def _svg(self) -> str:
        from matplotlib import rc_context

        text = io.StringIO()
        with rc_context(
            {"svg.hashsalt": "minidann", "svg.fonttype": "path"}
        ):  # the same file every time, without fonts
            copy(self).plot().figure_.savefig(text, format="svg", metadata={"Date": None})
        return text.getvalue()
