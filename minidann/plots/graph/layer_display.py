"""The graph behind some losses in landscape: a box for each layer, from left to right, that opens into its ops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from ... import _validate
from ...probe.gradients import Probe
from ...probe.graph import named_losses, named_parameters
from ..arguments import check_drawing
from . import mermaid, steps
from .blocks import SIZE, inside, layer_block, words
from .display import SIDES, GraphDisplay
from .layers import layers_of
from .nodes import Node, read
from .pen import GREY, KINDS, PITCH, Block, Pen, Word, wide
from .sideways import Sideways

LINE = 0.36  # inches: one line of the key
GAP, EDGE = 0.25, 0.12  # inches: between the pictures, and inside the frame of an opened layer
NARROWEST = 10.0  # inches: room for the key
SCREEN = 1.6  # width / height of the screens that opened layers should fill
FORWARD = "forward: to the right along the arrows; backward: to the left, against them"
NORMS = "in a box: the norm of the gradient for its parameters, of "
CLICK = "a click on a box opens the layer"

Item = Block | list[Word]  # of the key


class LayerGraphDisplay(GraphDisplay):
    """The graph behind some losses, one box a layer, from left to right.

    ``layers``: each layer after its inputs; ``nodes``: the nodes of the picture, one a layer. ``tensors``: the nodes of
    the graph of ops. ``opened``: the names of the layers whose ops are drawn below. On axes of a window, or of a
    notebook that takes clicks, a click on a box opens or closes its layer. After ``plot``: as in GraphDisplay, and
    ``opened_``: by the name of an opened layer, its frame and its picture.
    """

    def __init__(self, nodes: Sequence[Node], losses: Collection[str], opened: Collection[str] = ()) -> None:
        super().__init__(nodes, losses)
        self.tensors = self.nodes
        self.layers = layers_of(self.tensors)
        self.nodes = [layer.node for layer in self.layers]
        self._names = [node.name for node in self.nodes if node.kind == "layer"]
        if not isinstance(opened, Collection) or isinstance(opened, (str, bytes)):
            raise TypeError(f"opened: got {_validate.shown(opened)}, expected names of layers, in a list")
        self.opened = tuple(dict.fromkeys(_validate.one_of("opened", name, self._names) for name in opened))
        self._clicked: Any = None  # the figure whose clicks open layers

    @classmethod
    def from_loss(
        cls, losses: Any, network: Any = None, probe: Probe | None = None, opened: Collection[str] = ()
    ) -> LayerGraphDisplay:
        """The graph behind ``losses``. The arguments are those of ``GraphDisplay.from_loss``, and ``opened``."""
        losses = named_losses(losses)
        return cls(read(losses, named_parameters(network), probe), losses, opened)

    def plot(self, ax: Any = None) -> LayerGraphDisplay:
        """Draw on ``ax``, to fit its present size, or on a new figure in its natural size if None."""
        check_drawing(ax, "")
        blocks = [layer_block(layer, self.colours, layer.node.name in self.opened) for layer in self.layers]
        picture = Sideways(blocks, [node.inputs for node in self.nodes])
        by_name = {layer.node.name: layer for layer in self.layers}
        opened = {name: inside(by_name[name], self.layers, self.tensors, self.colours) for name in self.opened}
        width, rows = _arrange(opened, max(NARROWEST, picture.width), picture.height)
        key = self._key_lines(width, ax is not None)
        down = LINE * (len(key) + 1.2)
        pen = Pen(ax, width, down + picture.height + sum(GAP + _height(opened, row) for row in rows))
        self.caption_ = pen.caption(FORWARD, width / 2, LINE / 2, SIZE)
        for i, line in enumerate(key, 1):
            _draw_line(pen, line, width, LINE * (i + 0.5))
        picture.draw(pen, (width - picture.width) / 2, down)
        self.boxes_, self.labels_, self.edges_ = picture.boxes, picture.labels, picture.edges
        self.opened_: dict[str, tuple[Any, Sideways]] = {}
        y = down + picture.height + GAP
        for row in rows:
            self._draw_opened(pen, {name: opened[name] for name in row}, width, y)
            y += _height(opened, row) + GAP
        self.ax_, self.figure_ = pen.ax, pen.ax.figure
        if ax is not None:
            self._listen()
        return self

    def _draw_opened(self, pen: Pen, row: Mapping[str, Sideways], width: float, y: float) -> None:
        """A row of opened layers in frames, in the middle of ``width``."""
        x = (width - _width(row, row) + GAP) / 2
        for name, picture in row.items():
            wide_as, high_as = picture.width + 2 * EDGE, _height(row, row)
            frame = pen.frame(x, y, wide_as, high_as)
            pen.caption(name, x + wide_as / 2, y + EDGE + PITCH / 4, SIZE)
            picture.draw(pen, x + EDGE, y + EDGE + PITCH)
            self.opened_[name] = frame, picture
            x += wide_as + GAP

    def _key_lines(self, width: float, clicks: bool) -> list[list[Item]]:
        """The lines of the key above the graph."""
        present = {node.kind for node in self.nodes}
        items: list[Item] = [Block(kind, [words(kind)]) for kind in KINDS if kind in present]
        if any(node.gradients for node in self.nodes):
            losses = [Word(loss, colour, SIZE, bold=True) for loss, colour in self.colours.items()]
            items.append([*words(NORMS, colour=GREY), *losses])
        if any(len(norms) > 1 for node in self.nodes for norms in node.gradients.values()):
            items.append(words(SIDES, colour=GREY))
        if clicks:
            items.append(words(CLICK, colour=GREY))
        lines: list[list[Item]] = [[]]
        for item in items:
            if lines[-1] and sum(map(_room, [*lines[-1], item])) > width:
                lines.append([])
            lines[-1].append(item)
        return lines

    def toggle(self, name: str) -> LayerGraphDisplay:
        """Open the layer ``name``, or close it. The next ``plot`` shows the change."""
        _validate.one_of("name", name, self._names)
        others = tuple(opened for opened in self.opened if opened != name)
        self.opened = others if name in self.opened else (*others, name)
        return self

    def _listen(self) -> None:
        """Listen to clicks on the figure. The figure keeps the display as long as the window is there."""
        if self._clicked is not self.figure_:
            self._clicked = self.figure_
            self.figure_.canvas.mpl_connect("button_press_event", lambda event: self._click(event))

    def _click(self, event: Any) -> None:
        if event.inaxes is not self.ax_ or event.canvas.widgetlock.locked():  # locked: the mouse zooms
            return
        boxes = [(node.name, box[0]) for node, box in zip(self.nodes, self.boxes_) if node.kind == "layer"]
        boxes += [(name, frame) for name, (frame, _) in self.opened_.items()]
        for name, patch in boxes:
            if patch.contains(event)[0]:
                self.ax_.clear()
                self.toggle(name).plot(self.ax_)
                event.canvas.draw_idle()
                return

    def frames(self) -> Iterator[Any]:
        """The same figure again and again, one layer further each time. Opened layers are closed in it."""
        return steps.frames(self._closed())

    def save_frames(self, folder: str | Path) -> list[Path]:
        """Write the frames into ``folder`` as frame-000.png, frame-001.png …. Returns their paths."""
        return steps.save_frames(self._closed(), folder)

    def _closed(self) -> LayerGraphDisplay:
        closed = copy(self)
        closed.opened = ()
        return closed

    def mermaid(self) -> str:
        """The layers as a Mermaid flowchart, for Markdown."""
        return mermaid.flowchart(self.nodes, "LR", on_arrows=False)

    def __repr__(self) -> str:
        kinds = Counter(node.kind for node in self.nodes)
        many = {"loss": "losses"}
        counted = [f"{n} {many.get(kind, f'{kind}s') if n > 1 else kind}" for kind, n in kinds.items()]
        return f"LayerGraphDisplay of {', '.join(self.losses)}: {', '.join(counted)}"


def _room(item: Item) -> float:
    """The width of an item of the key, with the gap behind."""
    return (item.size[0] if isinstance(item, Block) else wide(item)) + GAP


def _draw_line(pen: Pen, line: Sequence[Item], width: float, y: float) -> None:
    """One line of the key, in the middle of ``width``."""
    x = (width - sum(map(_room, line)) + GAP) / 2
    for item in line:
        middle = x + (_room(item) - GAP) / 2
        if isinstance(item, Block):
            pen.block(item, middle, y)
        else:
            pen.write(item, middle, y)
        x += _room(item)


def _width(opened: Mapping[str, Sideways], row: Collection[str]) -> float:
    """The width of a row of opened layers, with a gap behind each."""
    return sum(opened[name].width + 2 * EDGE + GAP for name in row)


def _height(opened: Mapping[str, Sideways], row: Collection[str]) -> float:
    """The height of the frames of a row."""
    return max(opened[name].height for name in row) + 2 * EDGE + PITCH


def _arrange(opened: Mapping[str, Sideways], least: float, above: float) -> tuple[float, list[list[str]]]:
    """The width of the whole picture, and the opened layers in rows: so that letters are large on a screen."""
    found = []
    for share in (1.0, 1.25, 1.5, 2.0):
        rows: list[list[str]] = []
        for name in opened:
            if not rows or _width(opened, [*rows[-1], name]) > share * least + GAP:
                rows.append([])
            rows[-1].append(name)
        width = max(least, *(_width(opened, row) - GAP for row in rows)) if rows else least
        height = above + sum(GAP + _height(opened, row) for row in rows)
        found.append((max(width, SCREEN * height), width, rows))
    return min(found)[1:]
