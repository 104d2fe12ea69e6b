"""The sweep: reverse-mode differentiation as one walk over the graph, newest tensor first.

It asks a tensor only for its ``op``, ``inputs``, ``order``, ``version``, ``data`` and ``requires_grad``, and it
*returns* gradients instead of writing them into tensors on its way. So two losses over one trunk are two calls and two
answers, in any order and as often as you like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from .anomaly import check_backward, check_total
from .backend import Array, array_module, as_array, mixture
from .modes import anomaly

if TYPE_CHECKING:
    from .tensor import Tensor


class Gradients(dict["Tensor", Array]):
    """What a sweep found: ``g[tensor]`` is ∂loss/∂tensor, a plain array with the tensor's shape and dtype.

    A tensor that the loss does not depend on has gradient zero; ``tensor in g`` tells whether the sweep reached it.
    The arrays of leaves (parameters, inputs) are yours to change; those of tensors in between may share memory.
    """

    def __init__(self, found: dict[Tensor, Array], asked: dict[Tensor, None] | None) -> None:
        super().__init__(found)
        self._asked = asked

    def __missing__(self, tensor: Tensor) -> Array:
        if not hasattr(tensor, "requires_grad"):
            raise KeyError(f"no gradient for {tensor!r}: it is a {type(tensor).__name__}, expected a tensor")
        if not tensor.requires_grad:
            raise KeyError(f"no gradient for {tensor!r}: it does not require one (make it with requires_grad=True)")
        if self._asked is not None and tensor not in self._asked:
            raise KeyError(f"no gradient for {tensor!r}: the sweep was asked for others; add it to backprop's `of`")
        return array_module(tensor.data).zeros_like(tensor.data)

    def __repr__(self) -> str:
        return f"Gradients of {len(self)} tensors"


def backprop(loss: Tensor, of: Iterable[Tensor] | None = None, seed: Any = None) -> Gradients:
    """The gradients of ``loss`` by one reverse sweep.

    ``of``: the tensors to answer for; None answers for every tensor of the graph, in between ones too. Asked for some,
    the sweep frees the rest as it goes.
    ``seed``: the gradient to start from, of the loss's shape; 1 for a scalar loss. With it a tensor of any shape can
    be swept: the answer is then the gradient of Σ seed · loss.

    Raises ValueError for a loss that needs no gradient, for one of many elements without a seed, and for a graph whose
    parameters have changed since the forward pass. An optimiser and ``tensor.data -= …`` mark the change; after a write
    into the array itself, such as ``tensor.data[0] = 1``, call ``tensor.mark_changed()``.
    """
    asked = None if of is None else _asked(of)
    found = sweep({loss: _seed(loss, seed)}, asked)
    if asked is not None:
        found = {tensor: found[tensor] for tensor in asked if tensor in found}
    _own_leaves(found)
    return Gradients(found, asked)


def sweep(seeds: Mapping[Tensor, Array], keep: Mapping[Tensor, Any] | None) -> dict[Tensor, Array]:
    """The walk itself: from the gradients of one or more losses, ``seeds``, to those of all leaves.

    With ``keep`` None the gradients of all tensors on the way are kept too, else only of those in it.

    Of the tensors whose gradient has begun to arrive, the newest is always next. A tensor is made after its inputs, so
    whatever was made from this one is newer, has had its turn, and the gradient is complete. Depth-first order would be
    wrong already for b = a + a; c = b + b, and recursion would run out of stack.

    The arrays may share memory with one another, which ``backprop`` mends.
    """
    found = dict(seeds)
    waiting = [(-loss.order, loss) for loss in seeds if loss.op is not None]
    heapify(waiting)  # its first is always the newest
    checked = anomaly.value
    while waiting:
        tensor = heappop(waiting)[1]
        op, inputs = tensor.op, tensor.inputs
        assert op is not None  # a leaf never waits
        grad = found[tensor] if keep is None or tensor in keep else found.pop(tensor)
        gradients = op.backward(grad)
        if type(gradients) is not tuple or len(gradients) != len(inputs):
            got = f"{len(gradients)} gradients" if type(gradients) is tuple else f"a {type(gradients).__name__}"
            raise TypeError(
                f"{type(op).__name__}.backward returned {got}, expected a tuple of {len(inputs)}, "
                "one gradient for each input (is a comma missing?)"
            )
        if checked:
            check_backward(tensor, grad, gradients)
        for parent, gradient in zip(inputs, gradients):
            if not parent.requires_grad:
                continue
            if parent.version > tensor.order:
                raise ValueError(
                    f"{parent!r} was updated after the forward pass that used it: its gradient would mix old "
                    "activations with new weights. Run the forward pass again, then backprop"
                )
            data = parent._data  # the slot: a read of the property takes longer
            if gradient is None or gradient.shape != data.shape or gradient.dtype != data.dtype:
                gradient = _fit(gradient, data, op)
            if parent in found:
                # used more than once, it moves the loss along each way: the gradients add up. Never in place, because
                # an op may hand the same array to several inputs
                gradient = found[parent] + gradient
            elif parent.op is not None:
                heappush(waiting, (-parent.order, parent))
            found[parent] = gradient
            if checked:
                check_total(tensor, parent, gradient)
    return found


def _asked(of: Iterable[Tensor]) -> dict[Tensor, None]:
    asked = {} if hasattr(of, "requires_grad") else dict.fromkeys(of)
    if not hasattr(next(iter(asked), None), "requires_grad"):
        raise TypeError(f"of: got {of!r}, expected a list of tensors, such as network.parameters().values()")
    return asked


def _seed(loss: Tensor, seed: Any) -> Array:
    if not hasattr(loss, "requires_grad"):
        raise TypeError(f"loss: got {loss!r}, expected a tensor")
    if not loss.requires_grad:
        raise ValueError(
            f"loss: {loss!r} depends on no tensor with requires_grad=True (or was made under no_grad, or is a copy): "
            "there is nothing to sweep"
        )
    xp = array_module(loss.data)
    if seed is None:
        if loss.data.size != 1:
            raise ValueError(
                f"loss: got shape {loss.shape}, expected a scalar; reduce it with .sum() or .mean(), "
                "or give backprop a seed of that shape"
            )
        return xp.ones(loss.shape, loss.dtype)
    seed = as_array(seed)
    mixed = mixture([loss.data, seed])
    if mixed:
        raise TypeError(f"seed: {mixed}")
    if seed.shape != loss.shape:
        raise ValueError(f"seed: got shape {seed.shape}, expected the loss's shape {loss.shape}")
    return xp.array(seed, dtype=loss.dtype)  # a copy: the answer may be this very array


def _fit(gradient: Array | None, data: Array, op: object) -> Array:
    """A gradient brought to the shape and dtype of the tensor it belongs to: the one place that un-broadcasts."""
    if gradient is None:
        raise TypeError(f"{type(op).__name__}.backward returned None for an input that needs a gradient")
    if gradient.shape != data.shape:
        gradient = unbroadcast(gradient, data.shape, op)
    if gradient.dtype != data.dtype:
        gradient = gradient.astype(data.dtype)
    return gradient


def unbroadcast(gradient: Array, shape: tuple[int, ...], op: object = None) -> Array:
    """Sum ``gradient`` over the axes along which an array of ``shape`` was repeated to reach the gradient's shape.

    An element repeated k times moves the loss k ways, so its gradient is the sum of the k.
    """
    extra = gradient.ndim - len(shape)
    wrong = extra < 0 or any(s not in (1, g) for s, g in zip(shape, gradient.shape[extra:]))
    if wrong:
        raise ValueError(f"{type(op).__name__}.backward returned shape {gradient.shape} for an input of shape {shape}")
    repeated = tuple(range(extra)) + tuple(
        extra + i for i, size in enumerate(shape) if size == 1 and gradient.shape[extra + i] != 1
    )
    return gradient.sum(axis=repeated).reshape(shape)


def _own_leaves(found: dict[Tensor, Array]) -> None:
    """Give each leaf an array of its own, so that changing one gradient in place cannot change another."""
    taken = {id(grad): None for tensor, grad in found.items() if tensor.op is not None}
    for tensor, grad in found.items():
        shared = tensor.op is None and (grad.base is not None or id(grad) in taken)
        if shared or not grad.shape:  # without a shape it may be a library's scalar object: array() makes it an array
            grad = found[tensor] = array_module(grad).array(grad)
        taken[id(grad)] = None
