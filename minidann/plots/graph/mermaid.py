"""A graph as text that Markdown viewers draw: a Mermaid flowchart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ...probe.tables import show
from .nodes import Node, arriving
from .pen import KINDS, tint

SHAPES = {
    "layer": ('["', '"]'),
    "op": ('["', '"]'),
    "parameter": ('(["', '"])'),
    "input": ('[/"', '"/]'),
    "loss": ('[["', '"]]'),
    "reversal": ('{{"', '"}}'),
}


def flowchart(nodes: Sequence[Node], direction: str = "TB", on_arrows: bool = True) -> str:
    """The text of the flowchart, in the colours of the picture. ``direction``: from the top "TB", from the left "LR".

    A gradient stands on the arrow by which it arrives. A sum of gradients from several arrows stands in the box; so
    does every gradient without ``on_arrows``.
    """
    uses = Counter(source for node in nodes for source in node.inputs) if on_arrows else Counter[int]()
    norms = [
        "<br/>".join(escape(f"{loss} {arriving(sides)}") for loss, sides in node.gradients.items()) for node in nodes
    ]
    lines = [f"flowchart {direction}"]
    for i, node in enumerate(nodes):
        begin, end = SHAPES[node.kind]
        words = [node.note, node.name] if node.loss else [node.name, node.note]
        parts = [*(escape(word) for word in [*words, show(node.shape)]), norms[i] if uses[i] != 1 else ""]
        lines.append(f"    n{i}{begin}{'<br/>'.join(part for part in parts if part)}{end}:::{node.kind}")
    for i, node in enumerate(nodes):
        for source in node.inputs:
            label = f'|"{norms[source]}"|' if norms[source] and uses[source] == 1 else ""
            lines.append(f"    n{source} -->{label} n{i}")
    present = {node.kind for node in nodes}
    for kind, look in ((kind, look) for kind, look in KINDS.items() if kind in present):
        width = 4 if kind == "reversal" else 1
        lines.append(f"    classDef {kind} fill:{tint(kind)},stroke:{look.colour},stroke-width:{width}px,color:#000000")
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """``text`` with character codes for all characters that have a meaning in Mermaid labels or in HTML."""
    return re.sub(r"[\"#&<>`\\\\*;\n]", lambda match: f"#{ord(match[0])};", text)
