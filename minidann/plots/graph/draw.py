"""The graph behind some losses, drawn on a new figure: a box for each tensor, or for each layer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ... import _validate
from ...probe.gradients import Probe
from .display import GraphDisplay
from .layer_display import LayerGraphDisplay

BY = ("op", "layer")


def draw_graph(
    losses: Any, network: Any = None, probe: Probe | None = None, by: str = "op", opened: Collection[str] = ()
) -> GraphDisplay:
    """The graph behind ``losses``, drawn on a new figure. The first arguments are those of ``GraphDisplay.from_loss``.

    ``by``: "op", a box for each tensor, from top to bottom; or "layer", a box for each layer, from left to right: a
    LayerGraphDisplay. ``opened``: the layers whose ops are drawn too.
    """
    _validate.one_of("by", by, BY)
    if by == "layer":
        return LayerGraphDisplay.from_loss(losses, network, probe, opened).plot()
    if opened:
        raise ValueError(f"opened: got {_validate.shown(opened)}, expected no names: only layers open, with by='layer'")
    return GraphDisplay.from_loss(losses, network, probe).plot()
