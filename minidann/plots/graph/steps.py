"""A graph step by step: forward node after node, then backward in the order of the sweep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import _files
from .. import style
from .nodes import Node

if TYPE_CHECKING:
    from .display import GraphDisplay

TO_COME, TO_PASS = 0.12, 0.4  # the opacity of nodes that the forward, or the backward, pass has not reached
DPI = 100


class Moment(NamedTuple):
    """One step of a graph.

    ``current``: the node of this step, if any. ``done``: the nodes that the pass has reached, with the current one.
    """

    direction: str  # "given", "forward" or "backward"
    current: int | None
    done: frozenset[int]


def moments(nodes: Sequence[Node]) -> list[Moment]:
    """The steps: all leaves; each op, oldest first; each op, newest first, in the order of the sweep.

    The gradient of a tensor is complete at its step. The gradient of a leaf is complete after all its consumers.
    """
    leaves = frozenset(i for i, node in enumerate(nodes) if not node.inputs)
    made = [i for i in range(len(nodes)) if i not in leaves]
    found, done = [Moment("given", None, leaves)], leaves
    for current in made:
        done |= {current}
        found.append(Moment("forward", current, done))
    awaited = {leaf: {i for i in made if leaf in nodes[i].inputs} for leaf in leaves}
    swept: frozenset[int] = frozenset()
    for current in sorted(made, key=lambda i: -nodes[i].order):
        swept |= {current}
        complete = {leaf for leaf, consumers in awaited.items() if consumers <= swept}
        found.append(Moment("backward", current, swept | complete))
    return found


def frames(display: GraphDisplay) -> Iterator[Any]:
    """The figure, one step further each time: see ``GraphDisplay.frames``."""
    display = copy(display).plot()  # on a figure of its own
    steps = sum(bool(node.inputs) for node in display.nodes)
    for i, (direction, current, done) in enumerate(moments(display.nodes)):
        step = f"{(i - 1) % steps + 1} of {steps}: " if current is not None else ""
        name = "parameters and inputs" if current is None else display.nodes[current].name
        display.caption_.set_text(f"{direction} {step}{name}")
        for node, (box, label, edges) in enumerate(zip(display.boxes_, display.labels_, display.edges_)):
            for artist in (*box, *edges):
                artist.set_alpha(1 if node in done else TO_PASS if direction == "backward" else TO_COME)
            for artist in label:
                artist.set_visible(direction == "backward" and node in done)
        if current is None:
            yield display.figure_
            continue
        box = display.boxes_[current][0]
        look = box.get_facecolor(), box.get_linewidth()
        box.set(facecolor=style.PRESENT, linewidth=look[1] + 2)
        yield display.figure_
        box.set(facecolor=look[0], linewidth=look[1])


def save_frames(display: GraphDisplay, folder: str | Path) -> list[Path]:
    """The frames as files: see ``GraphDisplay.save_frames``."""
    folder = _files.folder("folder", folder)
    paths: list[Path] = []
    for i, figure in enumerate(frames(display)):
        paths.append(_files.write(folder / f"frame-{i:03d}.png", partial(figure.savefig, dpi=DPI)))
    return paths
