"""Boxes with several lines, laid out and drawn from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import style
from .coordinates import Point
from .layout import lay_out
from .pen import GREY, Block, Pen


@dataclass
class Sideways:
    """``blocks`` with arrows from the blocks in ``inputs``, each block after its inputs. Lengths are inches.

    After ``draw``, by the position of the block: ``boxes`` (outline, words), ``labels`` (the words for its gradients)
    and ``edges`` (line and head of each arrow to the block).
    """

    blocks: Sequence[Block]
    inputs: Sequence[Sequence[int]]
    width: float = 0.0
    height: float = 0.0
    boxes: list[list[Any]] = field(default_factory=list)
    labels: list[list[Any]] = field(default_factory=list)
    edges: list[list[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        sizes = [block.size for block in self.blocks]
        light = [block.kind == "parameter" for block in self.blocks]
        turned = [(height, width) for width, height in sizes]  # the layout is one from top to bottom
        layout = lay_out(self.inputs, turned, [height - 0.1 for height, _ in turned], light)
        self.width, self.height = layout.height, layout.width
        self._middles = [(top + width / 2, middle) for middle, top, (width, _) in zip(layout.x, layout.y, sizes)]
        self._edges = layout.edges

    def draw(self, pen: Pen, x: float, y: float) -> None:
        """Draw with the left upper corner at (x, y)."""
        for block, (right, down) in zip(self.blocks, self._middles):
            box, label = pen.block(block, x + right, y + down)
            self.boxes.append(box)
            self.labels.append(label)
        self.edges = [[] for _ in self.blocks]
        for edge in self._edges:
            points: list[Point] = [(x + right, y + down) for down, right in edge.points]
            colour = style.SOURCE_ONLY if self.blocks[edge.source].kind == "parameter" else GREY
            self.edges[edge.consumer] += pen.arrow(points, colour)
