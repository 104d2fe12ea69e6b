"""Places in the diagram of the network: boxes, rows and levels. The unit is the height of a letter; y grows upwards.

Both heads have a row. On the two levels of a row the batch goes forward and a gradient comes back. The box of the
features spans both rows. The node stands in the rows of the gradients that it reverses.
"""

from __future__ import annotations

from typing import NamedTuple

from ..compare.reversal_forms import Form

LEAST = 46.0, 16.4  # letters: the smallest width and height with room for all words
BOX, NODE, LOSS = 10.2, 8.8, 6.8  # widths: a part, the node, the words for a loss
OF_TWO = 3.7  # the width of one of two nodes
ROW, NODE_HEIGHT = 4.6, 5.7  # heights: a head, and the node in one row
FOOT, TITLE = 3.4, 2.9  # below the rows: phases and legend; above them: form and remark
FORWARD, BACK = 3.5, 1.55  # levels above the bottom of a row
INPUT = 4.3  # the width of the words for the batch


class Box(NamedTuple):
    """A rectangle from its left lower corner."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def top(self) -> float:
        return self.bottom + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.bottom + self.height / 2


class Places(NamedTuple):
    """``boxes``: by "features", "label_head", "domain_head", "L_y", "L_d", and "node", "second node" if they are there.

    ``rows``: by the name of a loss, the boxes on its way, from the features to the loss. ``bottoms``: of the rows.
    """

    width: float
    height: float
    boxes: dict[str, Box]
    rows: dict[str, list[str]]
    bottoms: dict[str, float]


def places(form: Form, width: float, height: float) -> Places:
    """The places for a picture of ``width`` × ``height`` letters, at least LEAST."""
    above_the_head = form.node == "logits"
    free = width - INPUT - 2 * BOX - NODE - LOSS
    before, between, behind = free / 4, free / 4, free / 4 + NODE + free / 4
    if not above_the_head:  # a form without a node keeps its place free: the heads stay where they are
        between, behind = behind, between
    low, high = FOOT, height - TITLE
    bottoms = {"L_y": high - ROW, "L_d": low}
    features = Box(INPUT + before, low, BOX, high - low)
    left = features.right + between
    heads = {name: Box(left, bottoms[loss], BOX, ROW) for name, loss in (("label_head", "L_y"), ("domain_head", "L_d"))}
    losses = {loss: Box(width - LOSS, bottom, LOSS, ROW) for loss, bottom in bottoms.items()}
    boxes = {"features": features, **heads, **losses}
    rows = {"L_y": ["features", "label_head", "L_y"], "L_d": ["features", "domain_head", "L_d"]}
    if form.node == "twice":
        stub = (between - 2 * OF_TWO) / 3
        for i, name in enumerate(("node", "second node"), 1):
            boxes[name] = Box(features.right + i * stub + (i - 1) * OF_TWO, low, OF_TWO, ROW)
            rows["L_d"].insert(i, name)
    elif form.node != "nowhere":
        start = (left + BOX if above_the_head else features.right) + free / 4
        both = form.node == "both heads"
        boxes["node"] = Box(start, low, NODE, high - low if both else NODE_HEIGHT)
        rows["L_d"].insert(2 if above_the_head else 1, "node")
        if both:
            rows["L_y"].insert(1, "node")
    return Places(width, height, boxes, rows, bottoms)
