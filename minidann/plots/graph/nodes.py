"""The tensors behind some losses as plain data for pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ... import _validate
from ...engine.tensor import Tensor
from ...probe.gradients import Probe, norm
from ...probe.graph import name_nodes, reversals, walk

Norms = dict[str, tuple[float, ...]]  # by loss


@dataclass(frozen=True)
class Node:
    """A tensor as a node of the picture. ``inputs``: the positions of its inputs.

    ``kind``: "op", "parameter", "input", "loss" or "reversal". ``note``: a loss with its value, the factor of a
    reversal, the value of a constant. ``gradients``: by loss, the norm that arrives, or (before, after) below a
    reversal. ``order``: the sweep takes the newest first. ``loss``, ``op``: the name of the loss and of the op, or "".
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    inputs: tuple[int, ...]
    note: str
    gradients: Norms
    order: int
    loss: str = ""
    op: str = ""


def read(losses: Mapping[str, Tensor], parameters: Mapping[str, Tensor], probe: Probe | None) -> list[Node]:
    """The nodes behind ``losses``, each after its inputs."""
    graph = walk(losses.values())
    position = {tensor: i for i, tensor in enumerate(graph)}
    names, factors = name_nodes(graph, parameters), reversals(graph)
    called = {loss: name for name, loss in losses.items()}
    gradients = {} if probe is None else _gradients(graph, losses, probe)
    nodes = []
    for tensor in graph:
        note, loss = "", called.get(tensor, "")
        if loss:
            kind, note = "loss", f"{loss} = {tensor.item():.4g}"
        elif tensor in factors:
            kind, note = "reversal", f"× {factor(factors[tensor])}"
        elif tensor.op is not None:
            kind = "op"
        else:
            kind = "parameter" if tensor.requires_grad else "input"
            if kind == "input" and tensor.size == 1:
                note = f"= {tensor.item():.4g}"
        inputs = tuple(position[parent] for parent in tensor.inputs)
        arriving, op = gradients.get(tensor, {}), "" if tensor.op is None else type(tensor.op).__name__
        nodes.append(Node(names[tensor], tensor.shape, kind, inputs, note, arriving, tensor.order, loss, op))
    return nodes


def _gradients(
    graph: Iterable[Tensor], losses: Mapping[str, Tensor], probe: Probe
) -> dict[Tensor, dict[str, tuple[float, ...]]]:
    """For each tensor and loss, the norm of its gradient, or both norms below a reversal."""
    if not isinstance(probe, Probe):
        raise TypeError(f"probe: got {_validate.shown(probe)}, expected a result of minidann.probe.probe")
    if set(probe.names) != set(losses) or any(loss not in probe.after[name] for name, loss in losses.items()):
        raise ValueError(
            f"probe: got one of other losses ({', '.join(probe.names)}), expected probe(losses, …) of these"
        )
    found: dict[Tensor, Norms] = {tensor: {} for tensor in graph}
    for name in losses:
        before, after = probe.before[name], probe.after[name]
        past = set(walk(below for node in probe.reversals if node in after for below in node.inputs))
        for tensor, norms in found.items():
            if tensor in after:
                sides = (before, after) if tensor in past else (after,)
                norms[name] = tuple(norm(side[tensor]) for side in sides)
    return found


def arriving(norms: Iterable[float]) -> str:
    """The words for a norm, or for both norms below a reversal: .34, or .42 → .0042."""
    return " → ".join(short(value) for value in norms)


def short(value: float) -> str:
    """A norm with two figures: .091, 1.2, 340, 2.5e-7."""
    if value == 0 or 1 <= value < 10_000 and (value.is_integer() or value >= 99.5):
        return f"{value:.0f}"
    return f"{value:#.2g}".removeprefix("0").rstrip(".").replace("e-0", "e-").replace("e+0", "e+")


def factor(value: float) -> str:
    """−λ as text: −0.70."""
    return (f"{value:.2f}" if abs(value) >= 0.1 else f"{value + 0:.2g}").replace("-", "−")
