"""The tensors of a graph grouped by layers: one node for each layer, input, reversal and loss."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ...probe.graph import layer_of
from .nodes import Node, Norms

ALONE = "loss", "reversal"  # kinds of tensors with a node of their own


@dataclass(frozen=True)
class Layer:
    """A layer as one node of a picture. ``members``: the positions of its tensors in the graph of ops.

    ``ops``: the names of its ops, each once. ``node.inputs``: the positions of the layers before it.
    """

    node: Node
    members: tuple[int, ...]
    ops: tuple[str, ...] = ()


def layers_of(nodes: Sequence[Node]) -> list[Layer]:
    """The layers of a graph, each after its inputs.

    A layer has all ops that use its parameters, and the ops without parameters behind them. Its gradients are the norms
    over all its parameters, as in ``probe(by="layer")``, or without parameters those at its result. A parameter or a
    constant that only losses use stands alone.
    """
    groups = _Groups(nodes)
    order = groups.sorted()
    position = {group: i for i, group in enumerate(order)}
    found: list[Layer] = []
    for group in order:
        members = tuple(sorted(groups.members[group]))
        before = sorted({position[source] for source in groups.sources(group)})
        found.append(_layer(nodes, groups.names[group], members, before, order=len(found)))
    return found


class _Groups:
    """Positions of tensors by group; no way along the arrows leads from a group out and back into it."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.names: list[str] = []
        self.members: list[list[int]] = []
        self.of: dict[int, int] = {}  # the group of each tensor
        self.by_name: dict[str, list[int]] = {}  # the groups of each layer: more than one if it is used again behind
        for i, node in enumerate(nodes):
            if node.inputs or node.kind == "loss":
                self._add(i, self._fitting(i), node.name)
        for i, node in enumerate(nodes):
            if i not in self.of:
                self._add_leaf(i, node)

    def sources(self, group: int) -> set[int]:
        """The groups whose results this group uses. The parameters of a layer are no result."""
        used = {j for i in self.members[group] for j in self.nodes[i].inputs if j in self.of}
        results = {
            self.of[j] for j in used if self.nodes[j].inputs or not self.nodes[self.members[self.of[j]][0]].inputs
        }
        return results - {group}

    def sorted(self) -> list[int]:
        """The groups, each after its sources; the oldest first where the order is free."""
        left = {group: self.sources(group) for group in range(len(self.members))}
        order: list[int] = []
        while left:
            free = (group for group, sources in left.items() if not sources & left.keys())
            order.append(min(free, key=lambda group: min(self.members[group])))
            del left[order[-1]]
        return order

    def _add(self, i: int, group: int | None, name: str) -> None:
        if group is None:
            owned = [] if self.nodes[i].kind in ALONE else self._owned(i)
            base = owned[0] if owned else name
            group = len(self.members)
            again = sum(known == base or known.startswith(f"{base} (use ") for known in self.names)
            self.names.append(f"{base} (use {again + 1})" if again else base)
            self.members.append([])
            if owned:
                self.by_name.setdefault(base, []).append(group)
        self.members[group].append(i)
        self.of[i] = group

    def _owned(self, i: int) -> list[str]:
        """The layers whose parameters an op uses."""
        return [layer_of(self.nodes[j].name) for j in self.nodes[i].inputs if self.nodes[j].kind == "parameter"]

    def _fitting(self, i: int) -> int | None:
        """The group that an op joins: that of its layer; without parameters the newest one that it uses."""
        if self.nodes[i].kind in ALONE:
            return None
        used = {self.of[j] for j in self.nodes[i].inputs if j in self.of}
        owned = [self.by_name[name][-1] for name in self._owned(i) if name in self.by_name]
        tried = owned[:1] if self._owned(i) else sorted(used, reverse=True)
        for group in tried:
            alone = self.nodes[self.members[group][0]].kind in ALONE
            if not alone and not any(self._leads(group, other) for other in used - {group}):
                return group
        return None

    def _leads(self, start: int, end: int) -> bool:
        """Whether ``end`` uses the results of ``start``, directly or through others."""
        seen, waiting = {end}, [end]
        while waiting:
            for source in self.sources(waiting.pop()) - seen:
                seen.add(source)
                waiting.append(source)
        return start in seen

    def _add_leaf(self, i: int, node: Node) -> None:
        """A parameter or a constant belongs to the layer that uses it; an input stands alone, with its like."""
        users = self._users(i)
        if node.kind == "parameter" or node.note:
            layers = [group for group in users if self.nodes[self.members[group][0]].kind not in ALONE]
            self._add(i, next(iter(self.by_name.get(layer_of(node.name), layers)), None), node.name)
            return
        like = (group for group, (first, *_) in enumerate(self.members) if self._is_input(first))
        same = (group for group in like if self._users(self.members[group][0]) == users)
        self._add(i, next(same, None), node.name)

    def _is_input(self, i: int) -> bool:
        return self.nodes[i].kind == "input" and not self.nodes[i].note

    def _users(self, i: int) -> list[int]:
        """The groups that use a leaf."""
        return sorted({self.of[j] for j, node in enumerate(self.nodes) if i in node.inputs})


def _layer(nodes: Sequence[Node], name: str, members: tuple[int, ...], before: list[int], order: int) -> Layer:
    inside = [nodes[i] for i in members]
    if len(inside) == 1 and inside[0].kind in (*ALONE, "input", "parameter"):
        return Layer(replace(inside[0], inputs=tuple(before), order=order), members)
    used_outside = {j for i, node in enumerate(nodes) if i not in members for j in node.inputs}
    results = [i for i in members if i in used_outside] or list(members[-1:])
    result = max((nodes[i] for i in results), key=lambda node: math.prod(node.shape))
    if inside[0].kind == "input" and not inside[0].note and all(node.kind == "input" for node in inside):
        return Layer(replace(result, name=f"{len(inside)} inputs", inputs=tuple(before), order=order), members)
    parameters = [node.gradients for node in inside if node.kind == "parameter"]
    gradients = _together(parameters) if parameters else result.gradients
    ops = tuple(dict.fromkeys(node.op for node in inside if node.op))
    return Layer(Node(name, result.shape, "layer", tuple(before), "", gradients, order), members, ops)


def _together(gradients: Collection[Norms]) -> Norms:
    """The norms of several gradients as one vector, by loss; with "before" if one of them has it."""
    losses = dict.fromkeys(loss for each in gradients for loss in each)
    found: Norms = {}
    for loss in losses:
        norms = [each[loss] for each in gradients if loss in each]
        after = math.hypot(*(sides[-1] for sides in norms))
        before = math.hypot(*(sides[0] for sides in norms))
        found[loss] = (before, after) if any(len(sides) > 1 for sides in norms) else (after,)
    return found
