"""The words in the boxes of layers, and the picture inside an opened layer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...probe.tables import show
from .. import style
from .layers import Layer
from .nodes import Node, short
from .pen import GREY, Block, Word
from .sideways import Sideways

SIZE = 12.0  # points: all letters
LONGEST = 13  # characters: longer words take two lines

Colours = Mapping[str, str]  # of the losses


def layer_block(layer: Layer, colours: Colours, opened: bool) -> Block:
    """The box of a layer: name, ops, shape of the result and gradients; or of an input, a reversal, a loss."""
    node = layer.node
    if node.kind == "loss":
        note = Word(node.note, colours[node.loss], SIZE, bold=True)
        lines = [note, *words(*short_lines(node.op), colour=GREY)]
        return Block("loss", [[word] for word in lines], 0, note.colour)
    if node.kind == "reversal":
        named = [Word("R", size=SIZE, bold=True), *words("forward × 1", "backward", node.note)]
    else:
        ops = [line for op in layer.ops for line in short_lines(op)]
        named = [*words(*short_lines(node.name)), *words(*ops, node.note or show(node.shape), colour=GREY)]
    return _block(node.kind, named, _gradients(node, colours), opened)


def inside(layer: Layer, layers: Sequence[Layer], tensors: Sequence[Node], colours: Colours) -> Sideways:
    """The ops and parameters of a layer, after the names of the layers before them and before those behind."""
    members = layer.members
    sources = sorted({j for i in members for j in tensors[i].inputs} - set(members))
    users = [i for i, node in enumerate(tensors) if i not in members and set(node.inputs) & set(members)]
    shown = [*sources, *members, *users]
    position = {i: k for k, i in enumerate(shown)}
    home = {i: other.node.name for other in layers for i in other.members}
    blocks = []
    for i, node in ((i, tensors[i]) for i in shown):
        if i not in members:
            name = node.name if node.kind == "input" else home[i]
            blocks.append(_block("", words(*short_lines(name), colour=GREY), []))
            continue
        name = node.name.removeprefix(layer.node.name).lstrip(". ") or node.name
        named = [*words(*short_lines(name)), *words(node.note or show(node.shape), colour=GREY)]
        blocks.append(_block(node.kind, named, _gradients(node, colours)))
    inputs = [[] if i in sources else [position[j] for j in tensors[i].inputs if j in position] for i in shown]
    return Sideways(blocks, inputs)


def words(*texts: str, colour: str = style.LAMBDA) -> list[Word]:
    """Each text as a word of this picture."""
    return [Word(text, colour, SIZE) for text in texts]


def short_lines(name: str) -> list[str]:
    """A name as lines of at most LONGEST characters, broken before a dot, a blank or a capital letter if possible."""
    lines = [""]
    for piece in re.findall(r"[.\s]?[A-Z]?[^.\sA-Z]+|[.\s]|[A-Z]", name):
        if lines[-1] and len(lines[-1] + piece) > LONGEST:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines if name else []


def _block(kind: str, named: Sequence[Word], gradients: Sequence[Word], opened: bool = False) -> Block:
    return Block(kind, [[word] for word in (*named, *gradients)], len(gradients), opened=opened)


def _gradients(node: Node, colours: Colours) -> list[Word]:
    """The lines for the gradients of a node. "→ after" has a line of its own, because boxes are narrow."""
    lines = []
    for loss, (first, *after) in node.gradients.items():
        texts = [f"{loss} {short(first)}", *(f"→ {short(value)}" for value in after)]
        lines += words(*texts, colour=colours[loss])
    return lines
