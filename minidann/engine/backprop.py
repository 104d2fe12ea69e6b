"""The sweep: reverse-mode differentiation as one walk over the graph, newest tensor first.

The walk asks a tensor only for ``op``, ``inputs``, ``order``, ``version``, ``data`` and ``requires_grad``. It *returns*
gradients and writes nothing into tensors. So two losses over one trunk are two calls with two answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from .._validate import shown
from .anomaly import check_backward, check_total, check_unchanged
from .backend import Array, array_module
from .devices import mixed_backends
from .modes import anomaly
from .numbers import numbers

if TYPE_CHECKING:
    from .tensor import Tensor


class Gradients(dict["Tensor", Array]):
    """The result of a sweep: ``g[tensor]`` is ∂loss/∂tensor, an array with the tensor's shape and dtype.

    The gradient of a tensor that the loss does not depend on is zero. ``tensor in g`` says whether the sweep reached
    the tensor. The arrays of leaves (parameters, inputs) may be changed. Those of other tensors may share memory.
    """

    asked: dict[Tensor, None] | None = None  # the tensors that the sweep was asked for; None for all

    def __missing__(self, tensor: Tensor) -> Array:
        if not hasattr(tensor, "requires_grad"):
            raise KeyError(f"no gradient for {shown(tensor)}: its type is {type(tensor).__name__}, expected a tensor")
        if not tensor.requires_grad:
            raise KeyError(
                f"no gradient for {shown(tensor)}: it does not require one (make it with requires_grad=True)"
            )
        if self.asked is not None and tensor not in self.asked:
            raise KeyError(
                f"no gradient for {shown(tensor)}: the sweep was asked for others; add it to backprop's `of`"
            )
        return array_module(tensor.data).zeros_like(tensor.data)

    def __repr__(self) -> str:
        return f"Gradients of {len(self)} tensors"


def backprop(loss: Tensor, of: Iterable[Tensor] | None = None, upstream: Any = None) -> Gradients:
    """The gradients of ``loss`` by one reverse sweep.

    ``of``: the tensors whose gradients are wanted; by default all tensors of the graph. With ``of`` the sweep frees the
    other gradients on its way. ``upstream``: the gradient to start from, of the loss's shape; by default 1 for a loss
    of one element. With ``upstream`` the result is the gradient of Σ upstream · loss.

    Raises ValueError for a loss that needs no gradient, for a loss of several elements without ``upstream``, and for a
    graph whose tensors have changed since the forward pass. An optimiser and ``tensor.data -= …`` mark the change;
    after a write into the array itself, such as ``tensor.data[0] = 1``, call ``tensor.mark_changed()``. A forward pass
    and a sweep inside ``detect_anomaly`` find a write that nobody marked.
    """
    asked = None if of is None else _asked(of)
    found = _sweep(loss, _start(loss, upstream), asked)
    gradients = Gradients(found)
    if asked is not None:
        gradients.asked = asked
        if len(found) > len(asked):
            for tensor in found:
                if tensor not in asked:  # a leaf that nobody asked for
                    del gradients[tensor]
    _own_leaves(gradients)
    return gradients


def _asked(of: Iterable[Tensor]) -> dict[Tensor, None]:
    """The tensors of ``of``, each once. Raises TypeError for other values, and for one tensor outside a list."""
    try:
        tensors = {} if hasattr(of, "requires_grad") else dict.fromkeys(of)
    except TypeError:  # not iterable, or with parts that are no keys
        tensors = {}
    for kind in set(map(type, tensors)):
        if not hasattr(kind, "mark_changed"):
            tensors = {}
    if not tensors:
        raise TypeError(f"of: got {shown(of)}, expected a list of tensors, such as network.parameters().values()")
    return tensors


def _sweep(loss: Tensor, start: Array, keep: dict[Tensor, None] | None) -> dict[Tensor, Array]:
    """The walk from ``loss`` to all leaves. ``keep``: the tensors in between whose gradients are kept; None for all.

    Of the tensors whose gradient has begun to arrive, the newest comes next. A tensor is newer than its inputs. So all
    tensors made from this one had their turn before, and its gradient is complete. Depth-first order would be wrong for
    b = a + a; c = b + b, and recursion would run out of stack. The arrays found may share memory.
    """
    found = {loss: start}
    waiting = [] if loss.op is None else [(-loss.order, loss)]  # a heap: the newest tensor is first
    checked = anomaly.value
    while waiting:
        tensor = heappop(waiting)[1]
        op, inputs = tensor.op, tensor.inputs
        assert op is not None  # a leaf never waits
        grad = found[tensor] if keep is None or tensor in keep else found.pop(tensor)
        if checked:
            check_unchanged(tensor)
        gradients = op.backward(grad)
        if type(gradients) is not tuple or len(gradients) != len(inputs):
            raise _wrong_number(gradients, op, len(inputs))
        if checked:
            check_backward(tensor, grad, gradients)
        for parent, gradient in zip(inputs, gradients):
            if parent.version > tensor.order:
                raise ValueError(
                    f"{parent!r} was updated after the forward pass that used it: its gradient would mix old "
                    "activations with new weights. Run the forward pass again, then backprop"
                )
            if not parent._requires_grad:
                continue
            data = parent._data  # the slot: a read of the property takes longer
            if gradient is None or gradient.shape != data.shape or gradient.dtype != data.dtype:
                gradient = _fit(gradient, data, op)
            if parent in found:
                # a tensor used twice moves the loss in two ways: the gradients add up. Never in place, because an op
                # may return one array for several inputs
                gradient = found[parent] + gradient
            elif parent.op is not None:
                heappush(waiting, (-parent.order, parent))
            found[parent] = gradient
            if checked:
                check_total(tensor, parent, gradient)
    return found


def _wrong_number(gradients: object, op: object, expected: int) -> TypeError:
    name = type(op).__name__
    got = f"{len(gradients)} gradients" if isinstance(gradients, tuple) else f"a {type(gradients).__name__}"
    return TypeError(
        f"{name}.backward returned {got}, expected a tuple of {expected}, one gradient for each input "
        "(is a comma missing?)"
    )


def _start(loss: Tensor, upstream: Any) -> Array:
    """The gradient that the sweep starts from, in the loss's dtype."""
    if not hasattr(loss, "mark_changed"):
        raise TypeError(f"loss: got {shown(loss)}, expected a tensor")
    if not loss.requires_grad:
        raise ValueError(
            f"loss: {loss!r} depends on no tensor with requires_grad=True (or was made under no_grad, or is a copy): "
            "there is nothing to sweep"
        )
    data = loss.data
    xp = array_module(data) if loss.op is None else loss.op.xp
    if upstream is None:
        if data.size != 1:
            raise ValueError(
                f"loss: got shape {data.shape}, expected a scalar; reduce it with .sum() or .mean(), "
                "or give backprop an upstream gradient of that shape"
            )
        return xp.ones(data.shape, data.dtype)
    upstream = numbers("upstream", upstream)
    mixed = mixed_backends([data, upstream])
    if mixed:
        raise TypeError(f"upstream: {mixed}")
    if upstream.shape != data.shape:
        raise ValueError(f"upstream: got shape {upstream.shape}, expected the loss's shape {data.shape}")
    return xp.array(upstream, dtype=data.dtype)  # a copy: the answer may be this very array


def _fit(gradient: Array | None, data: Array, op: object) -> Array:
    """A gradient with the shape and dtype of its tensor: the one place that un-broadcasts."""
    if gradient is None:
        raise TypeError(f"{type(op).__name__}.backward returned None for an input that needs a gradient")
    if gradient.shape != data.shape:
        gradient = unbroadcast(gradient, data.shape, op)
    if gradient.dtype != data.dtype:
        gradient = gradient.astype(data.dtype)
    return gradient


def unbroadcast(gradient: Array, shape: tuple[int, ...], op: object = None) -> Array:
    """Sum ``gradient`` over the axes along which an array of ``shape`` was repeated.

    An element repeated k times moves the loss in k ways: its gradient is the sum of the k gradients.
    """
    extra = gradient.ndim - len(shape)
    wrong = extra < 0 or any(s not in (1, g) for s, g in zip(shape, gradient.shape[extra:]))
    if wrong:
        raise ValueError(f"{type(op).__name__}.backward returned shape {gradient.shape} for an input of shape {shape}")
    repeated = tuple(range(extra)) + tuple(
        extra + i for i, size in enumerate(shape) if size == 1 and gradient.shape[extra + i] != 1
    )
    return gradient.sum(axis=repeated).reshape(shape)


def _own_leaves(found: Gradients) -> None:
    """Give each leaf an array of its own: a change of one gradient in place then changes no other gradient."""
    taken: dict[int, None] = {}  # the ids of the arrays that other tensors hold
    if found.asked is None:
        for tensor, grad in found.items():
            if tensor.op is not None:
                taken[id(grad)] = None
    for tensor, grad in found.items():
        if grad.base is None and grad.shape and id(grad) not in taken:
            taken[id(grad)] = None
        elif tensor.op is None or not grad.shape:  # without axes it may be a scalar object: array() makes an array
            found[tensor] = array_module(grad).array(grad)
