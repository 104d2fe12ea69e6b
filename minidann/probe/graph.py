"""The graph behind one or more losses: its tensors, their names, and its reversals."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .. import _validate
from ..engine.ops import Op
from ..engine.tensor import Tensor

Losses = Mapping[str, Tensor]


def named_losses(losses: Any) -> dict[str, Tensor]:
    """``losses`` as a dict of scalar tensors by name.

    One tensor alone is called "loss". Raises TypeError or ValueError for others.
    """
    if isinstance(losses, Tensor):
        losses = {"loss": losses}
    if hasattr(losses, "named"):  # the result of DANN.losses
        losses = losses.named()
    if not isinstance(losses, Mapping) or not losses or not all(isinstance(loss, Tensor) for loss in losses.values()):
        got = _validate.shown(losses)
        raise TypeError(f"losses: got {got}, expected tensors by name, such as {{'L_y': label, 'L_d': domain}}")
    for name, loss in losses.items():
        if not isinstance(name, str):
            raise TypeError(f"losses: got the name {_validate.shown(name)}, expected text, such as 'L_y'")
        if loss.size != 1:
            raise ValueError(f"losses: got {name!r} of shape {loss.shape}, expected a scalar")
        if not loss.requires_grad:
            raise ValueError(
                f"losses: {name!r} depends on no tensor with requires_grad=True: there is no gradient to measure"
            )
    return dict(losses)


def named_parameters(network: Any) -> dict[str, Tensor]:
    """Tensors by name, from a network (any object with ``parameters()``) or from a mapping; {} from None."""
    found = {} if network is None else network.parameters() if hasattr(network, "parameters") else network
    if not isinstance(found, Mapping) or not all(isinstance(tensor, Tensor) for tensor in found.values()):
        got = _validate.shown(network)
        raise TypeError(f"network: got {got}, expected a network or tensors by name, such as network.parameters()")
    return dict(found)


def _tensors(name: str, value: Any) -> list[Tensor]:
    """``value`` as a list of tensors. Raises TypeError otherwise."""
    found = list(value) if isinstance(value, Iterable) and not isinstance(value, Tensor) else None
    if found is None or not all(isinstance(tensor, Tensor) for tensor in found):
        raise TypeError(f"{name}: got {_validate.shown(value)}, expected tensors, in a list")
    return found


def walk(losses: Iterable[Tensor]) -> list[Tensor]:
    """All tensors behind ``losses``, and the losses: leaves first, then each tensor after its inputs."""
    found: dict[Tensor, None] = {}
    waiting = _tensors("losses", losses)
    while waiting:
        tensor = waiting.pop()
        if tensor not in found:
            found[tensor] = None
            waiting += tensor.inputs
    return sorted(found, key=lambda tensor: (tensor.op is not None, tensor.order))


def name_nodes(tensors: Iterable[Tensor], parameters: Mapping[str, Tensor]) -> dict[Tensor, str]:
    """One name for each tensor: the name of a parameter, or the op with the layer whose parameters it uses.

    Further tensors of the same name get a number: "Tanh", "Tanh 2". A leaf that is no parameter is an "input".
    """
    known = {tensor: name for name, tensor in parameters.items()}
    names: dict[Tensor, str] = {}
    seen: Counter[str] = Counter()
    for tensor in tensors:
        if tensor in known:
            names[tensor] = known[tensor]
            continue
        layers = [layer_of(known[parent]) for parent in tensor.inputs if parent in known]
        kind = type(tensor.op).__name__ if tensor.op is not None else "leaf" if tensor.requires_grad else "input"
        name = " ".join((*layers[:1], kind))
        seen[name] += 1
        names[tensor] = f"{name} {seen[name]}" if seen[name] > 1 else name
    return names


def layer_of(parameter: str) -> str:
    """The layer in the name of a parameter: features.1.0 of features.1.0.weight."""
    return parameter.rpartition(".")[0] or parameter


def reversals(tensors: Iterable[Tensor]) -> dict[Tensor, float]:
    """The nodes that reverse a gradient, each with its factor −λ.

    A reversal is found by its behaviour, not by its class: forward is the identity, and backward multiplies by a number
    that is not above 0. A node of your own is found too.
    """
    factors = {tensor: _factor(tensor) for tensor in _tensors("tensors", tensors)}
    return {tensor: factor for tensor, factor in factors.items() if factor is not None and factor <= 0}


def _factor(tensor: Tensor) -> float | None:
    """The factor of the gradient at ``tensor``, if its op returns its one input unchanged; else None."""
    if tensor.op is None or len(tensor.inputs) != 1 or not tensor.size:
        return None
    before = tensor.inputs[0].data
    xp = tensor.op.xp
    if tensor.data is not before and not (tensor.shape == before.shape and bool((tensor.data == before).all())):
        return None
    # 1, 2, 1, 2, …: an op that only reorders returns no multiple of this
    tried = xp.asarray(1 + xp.arange(tensor.size) % 2, dtype=tensor.dtype).reshape(tensor.shape)
    factor = _multiple(tensor.op.backward(tried)[0], tried)
    if factor is None or factor > 0:
        return factor
    # equal numbers may be chance, as for −x and relu at 0: try other numbers on a copy
    other = copy.copy(tensor.op)
    unchanged = bool((other.forward(tried) == tried).all())
    return _multiple(other.backward(tried)[0], tried) if unchanged else None


def _multiple(arrived: Any | None, grad: Any) -> float | None:
    """The one number that ``grad`` was multiplied by; None if there is no such number."""
    if arrived is None or arrived.shape != grad.shape:
        return None
    factor = arrived.ravel()[0]
    return float(factor) if bool((arrived == factor * grad).all()) else None


class _PassOn(Op):
    """A node at +1: the identity, forward and backward."""

    def backward(self, grad: Any) -> tuple[Any, ...]:
        return (grad,)


@contextmanager
def straightened(nodes: Iterable[Tensor]) -> Iterator[None]:
    """Inside, the gradient passes these nodes unchanged: a sweep then finds the gradients with the node at +1."""
    ops = {tensor: tensor.op for tensor in nodes}
    try:
        for tensor in ops:
            tensor.op = _PassOn()
        yield
    finally:
        for tensor, op in ops.items():
            tensor.op = op
