"""The functions of tensors. Each function applies one op; the docstring of the op has the rule of its derivative.

x, a and b are tensors, arrays or numbers. Their shapes must broadcast, unless a docstring says otherwise. Each result
is a tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._validate import shown
from . import ops
from .backend import Array, as_array, is_array, to_numpy
from .numbers import NUMBERS, as_floats, numbers, refuse_masked
from .ops.reductions import Axis
from .tensor import Tensor, apply, named_tensor


def as_tensor(value: Any) -> Tensor:
    """``value`` if it is a tensor; else a new tensor without gradient."""
    return named_tensor("value", value)


# arithmetic ----------------------------------------------------------------------------------------------------------


def add(a: Any, b: Any) -> Tensor:
    """a + b."""
    return apply(ops.Add(), a, b)


def subtract(a: Any, b: Any) -> Tensor:
    """a − b."""
    return apply(ops.Subtract(), a, b)


def multiply(a: Any, b: Any) -> Tensor:
    """a · b, element by element."""
    return apply(ops.Multiply(), a, b)


def divide(a: Any, b: Any) -> Tensor:
    """a / b."""
    return apply(ops.Divide(), a, b)


def power(a: Any, b: Any) -> Tensor:
    """a to the power b."""
    return apply(ops.Power(), a, b)


def maximum(a: Any, b: Any) -> Tensor:
    """The larger of a and b, element by element. On a tie the gradient goes to a."""
    return apply(ops.Maximum(), a, b)


def where(mask: Any, a: Any, b: Any) -> Tensor:
    """a where ``mask`` (booleans, no gradient) is true, else b."""
    mask = mask.data if isinstance(mask, Tensor) else numbers("mask", mask)
    if mask.dtype != bool:
        raise TypeError(f"mask: got dtype {mask.dtype}, expected booleans, such as x > 0")
    try:
        return apply(ops.Where(mask), a, b)
    except ValueError as error:
        if not str(error).startswith("Where"):
            raise
        raise ValueError(f"mask: got shape {mask.shape}, expected one that broadcasts with both ({error})") from error


def matmul(a: Any, b: Any) -> Tensor:
    """The matrix product a @ b, with NumPy's rules for vectors and stacks of matrices."""
    return apply(ops.MatMul(), a, b)


def affine(x: Any, weight: Any, bias: Any) -> Tensor:
    """x @ weight + bias as one op, as in a dense layer: x (n, k), weight (k, m), bias (m,) → (n, m)."""
    return apply(ops.Affine(), x, weight, bias)


# functions of one tensor ---------------------------------------------------------------------------------------------


def negate(x: Any) -> Tensor:
    """−x."""
    return apply(ops.Negate(), x)


def exp(x: Any) -> Tensor:
    """eˣ."""
    return apply(ops.Exp(), x)


def log(x: Any) -> Tensor:
    """The natural logarithm; −∞ at 0, NaN below."""
    return apply(ops.Log(), x)


def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent, between −1 and 1."""
    return apply(ops.Tanh(), x)


def sigmoid(x: Any) -> Tensor:
    """1/(1 + e⁻ˣ), between 0 and 1."""
    return apply(ops.Sigmoid(), x)


def relu(x: Any) -> Tensor:
    """max(x, 0), with derivative 0 at 0."""
    return apply(ops.Relu(), x)


def softplus(x: Any) -> Tensor:
    """log(1 + eˣ), a smooth relu."""
    return apply(ops.Softplus(), x)


def abs(x: Any) -> Tensor:  # the field's name, as numpy.abs
    """|x|, with derivative 0 at 0."""
    return apply(ops.Abs(), x)


def sqrt(x: Any) -> Tensor:
    """√x. Its derivative is infinite at 0."""
    return apply(ops.Sqrt(), x)


def clip(x: Any, low: float, high: float) -> Tensor:
    """min(max(x, low), high). The gradient is 0 where x was cut."""
    return apply(ops.Clip(low, high), x)


# shapes --------------------------------------------------------------------------------------------------------------


def reshape(x: Any, shape: int | Sequence[int]) -> Tensor:
    """The same elements in another shape. One size may be −1."""
    return apply(ops.Reshape(shape), x)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Tensor:
    """The same elements with the axes in another order, by default reversed."""
    return apply(ops.Transpose(axes), x)


def concatenate(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """The tensors one after another along an existing axis."""
    return apply(ops.Concatenate(axis), *_some(tensors))


def stack(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """The tensors side by side along a new axis."""
    return apply(ops.Stack(axis), *_some(tensors))


def broadcast(x: Any, shape: int | Sequence[int]) -> Tensor:
    """x repeated to ``shape``, by NumPy's rule."""
    return apply(ops.Broadcast(shape), x)


def _some(tensors: Any) -> list[Tensor]:
    """The tensors of a list, a tuple or an array. Raises TypeError for another kind, ValueError for an empty one."""
    wanted = "expected a list of at least one tensor"
    listed = isinstance(tensors, Sequence) and not isinstance(tensors, (str, bytes))
    if not listed and not (is_array(tensors) and tensors.shape):
        raise TypeError(f"tensors: got {shown(tensors)}, {wanted}")
    if not len(tensors):
        raise ValueError(f"tensors: got {shown(tensors)}, {wanted}")
    return [named_tensor("tensors", tensor) for tensor in tensors]


# reductions: axis is a number, a tuple of numbers, or None for all ---------------------------------------------------


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # the field's name, as numpy.sum
    """Σ x."""
    return apply(ops.Sum(axis, keepdims), x)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean of x."""
    return apply(ops.Mean(axis, keepdims), x)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # the field's name, as numpy.max
    """The largest element. On a tie the first one gets the gradient."""
    return apply(ops.Max(axis, keepdims), x)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # the field's name, as numpy.min
    """The smallest element, as −max(−x). On a tie the first one gets the gradient."""
    return negate(max(negate(x), axis, keepdims))


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """log Σ eˣ without overflow: a smooth maximum."""
    return apply(ops.LogSumExp(axis, keepdims), x)


def log_softmax(x: Any, axis: int = -1) -> Tensor:
    """x − log Σ eˣ: logits to log-probabilities along one axis."""
    return apply(ops.LogSoftmax(axis), x)


def softmax(x: Any, axis: int = -1) -> Tensor:
    """eˣ / Σ eˣ: logits to probabilities along one axis. For a loss use ``cross_entropy`` on the logits."""
    return exp(log_softmax(x, axis))


# losses, and the node ------------------------------------------------------------------------------------------------


def cross_entropy(logits: Any, labels: Any) -> Tensor:
    """The mean of −log softmax(logits)[label]: the label loss L_y.

    ``logits`` (n, k), ``labels`` (n,): whole numbers in 0…k−1. Returns one number in nats; chance is log k. Raises
    ValueError or TypeError for labels of another shape, dtype or range.
    """
    logits, labels = _logits(logits), _target("labels", labels)
    if labels.dtype.kind not in NUMBERS:
        way = "labels, positions = np.unique(labels, return_inverse=True) numbers the classes: use positions"
        if labels.dtype.kind == "O" and any(label is None for label in to_numpy(labels).flat):
            way = "leave out the rows without a label"
        raise TypeError(f"labels: got dtype {labels.dtype}, expected whole numbers ({way})")
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or not len(labels):
        shape_way = ""
        if labels.ndim == 2 and labels.size and labels.shape == logits.shape:
            shape_way = " (labels.argmax(axis=1) of one-hot rows)"
        elif logits.ndim == 2 and labels.ndim == 2 and labels.size == len(logits):
            shape_way = " (np.ravel(labels) of a column)"
        raise ValueError(
            f"labels: got shape {labels.shape} for logits of shape {logits.shape}, expected (n,) and (n, k){shape_way}"
        )
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels: got dtype {labels.dtype}, expected whole numbers{_way_to_whole_numbers(labels)}")
    classes = logits.shape[1]
    least, most = labels.min(), labels.max()
    if least < 0 or most >= classes:
        from_one = " (labels - 1, if the classes are counted from 1)" if least >= 1 and most == classes else ""
        raise ValueError(f"labels: got values {least}…{most}, expected 0…{classes - 1} for {classes} logits{from_one}")
    return apply(ops.CrossEntropy(labels), logits)


def binary_cross_entropy_with_logits(logits: Any, targets: Any) -> Tensor:
    """The mean of −t·log σ(z) − (1−t)·log(1−σ(z)): the domain loss L_d, from logits z and targets t in 0…1.

    ``logits`` are numbers before the sigmoid. ``logits`` and ``targets`` have the same shape, or logits (n, 1) and
    targets (n,). Returns one number in nats. The mean is over the joined batch: with equal halves chance is ln 2. (If
    the means of the two domains are added, chance is 2 ln 2.) Raises ValueError for other shapes or targets.
    """
    logits, targets = _logits(logits), _target("targets", targets)
    if logits.shape == (*targets.shape, 1):
        targets = targets.reshape(logits.shape)
    if logits.shape != targets.shape or not targets.size:
        raise ValueError(f"targets: got shape {targets.shape} for logits of shape {logits.shape}, expected the same")
    if not (targets.min() >= 0 and targets.max() <= 1):  # a NaN fails this test too
        raise ValueError(f"targets: got values {targets.min()}…{targets.max()}, expected 0…1")
    if targets.dtype != logits.dtype:
        targets = targets.astype(logits.dtype)
    return apply(ops.BinaryCrossEntropy(targets), logits)


def _way_to_whole_numbers(labels: Array) -> str:
    """The way from labels of another dtype to class labels, if there is one."""
    if labels.dtype == bool or (to_numpy(labels) % 1 == 0).all():
        return " (use labels.astype(int))"
    return " 0, 1, …, one for each class (fractions and NaN name no class)"


def _logits(value: Any) -> Tensor:
    """Logits as a tensor of floats."""
    logits = named_tensor("logits", value)
    return logits if logits.dtype.kind == "f" else Tensor(as_floats(logits.data))


def _target(name: str, value: Any) -> Array:
    """Labels or targets as a plain array: a loss has no gradient by its targets."""
    if isinstance(value, Tensor):
        if value.requires_grad:
            raise ValueError(f"{name}: got a tensor that requires a gradient, expected an array (use {name}.detach())")
        return value.data
    if name == "targets" or type(value) is np.ndarray and value.dtype.kind in NUMBERS:
        return numbers(name, value)
    refuse_masked(name, value)
    try:
        labels = as_array(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: got {shown(value)}, expected one label for each row ({error!s:.100})") from None
    return labels if labels.shape else numbers(name, value)  # None and the like make an array without axes


def reverse_gradient(x: Any, adapt_weight: float = 1.0) -> Tensor:
    """x, unchanged. On the way back its gradient is multiplied by −λ, with λ = ``adapt_weight``.

    Ganin & Lempitsky, arXiv:1409.7495, Eqs. 7–9. λ is the positive number of the paper: the node adds the minus sign.
    A negative weight raises ValueError: the two minus signs would cancel. (Published code has this slip.)
    """
    number: Any = adapt_weight
    if type(number) is not float and is_array(number) and not number.shape:
        number = number.item()
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(
            f"adapt_weight: got {shown(adapt_weight)}, expected λ as one number, such as 0.5 or array.item()"
        )
    if not 0 <= number <= 1e308:
        raise ValueError(
            f"adapt_weight: got {shown(adapt_weight)}, expected λ ≥ 0 (the node itself puts the minus sign)"
        )
    return apply(ops.GradientReversal(float(number)), x)
