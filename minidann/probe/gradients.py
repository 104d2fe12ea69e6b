"""The gradient of each loss at each node, layer or parameter, before and after the reversal."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import _validate
from ..engine.backend import to_numpy
from ..engine.backprop import Gradients, backprop
from ..engine.tensor import Tensor
from .graph import layer_of, name_nodes, named_losses, named_parameters, reversals, straightened, walk
from .tables import Row, RowsTable

BY = ("node", "layer", "parameter", "part")
SIDES = ("before", "after")  # sides of the reversal


class Probe(RowsTable):
    """The gradients of some losses along one graph. ``probe`` makes it; printed, it is a table.

    ``rows``: one dict for each node (layer, parameter, part), inputs first, losses last. A row has ``name``, ``shape``,
    ``reversal`` (the factor of a reversing node, else None), and for each loss, for example L_d:

    - ``"L_d before"``: the norm of ∂L_d, with every reversal above at +1. It shows a gradient at λ = 0 too;
    - ``"L_d after"``: the norm that arrives, with the reversals. Above the node both are equal;
    - ``"L_d zero"``: the share of the entries of "before" that are exactly 0.

    For each loss but the first a row has the cosine of its gradient with that of the first loss, ``"cosine before"``
    and ``"cosine after"`` ("L_e cosine before" … for a third loss): 1 if both gradients pull together, −1 if they pull
    apart, nan if one of them is 0.

    ``before``, ``after``: the sweeps by the name of the loss. ``nodes``: the tensors by name. ``reversals``: the
    reversing nodes with their factors.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        names: tuple[str, ...],
        nodes: dict[str, Tensor],
        before: dict[str, Gradients],
        after: dict[str, Gradients],
        reversals: dict[Tensor, float],
    ) -> None:
        super().__init__(rows)
        self.names, self.nodes, self.reversals = names, nodes, reversals
        self.before, self.after = before, after

    def examples(self, node: str | Tensor) -> RowsTable:
        """One row for each example of a batch at ``node``, a tensor or the name of a row. Its first axis is the batch.

        The columns are those of ``rows``, with ``example`` in the place of name and shape. Raises ValueError for a
        parameter: all examples share it.
        """
        tensor = self.nodes.get(node) if isinstance(node, str) else node
        if not isinstance(tensor, Tensor) or tensor not in set(self.nodes.values()):
            names, got = _validate.listed(self.nodes), _validate.shown(node)
            raise ValueError(f"node: got {got}, expected a tensor of this graph or one of {names}")
        if tensor.op is None or not tensor.shape:
            raise ValueError(
                f"node: got {_validate.shown(node)}, expected a node with a row for each example; a parameter has none"
            )
        gradients = {name: (self.before[name][tensor], self.after[name][tensor]) for name in self.names}
        rows = []
        for i in range(len(tensor)):
            of_one = {name: tuple(gradient[i] for gradient in pair) for name, pair in gradients.items()}
            rows.append({"example": i} | _figures(self.names, [(tensor.size // len(tensor), of_one)]))
        return RowsTable(rows)

    def tensors(self, name: str) -> list[Tensor]:
        """The tensors that share the row ``name``: one node or parameter, or all parameters of a layer or part."""
        if _validate.text("name", name) in self.nodes:
            return [self.nodes[name]]
        return [tensor for own, tensor in self.nodes.items() if tensor.op is None and own.startswith(f"{name}.")]

    def below(self) -> dict[Tensor, None]:
        """All tensors below a reversal: for them "before" and "after" differ."""
        return dict.fromkeys(walk(tensor for node in self.reversals for tensor in node.inputs))

    def shown(self) -> list[Row]:
        """The rows with one column for a loss without a reversal on its path: its "before" and "after" are equal."""
        one = [name for name in self.names if self.before[name] is self.after[name]]
        left_out = {f"{name} before" for name in one}
        called = {f"{name} after": name for name in one}
        if self.rows and not self.reversals:
            left_out |= {column for column in self.rows[0] if column.endswith(("cosine before", "reversal"))}
            called |= {column: column[:-6] for column in self.rows[0] if column.endswith("cosine after")}
        return [{called.get(c, c): value for c, value in row.items() if c not in left_out} for row in self.rows]

    def __str__(self) -> str:
        marks = [f"{name}: the gradient is multiplied by {factor:+.4g}" for name, factor in self._marks()]
        return super().__str__() + "\n" + ("\n".join(marks) or "no reversal in this graph")

    def _marks(self) -> list[tuple[str, float]]:
        names = {tensor: name for name, tensor in self.nodes.items()}
        return [(names[tensor], factor) for tensor, factor in self.reversals.items()]


def probe(losses: Any, network: Any = None, by: str = "node") -> Probe:
    """Measure the gradient of each loss along the graph, with the reversals and with the reversals at +1.

    ``losses``: scalar tensors by name over one graph, such as {"L_y": label_loss, "L_d": domain_loss}, or the result of
    ``DANN.losses``. ``network``: the network or its ``parameters()``, for the names of nodes and layers. ``by``: one
    row for each "node" (the result of an op), "parameter", "layer" (all its parameters), or "part" (the first word of
    their names).

    Probe before the update: the parameters must be those of the forward pass. Nothing of the graph is changed.
    """
    _validate.one_of("by", by, BY)
    losses, parameters = named_losses(losses), named_parameters(network)
    graph = walk(losses.values())
    nodes = name_nodes(graph, parameters)
    turning = reversals(graph)
    after = {name: backprop(loss) for name, loss in losses.items()}
    before = {}
    for name, loss in losses.items():
        if any(tensor in after[name] for tensor in turning):
            with straightened(turning):
                before[name] = backprop(loss)
        else:
            before[name] = after[name]  # no reversal on its path
    rows = []
    for name, tensors in _groups([tensor for tensor in graph if tensor.requires_grad], nodes, parameters, by).items():
        arrived = [
            (tensor.size, {loss: (before[loss].get(tensor), after[loss].get(tensor)) for loss in losses})
            for tensor in tensors
        ]
        shape = tensors[0].shape if len(tensors) == 1 else (sum(tensor.size for tensor in tensors),)
        row: Row = {"name": name, "shape": shape, "reversal": turning.get(tensors[0])}
        rows.append(row | _figures(list(losses), arrived))
    return Probe(rows, tuple(losses), {name: tensor for tensor, name in nodes.items()}, before, after, turning)


def _groups(
    tensors: list[Tensor], nodes: Mapping[Tensor, str], parameters: Mapping[str, Tensor], by: str
) -> dict[str, list[Tensor]]:
    """The tensors that share a row, by the name of the row."""
    if by == "node":
        return {nodes[tensor]: [tensor] for tensor in tensors if tensor.op is not None}
    called: Callable[[str], str] = {"layer": layer_of, "part": lambda name: name.partition(".")[0]}.get(by, str)
    groups: dict[str, list[Tensor]] = {}
    leaves = [tensor for tensor in tensors if tensor.op is None]
    order = {
        tensor: i for i, tensor in enumerate(parameters.values())
    }  # the order of the network; tensors without a name come last
    for tensor in sorted(leaves, key=lambda tensor: order.get(tensor, len(order))):
        groups.setdefault(called(nodes[tensor]), []).append(tensor)
    return groups


def _figures(names: Sequence[str], tensors: Sequence[tuple[int, dict[str, tuple[Any, Any]]]]) -> dict[str, float]:
    """The columns of one row.

    For each of its tensors: the size, and by loss the gradients before and after, or None.
    """
    first = names[0]
    squares = {(name, side): 0.0 for name in names for side in SIDES}
    products, zeros = dict(squares), dict.fromkeys(names, 0)
    for size, gradients in tensors:
        for name in names:
            for side, gradient, of_first in zip(SIDES, gradients[name], gradients[first]):
                squares[name, side] += _dot(gradient, gradient)
                products[name, side] += _dot(gradient, of_first) if name != first else 0.0
            zeros[name] += size - _nonzero(gradients[name][0])
    columns = {f"{name} {side}": math.sqrt(square) for (name, side), square in squares.items()}
    for name in names[1:]:
        for side in SIDES:
            norms = columns[f"{name} {side}"] * columns[f"{first} {side}"]
            column = f"cosine {side}" if len(names) == 2 else f"{name} cosine {side}"
            columns[column] = products[name, side] / norms if norms else math.nan
    size = sum(size for size, _ in tensors)
    return columns | {f"{name} zero": zeros[name] / size if size else math.nan for name in names}


def norm(gradient: Any) -> float:
    """‖gradient‖ as in the rows of a probe, also for float32 numbers whose squares overflow."""
    return math.sqrt(_dot(gradient, gradient))


def _dot(a: Any | None, b: Any | None) -> float:
    """Σ a·b over all entries. None stands for a gradient of 0."""
    if a is None or b is None:
        return 0.0
    a, b = to_numpy(a), to_numpy(b)
    product = float(np.vdot(a, b))
    if 1e-30 < abs(product) < math.inf:
        return product
    # float32 may hold both numbers and not their product
    return float(np.vdot(a.astype(np.float64), b.astype(np.float64)))


def _nonzero(gradient: Any | None) -> int:
    return 0 if gradient is None else int(np.count_nonzero(to_numpy(gradient)))
